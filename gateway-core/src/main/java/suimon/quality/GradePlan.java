package suimon.quality;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;

/**
 * Which tests are run on a series, made ready once: both forms of the tests work by the same plan.
 *
 * @param depth metres below the surface; NaN when unknown
 * @param flat null when there is no flat line test
 */
public record GradePlan(
        GradeConfig tests, List<ClimatologySpan> climatology, double depth, @Nullable FlatCounts flat) {
    /** A series without tests. */
    public static final GradePlan NONE = new GradePlan(GradeConfig.NONE, List.of(), Double.NaN, null);

    /** The plan of a series; {@link #NONE} when it has no tests. */
    public static GradePlan of(@Nullable SeriesConfig series) {
        GradeConfig tests = series == null ? null : series.grade();
        return series == null || tests == null ? NONE : of(tests, series.every(), series.depth());
    }

    /** The same from its parts. */
    public static GradePlan of(GradeConfig tests, @Nullable Duration every, @Nullable Double depth) {
        FlatCounts flat = tests.flatLine() == null ? null
                : FlatCounts.of(tests.flatLine(), every == null ? 0 : every.toNanos());
        return new GradePlan(tests, ClimatologySpan.of(tests.climatology()),
                depth == null ? Double.NaN : depth, flat);
    }

    /** Whether any test is run. */
    public boolean isEmpty() {
        return tests.equals(GradeConfig.NONE);
    }

    /** Whether a grade may depend on the values before and after. */
    public boolean needsNeighbours() {
        return tests.spike() != null || tests.rateOfChange() != null || tests.flatLine() != null
                || tests.attenuatedSignal() != null || tests.timeGap() != null;
    }

    /** How many values before one may matter to its grade. */
    public int valuesBefore() {
        boolean needsOne = needsNeighbours();
        return flat == null ? needsOne ? 1 : 0 : flat.fail();
    }

    /** How long before a value others may matter to its grade, beside {@link #valuesBefore}. */
    public Duration timeBefore() {
        GradeConfig.AttenuatedSignal signal = tests.attenuatedSignal();
        return signal == null ? Duration.ZERO : signal.over();
    }
}
