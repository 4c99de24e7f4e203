package suimon.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import suimon.config.SeriesConfig;
import suimon.reading.CalibrationSheet;

/**
 * Whether a series wants calibrating. What the configuration asks for is no calibration by a person
 * and does not count.
 *
 * @param lastAt from when the last calibration by a person holds; null when there is none
 * @param dueAt null when there was none
 */
public record CalibrationDue(
        String series, Duration every, @Nullable Instant lastAt, @Nullable Instant dueAt, State state) {

    /** How urgent it is. */
    public enum State {
        FINE,
        /** The time is over. */
        DUE,
        /** More than half as long again has gone by. */
        OVERDUE,
        /** Nobody ever calibrated it. */
        NEVER
    }

    static CalibrationDue of(String series, Duration every, @Nullable Instant lastAt, Instant now) {
        if (lastAt == null) {
            return new CalibrationDue(series, every, null, null, State.NEVER);
        }
        Instant dueAt = lastAt.plus(every);
        State state = now.isBefore(dueAt) ? State.FINE
                : now.isBefore(dueAt.plus(every.dividedBy(2))) ? State.DUE : State.OVERDUE;
        return new CalibrationDue(series, every, lastAt, dueAt, state);
    }

    /** Of every series that has {@code calibrateEvery}, by name. */
    public static List<CalibrationDue> all(
            Map<String, SeriesConfig> configs, CalibrationBook book, IntFunction<String> names, Instant now) {
        Map<String, Instant> last = new TreeMap<>();
        for (CalibrationBook.Line line : book.lines()) {
            if (line.isCurrent() && line.entry().sheet().method() != CalibrationSheet.Method.CONFIGURED) {
                last.merge(names.apply(line.entry().series()), line.entry().from(),
                        (one, other) -> one.isAfter(other) ? one : other);
            }
        }
        List<CalibrationDue> all = new ArrayList<>();
        new TreeMap<>(configs).forEach((name, config) -> {
            if (config.calibrateEvery() != null) {
                all.add(of(name, config.calibrateEvery(), last.get(name), now));
            }
        });
        return all;
    }
}
