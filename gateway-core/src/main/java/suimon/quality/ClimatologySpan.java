package suimon.quality;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig.Climatology;
import suimon.config.GradeConfig.Period;
import suimon.reading.Grade;

/**
 * What is usual in a span of time and of depth; all ends are included.
 *
 * @param period what from and to count; null: they are moments, nanoseconds since the epoch
 * @param failLow negative infinity when nothing fails; failHigh likewise
 * @param depthFrom metres below the surface; NaN, as depthTo, when the depth does not matter
 */
public record ClimatologySpan(
        @Nullable Period period, long from, long to, double suspectLow, double suspectHigh, double failLow,
        double failHigh, double depthFrom, double depthTo) {

    /** The spans as configured. */
    static List<ClimatologySpan> of(List<Climatology> configured) {
        return configured.stream().map(each -> new ClimatologySpan(each.period(), each.from(), each.to(),
                each.suspectLow(), each.suspectHigh(),
                each.failLow() == null ? Double.NEGATIVE_INFINITY : each.failLow(),
                each.failHigh() == null ? Double.POSITIVE_INFINITY : each.failHigh(),
                each.depthFrom() != null ? each.depthFrom()
                        : each.depthTo() == null ? Double.NaN : Double.NEGATIVE_INFINITY,
                each.depthTo() != null ? each.depthTo()
                        : each.depthFrom() == null ? Double.NaN : Double.POSITIVE_INFINITY)).toList();
    }

    /** By the last of the spans that hold the moment and the depth; not evaluated when none does. */
    static Grade judge(ClimatologySpan[] spans, double value, long at, double depth, YearParts parts) {
        for (int index = spans.length - 1; index >= 0; index--) {
            if (spans[index].holds(at, depth, parts)) {
                return spans[index].judge(value);
            }
        }
        return Grade.NOT_EVALUATED;
    }

    private boolean holds(long at, double depth, YearParts parts) {
        long part = period == null ? at : parts.of(period, at);
        boolean isInDepth = Double.isNaN(depthFrom) || depth >= depthFrom && depth <= depthTo;
        return part >= from && part <= to && isInDepth;
    }

    private Grade judge(double value) {
        if (value < failLow || value > failHigh) {
            return Grade.FAIL;
        }
        return value < suspectLow || value > suspectHigh ? Grade.SUSPECT : Grade.GOOD;
    }
}
