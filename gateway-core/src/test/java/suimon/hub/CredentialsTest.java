package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Epoch;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.HubConfig;
import suimon.config.HubConfig.GatewayAccess;

/** How gateways prove themselves, and what becomes of one that may not deliver any more. */
final class CredentialsTest {
    @TempDir
    Path folder;

    private HubConfig config(Map<String, GatewayAccess> gateways) {
        DataConfig data = new DataConfig(folder, new DataSize(1L << 30), Duration.ofSeconds(1),
                new DataSize(1_000_000_000), Duration.ofMinutes(10), DataConfig.Durability.OFF);
        return new HubConfig(data, Pair.web(), List.of(), gateways);
    }

    @Test
    void aTokenIsKnownByItsHashAlone() throws Exception {
        String token = Credentials.newToken();
        GatewayAccess access = new GatewayAccess(null, Credentials.hashOf(token), null, false);

        Credentials credentials = Credentials.read(Map.of("pen-1", access));

        assertThat(credentials.admits("pen-1", token, null, false)).isTrue();
        assertThat(credentials.admits("pen-1", Credentials.hashOf(token), null, true)).isFalse();
        assertThat(credentials.admits("pen-1", "", null, true)).isFalse();
        assertThat(credentials.admits("pen-2", token, null, true)).isFalse();
    }

    @Test
    void oneThatMustShowACertificateIsNotAdmittedWithout() throws Exception {
        Credentials credentials =
                Credentials.read(Map.of("pen-1", new GatewayAccess(null, null, "pen-1.example.jp", false)));

        assertThat(credentials.admits("pen-1", "", null, true)).isFalse();
    }

    @Test
    void whoIsRevokedIsRefusedAtOnceAndWhoIsNewMayDeliver() throws Exception {
        GatewayAccess open = new GatewayAccess(null);
        byte[] hello = Messages.write(new Messages.Hello("pen-1", new Epoch(7), 1));
        try (Hub hub = Hub.open(config(Map.of("pen-1", open)), List.of(), Clock.systemUTC(), System::nanoTime)) {
            assertThat(Messages.readReceipt(hub.receive("pen-1", hello)).refusal()).isNull();

            var changed = hub.adopt(config(Map.of("pen-1", new GatewayAccess(null, null, null, true), "pen-2", open)));

            assertThat(changed).containsExactly("pen-1", "pen-2");
            assertThat(hub.admits("pen-1", "", null, true)).isFalse();
            assertThat(Messages.readReceipt(hub.receive("pen-1", hello)).refusal())
                    .extracting(Receipt.Refusal::text).asString().contains("revoked");
            assertThat(hub.admits("pen-2", "", null, true)).isTrue();
            assertThat(Messages.readReceipt(hub.receive("pen-2",
                    Messages.write(new Messages.Hello("pen-2", new Epoch(8), 1)))).refusal()).isNull();
        }
    }
}
