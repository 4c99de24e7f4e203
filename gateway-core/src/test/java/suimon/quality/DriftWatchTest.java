package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import suimon.config.GradeConfig;

class DriftWatchTest {
    private static final long DAY = 86_400 * Flags.SECOND;
    private static final GradeConfig.Drift CONFIG =
            new GradeConfig.Drift(List.of("one", "other"), 1.0, Duration.ofDays(20), Duration.ofMinutes(30));

    @Test
    void theSlopeIsTheMedianOfAllPairsAndOneBadValueDoesNotMoveIt() {
        double[] times = {0, 1, 2, 3, 4, 5, 6};

        Trend clean = Trend.of(times, new double[] {1, 3, 5, 7, 9, 11, 13});
        Trend spoilt = Trend.of(times, new double[] {1, 3, 5, 700, 9, 11, 13});
        Trend level = Trend.of(times, new double[] {2, 2, 2, 2, 2, 2, 2});
        Trend few = Trend.of(new double[] {0, 1, 2, 4}, new double[] {0, 1, 3, 8});

        assertThat(clean.perUnit()).isEqualTo(2);
        // S = 21, variance 7 * 6 * 19 / 18 = 44.33, (21 - 1) / 6.658.
        assertThat(clean.score()).isCloseTo(3.004, within(0.001));
        assertThat(spoilt.perUnit()).isEqualTo(2);
        assertThat(level).isEqualTo(new Trend(0, 0));
        assertThat(few.perUnit()).as("of 1, 1.5, 2, 2, 7/3, 2.5").isEqualTo(2);
    }

    @Test
    void aSensorThatSlowlyDepartsIsSuspectAndOneThatFollowsItsNeighboursIsNot() {
        DriftWatch steady = new DriftWatch(CONFIG);
        DriftWatch fouled = new DriftWatch(CONFIG);

        play(steady, 0, 40, 0);
        int day = play(fouled, 0, 40, 0.1);

        assertThat(steady.isSuspect()).isFalse();
        assertThat(fouled.isSuspect()).isTrue();
        assertThat(fouled.departure()).isCloseTo(2, within(0.5));
        assertThat(day).isBetween(9, 20);
    }

    @Test
    void whatWasKnownOfPastDaysSurvivesARestart() {
        DriftWatch before = new DriftWatch(CONFIG);
        play(before, 0, 40, 0.1);
        DriftWatch after = new DriftWatch(CONFIG);
        after.restore(before.state());

        assertThat(before.isSuspect()).isTrue();
        assertThat(after.isSuspect()).isTrue();
        assertThat(after.departure()).isEqualTo(before.departure());
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.state().length).isLessThanOrEqualTo(25 * 16);
    }

    @Test
    void aCleanedSensorIsTrustedAgainOnceTheDaysBeforeAreForgotten() {
        DriftWatch watch = new DriftWatch(CONFIG);
        play(watch, 0, 20, 0.1);
        boolean before = watch.isSuspect();

        play(watch, 20, 60, 0);

        assertThat(before).isTrue();
        assertThat(watch.isSuspect()).isFalse();
    }

    @Test
    void placesThatDifferByTheWeatherForAWeekAndAHalfAreNoDrift() {
        DriftWatch watch = new DriftWatch(CONFIG);
        play(watch, 0, 25, 0);

        int front = play(watch, 25, 34, 0.25);
        int calm = play(watch, 34, 70, 0);

        assertThat(List.of(front, calm)).containsExactly(-1, -1);
    }

    /** Returns the first day on which it was suspect; -1 when it never was. */
    private static int play(DriftWatch watch, int from, int to, double perDay) {
        Random random = new Random(from);
        int found = -1;
        for (int row = from * 48; row < to * 48; row++) {
            long at = row * DAY / 48;
            double truth = 10 + 5 * Math.sin(row / 700.0) + Math.sin(row / 8.0);
            watch.neighbour(0, truth + random.nextGaussian() * 0.3, at);
            watch.neighbour(1, row % 5 == 0 ? 99 : truth + random.nextGaussian() * 0.3, at - Flags.SECOND);
            watch.value(truth + perDay * (row / 48.0 - from) + random.nextGaussian() * 0.3, at);
            found = watch.isSuspect() && found < 0 ? row / 48 : found;
        }
        return found;
    }
}
