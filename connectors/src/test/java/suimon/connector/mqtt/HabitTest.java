package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HabitTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Habit habit = new Habit(0);
    private long now = 5;

    @Test
    void theLongestUsualPauseIsExpected() {
        for (int round = 0; round < 12; round++) {
            after(round % 3 == 0 ? 2 * MINUTE : MINUTE);
        }

        assertThat(habit.expected()).isEqualTo(2 * MINUTE);
        assertThat(habit.silence()).isEqualTo(6 * MINUTE);
    }

    @Test
    void aFastDeviceIsNotSilentForAMinute() {
        for (int message = 0; message < 7000; message++) {
            after(MINUTE / 600);
        }

        assertThat(habit.expected()).isBetween(MINUTE / 60, MINUTE / 30);
        assertThat(habit.silence()).isEqualTo(Habit.SILENCE_MIN.toNanos());
    }

    @Test
    void tenMinutesAreNeededWhateverCame() {
        for (int message = 0; message < 500; message++) {
            after(MINUTE / 60);
        }

        assertThat(habit.expected()).isZero();
    }

    @Test
    void anOutageIsNoHabitButASlowerPaceIs() {
        for (int round = 0; round < 20; round++) {
            after(MINUTE);
        }
        after(Duration.ofHours(5).toNanos());
        after(MINUTE);
        assertThat(habit.expected()).isEqualTo(MINUTE);

        for (int round = 0; round < 3; round++) {
            after(15 * MINUTE);
        }
        assertThat(habit.expected()).isEqualTo(15 * MINUTE);
    }

    @Test
    void whatWasLearnedBeforeARestartCountsUntilMoreIsKnown() {
        Habit again = new Habit(15 * MINUTE);
        again.heard(1);
        again.heard(MINUTE);

        assertThat(again.expected()).isEqualTo(15 * MINUTE);
    }

    private void after(long pause) {
        now += pause;
        habit.heard(now);
    }
}
