package suimon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.UplinkStatus.LaneStatus;
import suimon.config.DataSize;
import suimon.config.LanePolicy;
import suimon.config.UplinkConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.pipeline.SteppedClock;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.store.Books;
import suimon.store.Commit;

/** A lane sends no more than its budget, what waits goes on the next day or expires, and the books say so. */
class LaneBudgetTest {
    private static final long BUDGET = 6_000;
    /** The largest message that these frames make. */
    private static final long FRAME = 1_500;
    /** Of {@link Traffic}. */
    private static final Instant MEASURED = Instant.ofEpochSecond(1_760_000_000L);

    @TempDir
    Path folder = Path.of("");

    @Test
    void whatIsOverADaysBudgetWaitsForTheNextAlsoOverARestart() throws Exception {
        long seed = 21;
        try (Pair pair = new Pair(folder, seed, FRAME)) {
            SteppedClock clock = begin(pair, seed, null);
            long first = awaitStill(pair);
            assertThat(first).isBetween(BUDGET, BUDGET + FRAME);

            pair.log().commit(new Commit(List.of(new Entry.Alarm(
                    Traffic.alarm(AlarmEvent.Kind.ACTIVATED, Instant.EPOCH))), List.of()));
            pair.await("the alarm", () -> status(pair, Lane.P0).behind() == 0);

            pair.stopUplink();
            start(pair, seed);
            assertThat(awaitStill(pair)).as("after a restart on the same day").isLessThanOrEqualTo(2 * FRAME);

            long before = status(pair, Lane.P3).sentBytes();
            clock.jump(Duration.ofDays(1));
            pair.await("another day", () -> status(pair, Lane.P3).sentBytes() >= before + BUDGET);
            assertThat(awaitStill(pair)).isLessThanOrEqualTo(before + BUDGET + FRAME);

            pair.stopUplink();
            pair.config = Pair.configOf(FRAME, null);
            start(pair, seed);
            pair.awaitDrained();
            UplinkToHubTest.assertSame(pair, seed);
        }
    }

    @Test
    void withAMaximumAgeTheOldestIsToldAsExpiredAndBothSidesCountTheSame() throws Exception {
        long seed = 22;
        try (Pair pair = new Pair(folder, seed, FRAME)) {
            SteppedClock clock = begin(pair, seed, Duration.ofHours(12));
            awaitStill(pair);
            assertThat(bookOf(pair).expired()).isZero();

            clock.jump(Duration.ofDays(1));
            pair.awaitDrained();

            Holdings here = Holdings.of(pair.log());
            Holdings there = Holdings.of(pair.hubLog());
            long stored = here.readings().values().stream().mapToLong(List::size).sum();
            long delivered = there.readings().values().stream().mapToLong(List::size).sum();
            long expired = there.entries().stream().mapToLong(LaneBudgetTest::expiredIn).sum();
            assertThat(delivered).isPositive().isLessThan(stored);
            assertThat(delivered + expired).isEqualTo(stored);
            assertThat(bookOf(pair).expired()).isPositive();
            assertThat(bookOf(pair).pending()).isZero();
            UplinkToHubTest.assertBalanced(pair, seed);
        }
    }

    @Test
    void alarmsHaveNoBudget() {
        assertThatThrownBy(() -> new LanePolicy(Lane.P0, Set.of(), new DataSize(1 << 20), null, null))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no budget");
    }

    private static SteppedClock begin(Pair pair, long seed, @Nullable Duration maximumAge) throws Exception {
        SteppedClock clock = new SteppedClock(MEASURED.plus(Duration.ofHours(2)));
        pair.clock = clock;
        UplinkConfig plain = pair.config;
        pair.config = new UplinkConfig(plain.name(), plain.link(), plain.paths(), plain.lanes(),
                List.of(new LanePolicy(Lane.P3, Set.of(), new DataSize(BUDGET), null, maximumAge)), true,
                plain.frame(), plain.collect(), null, null, Set.of());
        new Traffic(seed).commit(pair.log(), 150);
        start(pair, seed);
        return clock;
    }

    private static void start(Pair pair, long seed) {
        FlakyLink.Wire wire = new FlakyLink.Wire(new Random(seed), 0, pair.hub());
        pair.startUplink(answers -> new FlakyLink(Pair.GATEWAY, wire, answers));
    }

    /** Waits until P3 sends nothing more; what it has sent. */
    private static long awaitStill(Pair pair) {
        long[] seen = {-1, System.nanoTime()};
        pair.await("still", () -> {
            long sent = pair.uplink().status().isUp() ? status(pair, Lane.P3).sentBytes() : -1;
            if (sent != seen[0]) {
                seen[0] = sent;
                seen[1] = System.nanoTime();
            }
            // Longer than any wait of the uplink for its own sake, which is a second.
            return sent >= 0 && status(pair, Lane.P3).unconfirmed() == 0
                    && System.nanoTime() - seen[1] > Duration.ofMillis(1200).toNanos();
        });
        return seen[0];
    }

    private static LaneStatus status(Pair pair, Lane lane) {
        return pair.uplink().status().lanes().stream().filter(one -> one.lane() == lane).findFirst()
                .orElse(new LaneStatus(lane, 1, 1, 1, 0, 0));
    }

    private static Books.LaneBook bookOf(Pair pair) {
        return Objects.requireNonNull(pair.log().books().lanes().get(new Books.Lane(Pair.DESTINATION, "P3")));
    }

    private static long expiredIn(String entry) {
        Matcher count = Pattern.compile("reason=(\\d+) expired").matcher(entry);
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }
}
