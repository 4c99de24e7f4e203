package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataSize;
import suimon.pipeline.ScriptedInbox;

/** Packets with flipped, cut and added bytes, before and after CONNECT, harm nobody else. */
class MqttFuzzTest {
    private static final long SEED = 20_261_123;
    private static final int PACKETS_OF_ONE_MAX = 10;
    private static final int EVERY = 500;
    /** Heap that a run may leave occupied: what the inbox of the test keeps is far less. */
    private static final long LEFT_BYTES_MAX = 48L << 20;
    private static final List<String> PACKETS = List.of(
            "3005000174" + "3131", "320700017400013131", "34070001740002" + "3131", "36070001740002" + "3131",
            "82080001000374" + "2f2300", "820d00010000087375696d6f6e2f2300", "a2050001000174", "62020002",
            "40020001", "50020001", "70020001", "c000", "d000", "e000", "f000", "0000", "30ffffff7f",
            "100d00044d5154540402003c000161",
            "301200017400" + "7b2276223a312c2274223a22227d", "320c00017400010523000a2600" + "31",
            "82140001020b050e" + "7375696d6f6e2f76616c7565732f23" + "21", "e00100", "e007000511" + "0000000a",
            "f00100", "620400029200", "400400011000", "302600017420" + "260001610001622600016300016403000174080001740900023132",
            "101900044d5154540506003c00" + "0001620000017700023131", "3080808001" + "0001", "101000044d5154540502003c032100010000");

    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox inbox = new ScriptedInbox().commitsByItself();

    @Test
    void distortedPacketsCostNobodyElse() throws Exception {
        attack(SEED, 3_000);
    }

    @Test
    @Tag("long")
    void aHundredThousandDistortedPacketsCostNobodyElse() throws Exception {
        attack(SEED + 1, 100_000);
    }

    private void attack(long seed, int packets) throws Exception {
        MqttListener listener = new MqttListener(new MqttListenerSettings("fuzzed", "127.0.0.1", 0, null, null,
                new DataSize(65_536), 1000, 100, Duration.ofDays(1), List.of()),
                inbox.context(folder), Login.ANYBODY);
        listener.start();
        Random random = new Random(seed);
        try (listener; RawClient good = new RawClient(listener.port(), 4).connect("good", true, "")) {
            assertThat(good.read().type()).isEqualTo(2);
            long before = occupied();
            int asked = 0;
            for (int sent = 0; sent < packets;) {
                sent += attack(listener.port(), random, seed);
                if (sent / EVERY > asked) {
                    asked = sent / EVERY;
                    good.publish("good", 1, asked, false, "", "still here");
                    assertThat(good.read()).as("PUBACK after %d packets, seed %d", sent, seed)
                            .matches(packet -> packet.type() == 4);
                }
            }
            assertThat(listener.progress().healthy()).isTrue();
            assertThat(occupied() - before).as("heap left occupied, seed %d", seed).isLessThan(LEFT_BYTES_MAX);
        }
    }

    private static long occupied() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** One connection; says how many packets it sent. Everything has been read when it returns. */
    private static int attack(int port, Random random, long seed) throws IOException {
        int version = random.nextBoolean() ? 5 : 4;
        int packets = 1 + random.nextInt(PACKETS_OF_ONE_MAX);
        try (RawClient bad = new RawClient(port, version)) {
            if (random.nextInt(8) > 0) {
                bad.connect("bad" + random.nextInt(5), true, "");
            }
            for (int packet = 0; packet < packets; packet++) {
                bad.bytes(distorted(random));
            }
            bad.finish();
        } catch (java.net.SocketException e) {
            // Cut off while it was still sending, as it deserves.
            assertThat(e).as("seed " + seed).isNotInstanceOf(java.net.ConnectException.class);
        }
        return packets;
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
