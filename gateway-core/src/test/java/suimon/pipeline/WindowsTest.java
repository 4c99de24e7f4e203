package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final long HOUR = 60 * MINUTE;
    private static final ZoneOffset JAPAN = ZoneOffset.ofHours(9);

    private final Windows windows = windows(Set.of("oxygen"));

    @Test
    void aWindowIsDueOnceWhenItsLastHourIsOver() {
        hourly(0, 4, 6);
        assertThat(windows.takeDue()).extracting(Window::endNanos).containsExactly(3 * HOUR);

        windows.observe(0, 4 * HOUR, 4 * HOUR, 7, true);
        windows.observe(0, 4 * HOUR + MINUTE, 4 * HOUR + MINUTE, 7, true);

        assertThat(windows.takeDue()).extracting(Window::endNanos).containsExactly(4 * HOUR);
    }

    @Test
    void irregularReadingsBecomeTheMeanOfTheirHour() {
        hourly(0, 3, 6);
        windows.observe(0, 3 * HOUR + MINUTE, 3 * HOUR + MINUTE, 1, true);
        windows.observe(0, 3 * HOUR + 2 * MINUTE, 3 * HOUR + 2 * MINUTE, 2, true);
        windows.observe(0, 3 * HOUR + 59 * MINUTE, 3 * HOUR + 59 * MINUTE, 6, true);

        windows.observe(0, 4 * HOUR, 4 * HOUR, 9, true);

        assertThat(newest(windows).values()).containsExactly(6, 0, 6, 0, 6, 0, 3, 0);
    }

    @Test
    void whatIsNotThereIsMaskedAndZero() {
        hourly(0, 2, 6);
        windows.observe(0, 2 * HOUR, 2 * HOUR, Double.NaN, false);
        windows.observe(0, 3 * HOUR, 3 * HOUR, 5, true);

        windows.observe(0, 4 * HOUR, 4 * HOUR, 9, true);

        Window window = newest(windows);
        assertThat(window.values()).containsExactly(6, 0, 6, 0, 0, 0, 5, 0);
        assertThat(window.mask()).containsExactly(1, 0, 1, 0, 0, 0, 1, 0);
    }

    @Test
    void aValueOutsideTheRangeCountsAsMissing() {
        hourly(0, 3, 6);
        windows.observe(0, 3 * HOUR, 3 * HOUR, 999, true);

        windows.observe(0, 4 * HOUR, 4 * HOUR, 6, true);

        assertThat(windows.takeDue()).extracting(Window::endNanos).containsExactly(3 * HOUR);
        assertThat(windows.shortfall()).isEqualTo("oxygen: nothing in the newest 1 intervals");
    }

    @Test
    void aWindowWaitsForTheOtherSeriesButNotForEver() {
        Windows both = windows(Set.of("oxygen", "temperature"));
        for (int hour = 0; hour < 4; hour++) {
            both.observe(0, hour * HOUR, hour * HOUR, 6, true);
            both.observe(1, hour * HOUR, hour * HOUR, 20, true);
        }
        both.takeDue();

        both.observe(0, 4 * HOUR, 4 * HOUR, 6, true);
        assertThat(both.takeDue()).isEmpty();
        both.observe(0, 4 * HOUR + 11 * MINUTE, 4 * HOUR + 11 * MINUTE, 6, true);

        assertThat(both.takeDue()).extracting(Window::endNanos).containsExactly(4 * HOUR);
    }

    @Test
    void aRevisionReplacesAndALaterGradeRemoves() {
        hourly(0, 3, 6);
        windows.observe(0, 3 * HOUR, 3 * HOUR, 1, true);
        windows.observe(0, 3 * HOUR, 3 * HOUR, 4, true);
        windows.observe(0, 3 * HOUR + MINUTE, 3 * HOUR + MINUTE, 24, true);
        windows.remove(0, 3 * HOUR + MINUTE);

        windows.observe(0, 4 * HOUR, 4 * HOUR, 9, true);

        assertThat(newest(windows).values()[6]).isEqualTo(4);
    }

    @Test
    void lateReadingsMakeTheNewestWindowAgainOnce() {
        hourly(0, 5, 6);
        windows.takeDue();
        assertThat(windows.takeRevised()).isNull();

        windows.observe(0, 3 * HOUR + MINUTE, 5 * HOUR, 8, true);

        Window revised = windows.takeRevised();
        assertThat(revised).isNotNull();
        assertThat(revised.endNanos()).isEqualTo(4 * HOUR);
        assertThat(revised.values()[6]).isEqualTo(7);
        assertThat(windows.takeRevised()).isNull();
    }

    @Test
    void aReadingFromTheFutureDoesNotPushThePastOut() {
        hourly(0, 4, 6);
        windows.observe(0, 400_000 * HOUR, 4 * HOUR, 6, true);

        windows.observe(0, 4 * HOUR, 4 * HOUR, 9, true);

        assertThat(newest(windows).endNanos()).isEqualTo(4 * HOUR);
    }

    @Test
    void aSilenceTakesNothingFromTheWindowBeforeIt() {
        hourly(0, 4, 6);
        windows.takeDue();

        windows.observe(0, 1000 * HOUR, 1000 * HOUR, 6, true);

        assertThat(windows.takeDue()).extracting(Window::endNanos).containsExactly(4 * HOUR);
    }

    @Test
    void hourAndDayAreThoseOfLocalStandardTime() {
        hourly(0, 4, 6);
        windows.observe(0, 4 * HOUR, 4 * HOUR, 9, true);

        assertThat(newest(windows).time()).containsExactly(13, 1);
    }

    @Test
    void aBacklogThatNobodyTakesIsBoundedAndKeepsTheNewest() {
        hourly(0, Windows.DUE_MAX + 100, 6);

        List<Window> due = windows.takeDue();

        assertThat(due).hasSize(Windows.DUE_MAX);
        assertThat(due.getLast().endNanos()).isEqualTo((Windows.DUE_MAX + 99) * HOUR);
        assertThat(windows.dropped()).isEqualTo(97);
    }

    @Test
    void theSameReadingsInOneGoAndReadingByReadingGiveTheSameWindows() {
        Random random = new Random(20130501);
        List<Window> stepwise = new ArrayList<>();
        Windows slow = windows(Set.of("oxygen", "temperature"));
        Windows fast = windows(Set.of("oxygen", "temperature"));
        for (int row = 0; row < 2000; row++) {
            long at = row * 15 * MINUTE;
            for (int channel = 0; channel < 2; channel++) {
                double value = random.nextDouble(5, 20);
                boolean isGood = random.nextInt(4) > 0;
                slow.observe(channel, at, at, value, isGood);
                fast.observe(channel, at, at, value, isGood);
                stepwise.addAll(slow.takeDue());
            }
        }

        assertThat(fast.takeDue()).as("seed=20130501").isEqualTo(stepwise).hasSizeGreaterThan(400);
    }

    private void hourly(int from, int to, double value) {
        for (int hour = from; hour < to; hour++) {
            windows.observe(0, hour * HOUR, hour * HOUR, value, true);
        }
    }

    private static Window newest(Windows windows) {
        return windows.takeDue().getLast();
    }

    private static Windows windows(Set<String> wired) {
        return new Windows(TestModel.fourHours(), wired, JAPAN, Long.MIN_VALUE);
    }
}
