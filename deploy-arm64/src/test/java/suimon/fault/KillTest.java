package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 and power cuts while devices send with QoS 1: what was acknowledged is there, once. */
final class KillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WINDOW = 64;
    private static final Duration PAUSE = Duration.ofMillis(1);
    /** The first measured time; one second per message. */
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path scratch;

    @Test
    void everyAcknowledgedReadingIsThereOnceAfterTwentyKills() throws Exception {
        kill(20_261, 20);
    }

    @Test
    @Tag("long")
    void everyAcknowledgedReadingIsThereOnceAfterTwoHundredKills() throws Exception {
        kill(20_262, 200);
    }

    @Test
    void everyAcknowledgedReadingIsThereOnceAfterPowerCuts() throws Exception {
        Outcome outcome = cut("full", 31, 12);

        assertThat(outcome.verdict()).as(outcome.description()).isEmpty();
    }

    @Test
    @Tag("long")
    void everyAcknowledgedReadingIsThereOnceAfterTwoHundredPowerCuts() throws Exception {
        Outcome outcome = cut("full", 1_031, 200);

        assertThat(outcome.verdict()).as(outcome.description()).isEmpty();
    }

    @Test
    void withoutSynchronousPowerCutsLoseAcknowledgedReadings() throws Exception {
        Outcome outcome = cut("off", 31, 6);

        assertThat(outcome.verdict()).as(outcome.description()).isNotEmpty();
    }

    private void kill(long seed, int rounds) throws Exception {
        Random random = new Random(seed);
        Site site = new Site(scratch.resolve("site"));
        try (Sender timed = timed(site); Sender arriving = arriving(site)) {
            for (int round = 0; round < rounds; round++) {
                try (Child gateway = site.start()) {
                    Sender watched = random.nextBoolean() ? timed : arriving;
                    watched.awaitAcknowledged(
                            watched.acknowledgedCount() + 1 + random.nextInt(300), PATIENCE);
                    LockSupport.parkNanos(random.nextInt(10_000_000));
                    gateway.kill();
                }
            }
            Outcome outcome = outcome(site, "seed=" + seed, List.of(timed, arriving));

            assertThat(outcome.verdict()).as(outcome.description()).isEmpty();
        }
    }

    private Outcome cut(String durability, int firstSeed, int rounds) throws Exception {
        Site site = new Site(scratch.resolve("site")).durability(durability);
        StringBuilder reports = new StringBuilder();
        try (Sender timed = timed(site); Sender arriving = arriving(site)) {
            for (int seed = firstSeed; seed < firstSeed + rounds; seed++) {
                PowerCut cut = PowerCut.between(site.data(), scratch.resolve(seed + ".report"), seed, 1, 600)
                        .with("POWERCUT_SYNC_MICROS", "3000");
                try (Child gateway = site.begin(cut.environment())) {
                    gateway.awaitEnd(PATIENCE);
                    assertThat(cut.hasHappened()).as("seed=%d %s%n%s", seed, cut.reportLines(),
                            gateway.output()).isTrue();
                }
                reports.append(String.join("\n", cut.reportLines())).append('\n');
            }
            String description = "seeds from " + firstSeed + ", durability " + durability + "\n" + reports;
            return outcome(site, description, List.of(timed, arriving));
        }
    }

    private static Sender timed(Site site) {
        return new Sender(site.mqttPort(), "timed", WINDOW, PAUSE, number -> new Sender.Message("pen1/timed/timed",
                "{\"v\": %d, \"t\": \"%s\"}".formatted(number, BEGIN.plusSeconds(number))));
    }

    private static Sender arriving(Site site) {
        return new Sender(site.mqttPort(), "arriving", WINDOW, PAUSE,
                number -> new Sender.Message("pen1/arriving", "{\"v\": %d}".formatted(number)));
    }

    /** @param verdict what is missing, twice or out of the books; empty when nothing */
    private record Outcome(String description, String verdict) {}

    /** Lets the devices finish on a gateway that is left alone, stops it and compares. */
    private Outcome outcome(Site site, String description, List<Sender> senders) throws Exception {
        String verdict = "";
        try (Child gateway = site.begin(Map.of())) {
            try {
                site.awaitListening(gateway);
            } catch (AssertionError dead) {
                return new Outcome(description, dead.toString());
            }
            for (Sender sender : senders) {
                verdict += sender.finish(PATIENCE) ? "" : "a sender waits for its acknowledgements; ";
                verdict += String.join("; ", sender.complaints());
            }
            gateway.stop(PATIENCE);
        }
        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        verdict += compare(contents, "pen1/timed", senders.get(0));
        verdict += compare(contents, "pen1/arriving", senders.get(1));
        verdict += contents.differences().isEmpty() ? "" : "\nthe books: " + contents.differences();
        return new Outcome(description, verdict);
    }

    private static String compare(Contents contents, String series, Sender sender) {
        Map<Long, Integer> times = new HashMap<>();
        contents.numbers(series).forEach(number -> times.merge(number, 1, Integer::sum));
        List<Long> missing = sender.acknowledged().stream().filter(n -> !times.containsKey(n)).toList();
        List<Long> twice = times.entrySet().stream().filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey).sorted().toList();
        if (missing.isEmpty() && twice.isEmpty() && sender.acknowledgedCount() > 100) {
            return "";
        }
        return "%n%s: sent %d, sent again %d, acknowledged %d, found %d, missing %s, more than once %s".formatted(
                series, sender.sent(), sender.resent(), sender.acknowledgedCount(), times.size(),
                missing, twice);
    }
}
