package suimon.backhaul;

import suimon.reading.AlarmEvent;
import suimon.reading.Grade;
import suimon.reading.Series;
import suimon.reading.Value;

/** What an {@link Export} tells others of. */
public sealed interface Told {
    /**
     * One reading.
     *
     * @param measured nanoseconds since the epoch
     * @param received likewise, when the gateway had it
     * @param value calibrated: a number is as it came where nothing is calibrated, else a float64
     */
    record Reading(Series series, long measured, long received, Value value, Grade grade) implements Told {}

    /** One step of an alarm's life. */
    record Alarm(AlarmEvent event) implements Told {}
}
