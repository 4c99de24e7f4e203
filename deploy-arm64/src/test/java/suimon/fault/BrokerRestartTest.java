package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The site's own broker stops and starts, and the gateway is killed: nothing is lost between them. */
final class BrokerRestartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERIES = "pen1/numbers";

    @TempDir
    Path scratch;

    @Test
    void whatTheBrokerAcknowledgedArrivesOnceThroughRestartsOfBothSides() throws Exception {
        Path mosquitto = Stream.of("/usr/sbin/mosquitto", "/usr/bin/mosquitto").map(Path::of)
                .filter(Files::isExecutable).findFirst().orElse(null);
        assumeTrue(mosquitto != null, "mosquitto is not installed: apt-get install mosquitto");
        long seed = 77;
        Random random = new Random(seed);
        int port = Site.freePort();
        Path config = config(port);
        Site site = new Site(scratch.resolve("site")).sources(source(port));
        Process broker = broker(String.valueOf(mosquitto), config, port);
        Child gateway = site.start();
        try {
            awaitSubscribed(gateway);
            try (Sender sender = sender(port)) {
                for (int round = 0; round < 6; round++) {
                    sender.awaitAcknowledged(sender.acknowledgedCount() + 1 + random.nextInt(300), PATIENCE);
                    if (random.nextBoolean()) {
                        stop(broker);
                        broker = broker(String.valueOf(mosquitto), config, port);
                    } else {
                        gateway.kill();
                        gateway = site.start();
                    }
                }
                assertThat(sender.finish(PATIENCE)).as("seed=%d", seed).isTrue();
                awaitStored(site, sender.acknowledgedCount());
                gateway.stop(PATIENCE);

                Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
                assertThat(wrong(contents, sender)).as("seed=%d", seed).isEmpty();
                assertThat(contents.differences()).isEmpty();
            }
        } finally {
            gateway.close();
            // Until it is gone it writes into the folder, which is removed next.
            broker.destroyForcibly().waitFor();
        }
    }

    private static void awaitSubscribed(Child gateway) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!gateway.output().contains("source=broker subscribed")) {
            assertThat(System.nanoTime()).as(gateway.output()).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static void awaitStored(Site site, int count) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (stored(site) < count && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    private static long stored(Site site) {
        try {
            return suimon.store.Ledger.read(site.data()).books().series().values().stream()
                    .mapToLong(suimon.store.Books.SeriesBook::stored).sum();
        } catch (suimon.store.StoreFailed notYet) {
            return 0;
        }
    }

    private static String wrong(Contents contents, Sender sender) {
        Map<Long, Integer> times = new HashMap<>();
        contents.numbers(SERIES).forEach(number -> times.merge(number, 1, Integer::sum));
        List<Long> missing = new ArrayList<>(sender.acknowledged());
        missing.removeAll(times.keySet());
        boolean isTwice = times.values().stream().anyMatch(count -> count > 1);
        return missing.isEmpty() && !isTwice ? "" : "missing " + missing + (isTwice ? ", some twice" : "");
    }

    private static Sender sender(int port) {
        Instant begin = Instant.parse("2026-01-01T00:00:00Z");
        return new Sender(port, "numbers", 16, Duration.ofMillis(1), number -> new Sender.Message(
                SERIES + "/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, begin.plusSeconds(number))));
    }

    private static String source(int port) {
        return """
                - kind: mqtt-client
                  name: broker
                  broker: mqtt://127.0.0.1:%d
                  topics: [pen1/#]
                  reconnectWithin: 200ms
                  decode:
                    - topic: "{pen}/{what}/timed"
                      series: "{pen}/{what}"
                      value: $.v
                      time: $.t
                """.formatted(port);
    }

    private Path config(int port) throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("mosquitto"));
        return Files.write(folder.resolve("mosquitto.conf"), List.of(
                "listener " + port + " 127.0.0.1", "allow_anonymous true", "persistence true",
                "persistence_location " + folder + "/", "user root", "max_queued_messages 100000",
                "log_dest file " + folder.resolve("mosquitto.log")));
    }

    private Process broker(String binary, Path config, int port) throws IOException {
        Process process = new ProcessBuilder(binary, "-c", config.toString()).redirectErrorStream(true)
                .redirectOutput(scratch.resolve("broker.out").toFile()).start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Site.isOpen(port) && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        return process;
    }

    private static void stop(Process broker) throws InterruptedException {
        broker.destroy();
        assertThat(broker.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
}
