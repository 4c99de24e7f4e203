package suimon.quality;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig.DataReception;
import suimon.config.GradeConfig.GrossRange;
import suimon.config.GradeConfig.ImpossibleDate;
import suimon.reading.Grade;

/** The verdicts that take one value or two and no memory. */
final class Thresholds {
    private static final long DAY_NANOS = 86_400_000_000_000L;

    private Thresholds() {}

    /** More than a threshold; one that is null never applies. */
    static Grade above(double found, @Nullable Double suspect, @Nullable Double fail) {
        if (fail != null && found > fail) {
            return Grade.FAIL;
        }
        return suspect != null && found > suspect ? Grade.SUSPECT : Grade.GOOD;
    }

    static Grade above(long nanos, @Nullable Duration suspect, @Nullable Duration fail) {
        if (fail != null && nanos > fail.toNanos()) {
            return Grade.FAIL;
        }
        return suspect != null && nanos > suspect.toNanos() ? Grade.SUSPECT : Grade.GOOD;
    }

    static Grade grossRange(double value, GrossRange range) {
        if (value < range.failLow() || value > range.failHigh()) {
            return Grade.FAIL;
        }
        return value < range.low() || value > range.high() ? Grade.SUSPECT : Grade.GOOD;
    }

    static Grade dataReception(long measured, long received, DataReception limits) {
        return above(difference(received, measured), limits.suspectAfter(), limits.failAfter());
    }

    static Grade impossibleDate(long measured, long received, ImpossibleDate limits) {
        boolean isTooEarly = Math.floorDiv(measured, DAY_NANOS) < limits.earliest().toEpochDay();
        return isTooEarly || difference(measured, received) > limits.aheadMax().toNanos() ? Grade.FAIL : Grade.GOOD;
    }

    /** Nanoseconds, at most as many as there are. */
    static long difference(long later, long earlier) {
        long difference = later - earlier;
        boolean isBeyond = ((later ^ earlier) & (later ^ difference)) < 0;
        return isBeyond ? later < earlier ? Long.MIN_VALUE : Long.MAX_VALUE : difference;
    }

    /** A value that is not there. */
    static boolean isMissing(double value) {
        return !Double.isFinite(value);
    }
}
