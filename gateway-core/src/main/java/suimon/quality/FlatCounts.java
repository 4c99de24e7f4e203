package suimon.quality;

import suimon.config.GradeConfig.FlatLine;
import suimon.reading.Grade;

/**
 * The flat line test counted in values, as ioos_qc counts it: so many values before the newest and
 * it, missing ones included, whose present ones differ by less than the tolerance.
 *
 * @param suspect how many before the newest
 * @param fail at least as many
 */
public record FlatCounts(double tolerance, int suspect, int fail) {
    /** So many values at most; a longer time is judged by as many. */
    public static final int COUNT_MAX = 1 << 20;

    /** @param everyNanos the distance of neighbours, usual or configured */
    public static FlatCounts of(FlatLine flat, long everyNanos) {
        return new FlatCounts(flat.tolerance(),
                count(flat.suspectAfter().toNanos(), everyNanos), count(flat.failAfter().toNanos(), everyNanos));
    }

    private static int count(long nanos, long everyNanos) {
        // Less than three values are never compared.
        return Math.clamp(nanos / Math.max(1, everyNanos), 2, COUNT_MAX);
    }

    Grade ofRun(long values) {
        if (values > fail) {
            return Grade.FAIL;
        }
        return values > suspect ? Grade.SUSPECT : Grade.GOOD;
    }
}
