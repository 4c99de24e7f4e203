package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.config.DataSize;
import suimon.config.Secret;
import suimon.connector.tls.OpenSsl;
import suimon.connector.tls.TlsFiles;
import suimon.pipeline.ScriptedInbox;

/** One gateway listens to what another publishes, with TLS, certificates and a password. */
class MqttTlsTest {
    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox near = new ScriptedInbox();
    private final ScriptedInbox far = new ScriptedInbox();

    @Test
    void aClientWithCertificateAndPasswordIsServedAndOneWithoutIsNot() throws Exception {
        OpenSsl.certificate(folder, "server", 30);
        OpenSsl.certificate(folder, "client", 30);
        Path users = folder.resolve("users");
        new CredentialFile(users).put("next", Role.DEVICE, "correct horse");
        Path password = Files.writeString(folder.resolve("password"), "correct horse\n");
        TlsFiles serving = new TlsFiles(pem("server.crt"), pem("server.key"), pem("client.crt"));
        try (MqttListener listener = listener(serving, users)) {
            listener.start();
            TlsFiles proving = new TlsFiles(pem("client.crt"), pem("client.key"), pem("server.crt"));
            TlsFiles silent = new TlsFiles(null, null, pem("server.crt"));
            try (MqttClientSource good = client("good", listener.port(), proving, password);
                    MqttClientSource bad = client("bad", listener.port(), silent, password);
                    MqttClientSource stranger = client("stranger", listener.port(), null, password)) {
                far.commitsByItself();
                good.start();
                bad.start();
                stranger.start();
                await(() -> good.progress().state().startsWith("subscribed"));
                assertThat(good.progress().healthy()).as("a refused filter needs a person").isFalse();

                listener.publish("suimon/values/pen1/do", "7.1".getBytes(StandardCharsets.UTF_8), false);
                near.awaitWaiting(1);

                assertThat(near.texts()).containsExactly("suimon/values/pen1/do 7.1");
                assertThat(good.progress().state()).isEqualTo("subscribed to 1 of 2 filters at mqtts://localhost:"
                        + listener.port() + "; refused: pens/# (0x87)");
                await(() -> stranger.progress().state().contains("check the broker's"));
                assertThat(stranger.progress().state()).contains("certification path");
                await(() -> bad.progress().state().contains("check the broker's"));
            }
        }
    }

    private MqttListener listener(TlsFiles tls, Path users) {
        return new MqttListener(new MqttListenerSettings("listener", "127.0.0.1", 0, users, tls, new DataSize(65_536),
                10, 10, Duration.ofDays(1), List.of()), far.context(folder), Login.of(users));
    }

    private MqttClientSource client(String name, int port, @Nullable TlsFiles tls, Path password) {
        return new MqttClientSource(new MqttClientSettings(name, URI.create("mqtts://localhost:" + port), "5", null,
                "next", new Secret("file:" + password), tls, List.of("suimon/values/#", "pens/#"), 1, 100, false,
                Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofMillis(500), Set.of(), List.of()), near.context(folder));
    }

    private Path pem(String name) {
        return folder.resolve(name);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int count = 0; count < 6000 && !condition.getAsBoolean(); count++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
