package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Books;

/** Nonsense at full rate: it is acknowledged, counted and kept small, and nobody else waits. */
final class MalformedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 1_000;
    private static final int OUTSTANDING_MAX = 32;

    @TempDir
    Path scratch;

    /** One way to be wrong. */
    private record Nonsense(String topic, byte[] payload) {
        Nonsense(String topic, String payload) {
            this(topic, payload.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void everyKindOfNonsenseIsAcknowledgedAndCountedAndBlocksNobody() throws Exception {
        List<Nonsense> kinds = kinds();
        Site site = new Site(scratch.resolve("site"));
        int sent = ROUNDS * kinds.size();
        long honest;
        try (Child gateway = site.start();
                Sender sender = new Sender(site.mqttPort(), "honest", 16, Duration.ofMillis(1),
                        number -> new Sender.Message("pen1/honest", "{\"v\": " + number + "}"))) {
            assertThat(publish(site.mqttPort(), kinds)).as("acknowledged").isEqualTo(sent);
            assertThat(sender.finish(PATIENCE)).isTrue();
            assertThat(sender.complaints()).isEmpty();
            honest = sender.acknowledgedCount();
            gateway.stop(PATIENCE);
        }

        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        long counted = contents.rejects().stream().mapToLong(reject -> 1 + reject.repeats()).sum();
        assertThat(contents.numbers("pen1/honest")).hasSize((int) honest);
        assertThat(counted).as("rejects").isEqualTo(sent);
        assertThat(contents.rejects()).as("the disk is not filled").hasSizeLessThan(1_000);
        assertThat(contents.rejects()).allSatisfy(reject -> assertThat(reject.reason()).isNotBlank());
        assertThat(contents.differences()).isEmpty();
        assertThat(contents.listener())
                .isEqualTo(new Books.SourceBook(sent + honest, honest, sent, 0));
    }

    @Test
    void brokenPacketsCloseTheirOwnConnectionAlone() throws Exception {
        long seed = 99;
        Random random = new Random(seed);
        Site site = new Site(scratch.resolve("site"));
        try (Child gateway = site.start();
                Sender sender = new Sender(site.mqttPort(), "honest", 16, Duration.ofMillis(1),
                        number -> new Sender.Message("pen1/honest", "{\"v\": " + number + "}"))) {
            for (int connection = 0; connection < 200; connection++) {
                byte[] bytes = new byte[1 + random.nextInt(300)];
                random.nextBytes(bytes);
                try (RawMqtt mqtt = new RawMqtt(site.mqttPort())) {
                    if (connection % 2 == 0) {
                        mqtt.connect("broken" + connection, true);
                    }
                    mqtt.send(random.nextInt(256), bytes);
                } catch (IOException thrownOut) {
                    // What a broken device deserves.
                }
            }

            sender.awaitAcknowledged(sender.acknowledgedCount() + 200, PATIENCE);
            assertThat(sender.complaints()).as("seed=%d", seed).isEmpty();
            assertThat(sender.resent()).as("seed=%d", seed).isZero();
            assertThat(gateway.isAlive()).isTrue();
        }
    }

    /** Sends all kinds many times over as fast as they are acknowledged; returns how many were. */
    private static int publish(int port, List<Nonsense> kinds) throws IOException, InterruptedException {
        Set<Integer> open = java.util.Collections.synchronizedSet(new HashSet<>());
        Semaphore room = new Semaphore(OUTSTANDING_MAX);
        int[] acknowledged = new int[1];
        try (RawMqtt mqtt = RawMqtt.connected(port, "nonsense", true)) {
            Thread reader = Thread.ofPlatform().start(() -> mqtt.readAcknowledgements(packetId -> {
                acknowledged[0] += open.remove(packetId) ? 1 : 0;
                room.release();
            }));
            for (int number = 0; number < ROUNDS * kinds.size(); number++) {
                if (!room.tryAcquire(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)) {
                    break;
                }
                Nonsense nonsense = kinds.get(number % kinds.size());
                open.add(1 + number % 60_000);
                mqtt.publish(nonsense.topic(), nonsense.payload(), 1, 1 + number % 60_000, false);
            }
            room.tryAcquire(OUTSTANDING_MAX, PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
            mqtt.hangUp();
            reader.join();
        }
        return acknowledged[0];
    }

    private static List<Nonsense> kinds() {
        List<Nonsense> kinds = new ArrayList<>();
        for (String payload : List.of("", " ", "not json", "{", "{\"v\": }", "{\"v\": 1", "[1, 2", "{}",
                "{\"w\": 1}", "{\"v\": {\"x\": 1}}", "{\"v\": [1]}", "{\"v\": 1}}", "{\"v\": 01}",
                "{\"v\": +1}", "{\"v\": 1e}", "{\"v\": tru}", "{\"v\": \"\\ud800\"", "{\"v\": \"\\x\"}",
                "{'v': 1}", "<v>1</v>", "[".repeat(20_000), "{\"v\":".repeat(5_000), "\u0000\u0001\u0002")) {
            kinds.add(new Nonsense("pen1/nonsense", payload));
        }
        for (String time : List.of("\"yesterday\"", "\"2026-13-45T00:00:00Z\"", "{}", "[]", "1e400", "\"\"")) {
            kinds.add(new Nonsense("pen1/nonsense/timed", "{\"v\": 1, \"t\": " + time + "}"));
        }
        kinds.add(new Nonsense("pen1/nonsense", new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0x80}));
        kinds.add(new Nonsense("pen1/nonsense", new byte[4_000]));
        kinds.add(new Nonsense("no/rule/for/this/topic", "{\"v\": 1}"));
        return kinds;
    }
}
