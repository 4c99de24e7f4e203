package suimon.quality;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.reading.Grade;

/** The tests of QARTOD that look at two quantities, over whole stretches; see {@link Qartod}. */
public final class QartodPairs {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private QartodPairs() {}

    /**
     * Test 12, of a profile: both values of a pair between which the density falls with depth by
     * more than a threshold. Thresholds are below zero, in the unit of the density; null: never.
     */
    public static Grade[] densityInversion(
            double[] densities, double[] depths, @Nullable Double suspect, @Nullable Double fail) {
        Grade[] grades = new Grade[densities.length];
        Arrays.fill(grades, densities.length == 1 ? Grade.NOT_EVALUATED : Grade.GOOD);
        for (int row = 1; row < densities.length; row++) {
            Grade pair = DensityPair.judge(
                    densities[row - 1], depths[row - 1], densities[row], depths[row], suspect, fail);
            grades[row - 1] = grades[row - 1].worse(pair);
            grades[row] = grades[row].worse(pair);
        }
        for (int row = 0; row < densities.length; row++) {
            boolean isMissing = Thresholds.isMissing(densities[row]) || Thresholds.isMissing(depths[row]);
            boolean isAfterMissing = row > 0
                    && (Thresholds.isMissing(densities[row - 1]) || Thresholds.isMissing(depths[row - 1]));
            grades[row] = isMissing || isAfterMissing ? Grade.MISSING : grades[row];
        }
        return grades;
    }

    /**
     * Test 10 in the manual's form: a step that is too quick is suspect when a related value that
     * should have moved with it did not. 2 where one of the four values is missing, and at first.
     *
     * @param threshold per second; the related value moved when it changed more quickly than its own
     */
    public static Grade[] multivariate(
            double[] values, double[] related, long[] times, double threshold, double relatedThreshold) {
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            boolean isKnown = row > 0 && !Thresholds.isMissing(values[row - 1])
                    && !Thresholds.isMissing(related[row]) && !Thresholds.isMissing(related[row - 1]);
            grades[row] = Thresholds.isMissing(values[row]) ? Grade.MISSING
                    : !isKnown ? Grade.NOT_EVALUATED
                    : multivariate(values[row] - values[row - 1], related[row] - related[row - 1],
                            times[row] - times[row - 1], threshold, relatedThreshold);
        }
        return grades;
    }

    static Grade multivariate(
            double step, double relatedStep, long nanos, double threshold, double relatedThreshold) {
        boolean isQuick = Math.abs(step) * SECOND_NANOS / nanos > threshold;
        boolean hasCompany = Math.abs(relatedStep) * SECOND_NANOS / nanos > relatedThreshold;
        return isQuick && !hasCompany ? Grade.SUSPECT : Grade.GOOD;
    }
}
