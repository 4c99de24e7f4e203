package suimon.store;

import suimon.reading.Calibration;
import suimon.reading.Grade;

/**
 * One interval of one series for a chart: statistics of the raw values that are usable.
 *
 * @param startNanos nanoseconds since the epoch
 * @param count readings, usable or not
 * @param usable those of them that the statistics are of
 * @param minimum NaN when none is usable; likewise mean and maximum
 */
public record Bucket(
        long startNanos, long durationNanos, long count, long usable, double minimum, double mean,
        double maximum, Grade worst) {

    /** The same of the calibrated values; by a polynomial the mean is that of the mean, nearly the same. */
    public Bucket calibrated(Calibration calibration) {
        double low = calibration.apply(minimum);
        double high = calibration.apply(maximum);
        boolean isTurned = low > high;
        return new Bucket(startNanos, durationNanos, count, usable, isTurned ? high : low,
                calibration.apply(mean), isTurned ? low : high, worst);
    }
}
