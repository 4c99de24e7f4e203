package suimon.store;

import suimon.reading.Grade;

/**
 * One interval of one series for a chart: statistics of the calibrated, usable values.
 *
 * @param startNanos nanoseconds since the epoch
 * @param count readings, usable or not
 * @param minimum NaN when none is usable; likewise mean and maximum
 */
public record Bucket(
        long startNanos, long durationNanos, long count, double minimum, double mean, double maximum,
        Grade worst) {}
