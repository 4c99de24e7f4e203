package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Abilities;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.config.UplinkConfig.Lane;

/** Gateways and hubs of different versions: they speak what both know, or say what is to be updated. */
class VersionsTest {
    /** The first bytes of a piece whose readings are coded: the field 3 of Packed. */
    private static final int CODED = 3 << 3 | 2;

    @TempDir
    Path folder = Path.of("");

    @Test
    void readingsGoInTheCodecThatTheHubNamesAndAsColumnsToOneThatNamesNone() throws Exception {
        assertThat(kindsOfPieces(false)).contains(CODED);
        assertThat(kindsOfPieces(true)).isNotEmpty().doesNotContain(CODED);
    }

    /** @param isOld whether the hub answers a hello as before it could say what it can do */
    private List<Integer> kindsOfPieces(boolean isOld) throws Exception {
        List<Integer> kinds = new CopyOnWriteArrayList<>();
        try (Pair pair = new Pair(folder.resolve(isOld ? "old" : "new"), 5, 4000)) {
            Reception hub = pair.hub();
            Reception between = new Reception() {
                @Override
                public boolean admits(String gateway, String token,
                        java.security.cert.@org.jspecify.annotations.Nullable X509Certificate shown, boolean loopback) {
                    return hub.admits(gateway, token, shown, loopback);
                }

                @Override
                public byte[] receive(String gateway, byte[] message) throws InterruptedException {
                    return answered(hub.receive(gateway, message), message, isOld, kinds);
                }
            };
            FlakyLink.Wire wire = new FlakyLink.Wire(new Random(5), 0, between);
            new Traffic(5).commit(pair.log(), 20);
            pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
            pair.awaitDrained();
            UplinkToHubTest.assertSame(pair, 5);
        }
        return kinds;
    }

    private static byte[] answered(byte[] answer, byte[] message, boolean isOld, List<Integer> kinds) {
        try {
            if (Messages.readUp(message) instanceof Messages.Framed(Frame frame)
                    && frame.lane() == Lane.P3 && frame.part() == 0) {
                kinds.add((int) frame.piece()[0]);
            }
            Receipt receipt = Messages.readReceipt(answer);
            return isOld ? Messages.write(new Receipt(
                    receipt.epoch(), receipt.confirmed(), receipt.refusal(), receipt.call())) : answer;
        } catch (suimon.backhaul.Malformed impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void aHubTooOldForAGatewaySaysSo() throws Exception {
        try (Pair pair = new Pair(folder, 6, 900)) {
            byte[] answer = pair.hub().receive(Pair.GATEWAY, Messages.write(new Messages.Hello(
                    Pair.GATEWAY, new Epoch(3), 1, 0, new Abilities(9, 9, Set.of(7)))));

            Receipt.Refusal refusal = Objects.requireNonNull(Messages.readReceipt(answer).refusal());
            assertThat(refusal.reason()).isEqualTo(Receipt.Reason.MALFORMED);
            assertThat(refusal.text()).contains("needs version 9", "update the hub");
        }
    }
}
