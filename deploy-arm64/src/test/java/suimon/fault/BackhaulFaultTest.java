package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway and hub die while the backlog drains, and an old copy of the data is put back. */
final class BackhaulFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERIES = "pen1/numbers";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path scratch;

    @Test
    void killsWhileTheBacklogDrainsLoseAndDoubleNothingAtTheHub() throws Exception {
        long seed = 515;
        Random random = new Random(seed);
        HubSite hub = new HubSite(scratch.resolve("hub"));
        Site site = new Site(scratch.resolve("site")).with(hub.uplink());
        Child upstream = null;
        Child gateway = site.start();
        try (Sender sender = sender(site)) {
            sender.awaitAcknowledged(4_000, PATIENCE);
            upstream = hub.start();
            for (int round = 0; round < 8; round++) {
                // The backlog may be drained before: then what comes next dies while it idles.
                hub.awaitReadings(hub.readings() + 1 + random.nextInt(500), Duration.ofSeconds(10));
                if (random.nextBoolean()) {
                    upstream.kill();
                    upstream = hub.start();
                } else {
                    gateway.kill();
                    gateway = site.start();
                }
            }
            assertThat(sender.finish(PATIENCE)).as("seed=%d", seed).isTrue();
            hub.awaitReadings(sender.acknowledgedCount(), PATIENCE);

            gateway.stop(PATIENCE);
            upstream.stop(PATIENCE);
            check("seed=" + seed, site, hub, sender);
        } finally {
            gateway.close();
            if (upstream != null) {
                upstream.close();
            }
        }
    }

    @Test
    void anOldCopyOfTheDataPutBackBeginsANewEpochAndLosesNothingAtTheHub() throws Exception {
        HubSite hub = new HubSite(scratch.resolve("hub"));
        Site site = new Site(scratch.resolve("site")).with(hub.uplink());
        Path old = scratch.resolve("old");
        try (Child upstream = hub.start();
                Sender sender = sender(site)) {
            runUntilDelivered(site, hub, sender, 500);
            Copies.of(site.data(), old);
            runUntilDelivered(site, hub, sender, 500);
            Copies.remove(site.data());
            Copies.of(old, site.data());
            runUntilDelivered(site, hub, sender, 500);
            try (Child gateway = site.start()) {
                assertThat(sender.finish(PATIENCE)).isTrue();
                hub.awaitReadings(sender.acknowledgedCount(), PATIENCE);
                gateway.stop(PATIENCE);
            }

            upstream.stop(PATIENCE);
            Contents atHub = Contents.of(hub.data(), scratch.resolve("hub-copy"));
            assertThat(wrong(atHub, sender)).isEmpty();
            assertThat(newEpochs(old)).as("before the old copy was put back").isZero();
            assertThat(newEpochs(site.data())).as("after it").isPositive();
        }
    }

    private long newEpochs(Path data) throws Exception {
        return Contents.of(data, scratch.resolve("look")).audits().stream()
                .filter(audit -> audit.action().startsWith("new epoch")).count();
    }

    /** Runs the gateway until so many more readings are at the hub, and all that it acknowledged. */
    private static void runUntilDelivered(Site site, HubSite hub, Sender sender, int more) throws Exception {
        try (Child gateway = site.start()) {
            sender.awaitAcknowledged(sender.acknowledgedCount() + more, PATIENCE);
            assertThat(sender.finish(PATIENCE)).isTrue();
            int count = sender.acknowledgedCount();
            assertThat(hub.awaitReadings(count, PATIENCE))
                    .as("%d of %d at the hub%n%s", hub.readings(), count, gateway.output()).isTrue();
            gateway.kill();
            sender.resume();
        }
    }

    private void check(String description, Site site, HubSite hub, Sender sender) throws Exception {
        Contents atGateway = Contents.of(site.data(), scratch.resolve("gateway-copy"));
        Contents atHub = Contents.of(hub.data(), scratch.resolve("hub-copy"));
        assertThat(wrong(atGateway, sender)).as(description).isEmpty();
        assertThat(wrong(atHub, sender)).as(description).isEmpty();
        assertThat(atGateway.differences()).as(description).isEmpty();
        assertThat(atHub.differences()).as(description).isEmpty();
        assertThat(times(atHub)).as(description).isEqualTo(times(atGateway));
    }

    /** What is missing or there more than once of all that was sent. */
    private static String wrong(Contents contents, Sender sender) {
        Map<Long, Integer> times = new HashMap<>();
        contents.numbers(SERIES).forEach(number -> times.merge(number, 1, Integer::sum));
        List<Long> missing = LongStream.rangeClosed(1, sender.sent()).boxed()
                .filter(number -> !times.containsKey(number)).toList();
        List<Long> twice = times.entrySet().stream().filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey).sorted().toList();
        return missing.isEmpty() && twice.isEmpty()
                ? "" : "of %d sent missing %s, more than once %s".formatted(sender.sent(), missing, twice);
    }

    private static List<Long> times(Contents contents) {
        return contents.readings().getOrDefault(SERIES, List.of()).stream()
                .map(Contents.Stored::measured).sorted().toList();
    }

    private static Sender sender(Site site) {
        return new Sender(site.mqttPort(), "numbers", 64, Duration.ofMillis(1), number -> new Sender.Message(
                SERIES + "/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, BEGIN.plusSeconds(number))));
    }
}
