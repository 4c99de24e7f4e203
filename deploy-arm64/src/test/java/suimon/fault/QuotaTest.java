package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.store.Books;

/** A quota that is reached takes the oldest delivered data first, and the books say so. */
final class QuotaTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SERIES = "pen1/noise";
    private static final long QUOTA_BYTES = 16L << 20;
    /** Random text of this size, which nothing compresses below three quarters. */
    private static final int TEXT_BYTES = 48_000;
    /** Half as much again as the quota holds. */
    private static final int MESSAGES = 500;

    @TempDir
    Path scratch;

    @Test
    void deliveredDataGoesFirstAndUndeliveredOnlyWhenNothingElseIsLeft() throws Exception {
        HubSite hub = new HubSite(scratch.resolve("hub"));
        // The readings' lane alone: lanes that carry nothing say only once a minute how far they are.
        String uplink = hub.uplink("64KB") + "    lanes: [p3]\n";
        Site site = new Site(scratch.resolve("site")).data("quota: 16MB\nacknowledgeWithin: 50ms\n").with(uplink);
        try (Sender sender = sender(site)) {
            try (Child upstream = hub.start(); Child gateway = site.start()) {
                sendInSteps(sender, hub);
                gateway.stop(PATIENCE);
                upstream.stop(PATIENCE);
            }
            Books.SeriesBook delivered = book(site);
            assertThat(delivered.removed()).as("%s", delivered).isPositive();
            assertThat(delivered.expired()).as("undelivered data removed: %s", delivered).isZero();

            try (Child gateway = site.start()) {
                sender.resume();
                sender.awaitAcknowledged(sender.acknowledgedCount() + MESSAGES, PATIENCE);
                assertThat(sender.finish(PATIENCE)).isTrue();
                gateway.stop(PATIENCE);
            }
            Books.SeriesBook cutOff = book(site);
            assertThat(cutOff.expired()).as("without a hub: %s", cutOff).isPositive();
            assertThat(cutOff.stored()).isEqualTo(sender.acknowledgedCount());
            assertThat(Files.size(site.data().resolve("log.db"))).isLessThanOrEqualTo(QUOTA_BYTES);
        }
    }

    /** The link keeps up: nothing new is sent while more than a tenth is not at the hub yet. */
    private static void sendInSteps(Sender sender, HubSite hub) throws InterruptedException {
        while (sender.acknowledgedCount() < MESSAGES) {
            sender.resume();
            sender.awaitAcknowledged(sender.acknowledgedCount() + MESSAGES / 10, PATIENCE);
            assertThat(sender.finish(PATIENCE)).isTrue();
            assertThat(hub.awaitReadings(sender.acknowledgedCount(), PATIENCE))
                    .as("%d of %d at the hub", hub.readings(), sender.acknowledgedCount()).isTrue();
        }
    }

    private Books.SeriesBook book(Site site) throws Exception {
        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        assertThat(contents.differences()).isEmpty();
        return contents.books().series().entrySet().stream()
                .map(java.util.Map.Entry::getValue)
                .max(java.util.Comparator.comparingLong(Books.SeriesBook::stored)).orElseThrow();
    }

    private static Sender sender(Site site) {
        Instant begin = Instant.now();
        return new Sender(site.mqttPort(), "noise", 8, Duration.ofMillis(1), number -> {
            byte[] noise = new byte[TEXT_BYTES * 3 / 4];
            new Random(number).nextBytes(noise);
            return new Sender.Message(SERIES + "/timed", "{\"v\": \"%s\", \"t\": \"%s\"}".formatted(
                    Base64.getEncoder().encodeToString(noise), begin.plusMillis(number)));
        });
    }
}
