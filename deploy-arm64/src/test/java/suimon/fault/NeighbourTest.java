package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one device does wrong costs the others nothing. */
final class NeighbourTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Twice as much misbehaviour must not take more memory than this above the first half. */
    private static final long GROWTH_BYTES_MAX = 48L << 20;

    @TempDir
    Path scratch;

    @Test
    void aDeviceThatLeavesInsideACommitWindowCostsNoOtherItsAcknowledgement() throws Exception {
        Site site = new Site(scratch.resolve("site")).data("acknowledgeWithin: 150ms\n");
        try (Child gateway = site.start();
                RawMqtt first = RawMqtt.connected(site.mqttPort(), "first", true);
                RawMqtt last = RawMqtt.connected(site.mqttPort(), "last", true)) {
            first.patience(60_000);
            last.patience(60_000);
            for (int round = 1; round <= 20; round++) {
                try (RawMqtt leaving = RawMqtt.connected(site.mqttPort(), "leaving", true)) {
                    first.publish("pen1/first", "{\"v\": 1}", round, false);
                    leaving.publish("pen1/leaving", "{\"v\": 2}", round, false);
                }
                last.publish("pen1/last", "{\"v\": 3}", round, false);

                assertThat(acknowledged(first)).as("round " + round).isEqualTo(round);
                assertThat(acknowledged(last)).as("round " + round).isEqualTo(round);
            }
            assertThat(gateway.isAlive()).as(gateway.output()).isTrue();
        }
    }

    @Test
    void aSubscriberThatNeverReadsLeavesMemoryFlat() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        try (Child gateway = site.start();
                Sender sender = sender(site)) {
            List<RawMqtt> deaf = new ArrayList<>();
            for (int subscriber = 0; subscriber < 5; subscriber++) {
                RawMqtt mqtt = RawMqtt.connected(site.mqttPort(), "deaf" + subscriber, true);
                mqtt.subscribe("suimon/#", 1);
                deaf.add(mqtt);
            }

            long growth = growth(gateway, sender, 15_000);

            assertThat(growth).as("growth").isLessThan(GROWTH_BYTES_MAX);
            assertThat(sender.complaints()).isEmpty();
            for (RawMqtt mqtt : deaf) {
                mqtt.close();
            }
        }
    }

    @Test
    void aPublisherThatIgnoresTheReceiveMaximumLeavesMemoryFlatAndOthersServed() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        AtomicBoolean isOver = new AtomicBoolean();
        try (Child gateway = site.start();
                Sender sender = sender(site)) {
            List<Thread> greedy = new ArrayList<>();
            for (int publisher = 0; publisher < 4; publisher++) {
                String client = "greedy" + publisher;
                greedy.add(Thread.ofPlatform().start(() -> flood(site.mqttPort(), client, isOver)));
            }

            long growth = growth(gateway, sender, 3_000);

            isOver.set(true);
            for (Thread thread : greedy) {
                thread.join();
            }
            assertThat(growth).as("growth").isLessThan(GROWTH_BYTES_MAX);
            assertThat(sender.complaints()).isEmpty();
        }
    }

    /** The growth of the process while an honest device sends the same number once more. */
    private static long growth(Child gateway, Sender sender, int messages) throws Exception {
        sender.awaitAcknowledged(sender.acknowledgedCount() + messages, PATIENCE);
        long before = Memory.resident(gateway);
        sender.awaitAcknowledged(sender.acknowledgedCount() + messages, PATIENCE);
        return Memory.resident(gateway) - before;
    }

    /** Publishes without ever reading an acknowledgement, and comes back when it is thrown out. */
    private static void flood(int port, String client, AtomicBoolean isOver) {
        byte[] payload = ("{\"v\": 1, \"padding\": \"" + "x".repeat(2_000) + "\"}").getBytes(
                java.nio.charset.StandardCharsets.UTF_8);
        while (!isOver.get()) {
            try (RawMqtt mqtt = RawMqtt.connected(port, client, true)) {
                Thread closer = Thread.ofVirtual().start(() -> closeWhenOver(mqtt, isOver));
                for (int packet = 0; !isOver.get(); packet++) {
                    mqtt.publish("pen9/" + client, payload, 1, 1 + packet % 0xffff, false);
                }
                closer.join();
            } catch (IOException thrownOut) {
                LockSupport.parkNanos(1_000_000);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** A write into a full socket would wait for ever. */
    private static void closeWhenOver(RawMqtt mqtt, AtomicBoolean isOver) {
        while (!isOver.get()) {
            LockSupport.parkNanos(5_000_000);
        }
        try {
            mqtt.hangUp();
        } catch (IOException alreadyGone) {
            // The gateway closed it first.
        }
    }

    private static Sender sender(Site site) {
        Instant begin = Instant.parse("2026-01-01T00:00:00Z");
        return new Sender(site.mqttPort(), "honest", 64, Duration.ZERO, number -> new Sender.Message(
                "pen1/honest/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, begin.plusSeconds(number))));
    }

    private static int acknowledged(RawMqtt mqtt) throws IOException {
        try {
            RawMqtt.Packet packet = mqtt.readOne();
            return packet.type() == RawMqtt.PUBACK && packet.reason() == 0 ? packet.packetId() : -packet.type();
        } catch (EOFException | SocketException end) {
            return 0;
        }
    }
}
