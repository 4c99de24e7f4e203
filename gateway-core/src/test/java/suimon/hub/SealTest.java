package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Epoch;
import suimon.backhaul.Link;
import suimon.backhaul.Malformed;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.backhaul.Seal;
import suimon.backhaul.SealKey;
import suimon.backhaul.SealedLink;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.HubConfig;
import suimon.config.HubConfig.GatewayAccess;
import suimon.config.Secret;

/** Nobody between a gateway and its hub can read, change or make what goes between them. */
class SealTest {
    private static final byte[] HELLO = Messages.write(new Messages.Hello("pen-1", new Epoch(5), 1));

    @TempDir
    Path folder = Path.of("");

    private final SealKey.Pair gateway = SealKey.generate();
    private final SealKey.Pair hub = SealKey.generate();
    private final SealKey.Pair stranger = SealKey.generate();

    @BeforeEach
    void writeKey() throws Exception {
        Files.writeString(folder.resolve("hub.key"), hub.ownPart() + "\n");
    }

    @Test
    void whatIsSealedComesOutAtTheOtherSideAndOnlyThere() throws Exception {
        Random random = new Random(3);
        for (int length : new int[] {0, 1, 38, 340, 70_000}) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            byte[] sealed = atGateway(gateway).close(message);

            assertThat(atHub().open(sealed)).isEqualTo(message);
            assertThat(atGateway(gateway).close(message)).as("cut again").isEqualTo(sealed);
            assertThat(sealed.length).isLessThanOrEqualTo(length + 112);
            assertThatThrownBy(() -> atGateway(gateway).open(sealed)).as("its own").isInstanceOf(Malformed.class);
            assertThatThrownBy(() -> Seal.ofHub("pen-1", SealKey.ofPrivate(stranger.ownPart()), gateway.publicPart())
                    .open(sealed)).isInstanceOf(Malformed.class);
            assertThatThrownBy(() -> Seal.ofHub("pen-2", SealKey.ofPrivate(hub.ownPart()), gateway.publicPart())
                    .open(sealed)).as("as another's").isInstanceOf(Malformed.class);
        }
    }

    @Test
    void noBitOfItCanBeChanged() throws Exception {
        byte[] sealed = atGateway(gateway).close(HELLO);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(atHub().open(changed)).as("bit %d", bit).isNull();
            } catch (Malformed expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    /** Who has the agreed secret only, as the hub itself has, can't sign in the gateway's name. */
    @Test
    void aSignatureOfAnotherKeyIsRefused() throws Exception {
        String mixed = gateway.ownPart().substring(0, gateway.ownPart().lastIndexOf('.'))
                + stranger.ownPart().substring(stranger.ownPart().lastIndexOf('.'));
        byte[] forged = Seal.ofGateway("pen-1", SealKey.ofPrivate(mixed), hub.publicPart()).close(HELLO);

        assertThatThrownBy(() -> atHub().open(forged)).isInstanceOf(Malformed.class).hasMessageContaining("signature");
    }

    @Test
    void aHubTakesFromAGatewayWithASealOnlyWhatItSealed() throws Exception {
        try (Hub open = Hub.open(config(gateway.publicPart()), List.of(), Clock.systemUTC(), System::nanoTime)) {
            byte[] answer = open.receive("pen-1", atGateway(gateway).close(HELLO));
            assertThat(Messages.readReceipt(atGateway(gateway).open(answer)).call()).isEqualTo(1);

            List<Receipt.Reason> reasons = new ArrayList<>();
            for (int time = 0; time < 4; time++) {
                reasons.add(refusal(open.receive("pen-1", atGateway(stranger).close(HELLO))));
            }
            assertThat(reasons).containsExactly(Receipt.Reason.UNAVAILABLE, Receipt.Reason.UNAVAILABLE,
                    Receipt.Reason.DENIED, Receipt.Reason.DENIED);
            assertThat(refusal(open.receive("pen-1", HELLO))).isEqualTo(Receipt.Reason.DENIED);

            open.adopt(config(null));
            assertThat(refusal(open.receive("pen-1", atGateway(gateway).close(HELLO)))).isNotNull();
            assertThat(Messages.readReceipt(open.receive("pen-1", HELLO)).call()).isEqualTo(1);
        }
    }

    @Test
    void aGatewayTakesNothingAsConfirmedThatIsNotSealed() throws Exception {
        List<byte[]> heard = new ArrayList<>();
        List<byte[]> sent = new ArrayList<>();
        Seal seal = atGateway(gateway);
        List<java.util.function.Consumer<byte[]>> below = new ArrayList<>();
        try (SealedLink link = new SealedLink(seal, heard::add, answers -> {
            below.add(answers);
            return collecting(sent);
        })) {
            link.send(HELLO);
            assertThat(atHub().open(sent.getFirst())).isEqualTo(HELLO);

            Receipt confirming = new Receipt(new Epoch(5), List.of(), null, 1);
            below.getFirst().accept(Messages.write(confirming));
            assertThat(heard).isEmpty();
            below.getFirst().accept(atHub().close(Messages.write(confirming)));
            assertThat(Messages.readReceipt(heard.getFirst())).isEqualTo(confirming);
            below.getFirst().accept(Messages.write(new Receipt(new Epoch(-1), List.of(),
                    new Receipt.Refusal(Receipt.Reason.DENIED, null, 0, "no"), 0)));
            assertThat(heard).hasSize(2);
        }
    }

    private static Link collecting(List<byte[]> sent) {
        return new Link() {
            @Override
            public void send(byte[] message) {
                sent.add(message);
            }

            @Override
            public void reset() {}

            @Override
            public void close() {}
        };
    }

    private Seal atGateway(SealKey.Pair pair) {
        return Seal.ofGateway("pen-1", SealKey.ofPrivate(pair.ownPart()), hub.publicPart());
    }

    private Seal atHub() {
        return Seal.ofHub("pen-1", SealKey.ofPrivate(hub.ownPart()), gateway.publicPart());
    }

    private HubConfig config(@org.jspecify.annotations.Nullable String seal) {
        DataConfig data = new DataConfig(folder.resolve("hub"), new DataSize(1L << 30), Duration.ofSeconds(1),
                new DataSize(1_000_000_000), Duration.ofMinutes(10), DataConfig.Durability.OFF);
        return new HubConfig(data, Pair.web(), List.of(),
                Map.of("pen-1", new GatewayAccess(null, null, null, false, seal)),
                new Secret("file:" + folder.resolve("hub.key")));
    }

    private static Receipt.Reason refusal(byte[] answer) throws Malformed {
        Receipt.Refusal refusal = Messages.readReceipt(answer).refusal();
        assertThat(refusal).isNotNull();
        return java.util.Objects.requireNonNull(refusal).reason();
    }
}
