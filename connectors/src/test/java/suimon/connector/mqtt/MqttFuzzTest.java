package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataSize;
import suimon.pipeline.ScriptedInbox;

/** Packets with flipped, cut and added bytes, before and after CONNECT, harm nobody else. */
class MqttFuzzTest {
    private static final long SEED = 20_261_123;
    private static final int CONNECTIONS = 300;
    private static final List<String> PACKETS = List.of(
            "3005000174" + "3131", "320700017400013131", "34070001740002" + "3131", "36070001740002" + "3131",
            "82080001000374" + "2f2300", "820d00010000087375696d6f6e2f2300", "a2050001000174", "62020002",
            "40020001", "50020001", "70020001", "c000", "d000", "e000", "f000", "0000", "30ffffff7f",
            "100d00044d5154540402003c000161", "101000044d5154540502003c032100010000");

    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox inbox = new ScriptedInbox();

    @Test
    void distortedPacketsCostNobodyElse() throws Exception {
        MqttListener listener = new MqttListener(new MqttListenerSettings("fuzzed", "127.0.0.1", 0, null, null,
                new DataSize(65_536), 1000, 100, Duration.ofDays(1), List.of()),
                inbox.context(folder), Login.ANYBODY);
        listener.start();
        Random random = new Random(SEED);
        try (listener; RawClient good = new RawClient(listener.port(), 4).connect("good", true, "")) {
            assertThat(good.read().type()).isEqualTo(2);
            for (int count = 0; count < CONNECTIONS; count++) {
                attack(listener.port(), random);
            }
            good.publish("good", 1, 1, false, "", "still here");
            inbox.await(all -> all.texts().contains("good still here"));
            inbox.commit();
            assertThat(good.read().type()).as("PUBACK, seed " + SEED).isEqualTo(4);
        }
    }

    private static void attack(int port, Random random) throws IOException {
        int version = random.nextBoolean() ? 5 : 4;
        try (RawClient bad = new RawClient(port, version)) {
            if (random.nextInt(4) > 0) {
                bad.connect("bad" + random.nextInt(5), true, "");
            }
            int packets = 1 + random.nextInt(10);
            for (int packet = 0; packet < packets; packet++) {
                bad.bytes(distorted(random));
            }
        } catch (java.net.SocketException e) {
            // Cut off while it was still sending, as it deserves.
            assertThat(e).as("seed " + SEED).isNotInstanceOf(java.net.ConnectException.class);
        }
    }

    private static byte[] distorted(Random random) {
        byte[] packet = HexFormat.of().parseHex(PACKETS.get(random.nextInt(PACKETS.size())));
        for (int change = random.nextInt(4); change > 0; change--) {
            packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
        }
        int length = random.nextInt(5) == 0 ? random.nextInt(packet.length + 8) : packet.length;
        return java.util.Arrays.copyOf(packet, length);
    }
}
