package suimon.pipeline;

import suimon.reading.Calibration;
import suimon.reading.CalibrationHistory;
import suimon.reading.Entry;

/** The calibrations of one series as they are now; who holds it sees a new one at once. Safe for many threads. */
public final class LiveCalibration {
    private volatile CalibrationHistory history;

    LiveCalibration(CalibrationHistory history) {
        this.history = history;
    }

    /** Of a series that reads what it is sent. */
    public static LiveCalibration none() {
        return new LiveCalibration(new CalibrationHistory(Calibration.NONE));
    }

    /** The true value of what was measured then, nanoseconds since the epoch. */
    public double apply(double raw, long measured) {
        return history.apply(raw, measured);
    }

    public CalibrationHistory history() {
        return history;
    }

    synchronized void set(CalibrationHistory now) {
        history = now;
    }

    synchronized void take(long sequence, Entry.Calibration entry) {
        history = history.with(sequence, entry);
    }
}
