package suimon.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import suimon.config.GradeConfig;
import suimon.reading.Grade;
import suimon.reading.QualityTest;

/**
 * Grades a stretch of one series by all tests of a plan at once. What it says is final but for the
 * last value, whose next one is not known, and the first ones, before which others may lie. Safe for
 * many threads.
 */
public final class StretchGrader {
    private final GradePlan plan;
    private final Companions companions;

    public StretchGrader(GradePlan plan) {
        this(plan, Companions.NONE);
    }

    public StretchGrader(GradePlan plan, Companions companions) {
        this.plan = plan;
        this.companions = companions;
    }

    /**
     * Whether a stretch reaches far enough back: nothing earlier can change what the row before
     * {@code from} and the later ones get.
     */
    public boolean reachesBack(double[] values, long[] measured, int from) {
        int row = from - 1;
        boolean hasNeighbours = row >= 1;
        if (!hasNeighbours || measured[0] > measured[row] - plan.timeBefore().toNanos()) {
            return false;
        }
        return plan.flat() == null || row >= plan.flat().fail() || differs(values, 0, from, plan.flat().tolerance());
    }

    /**
     * Whether a stretch reaches far enough on: nothing before {@code to} can change the grade of its
     * last row, nor of what comes after.
     */
    public boolean reachesOn(double[] values, long[] measured, int to) {
        int last = values.length - 1;
        if (last - to < 1 || measured[last] < measured[to - 1] + plan.timeBefore().toNanos()) {
            return false;
        }
        return plan.flat() == null || last - to >= plan.flat().fail()
                || differs(values, to, values.length, plan.flat().tolerance());
    }

    private static boolean differs(double[] values, int from, int to, double tolerance) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int row = from; row < to; row++) {
            if (!Thresholds.isMissing(values[row])) {
                low = Math.min(low, values[row]);
                high = Math.max(high, values[row]);
            }
        }
        return high - low >= tolerance;
    }

    /** What the stretch got. */
    public static final class Grades {
        private final Grade[] grades;
        private final int[] tests;

        private Grades(Grade[] grades, int[] tests) {
            this.grades = grades;
            this.tests = tests;
        }

        public int size() {
            return grades.length;
        }

        /** What a value got. */
        public Grade of(int row) {
            return grades[row];
        }

        /** The tests that made a value suspect or worse; 0 when it is neither. */
        public int tests(int row) {
            return tests[row];
        }
    }

    /**
     * Grades values in the order of time, each time once.
     *
     * @param values NaN or infinite when missing
     * @param measured nanoseconds since the epoch; likewise received
     * @param status what the sender itself said of each
     */
    public Grades grade(double[] values, long[] measured, long[] received, Grade[] status) {
        return grade(values, measured, received, status, new double[0][]);
    }

    /**
     * The same with tests that look at other series.
     *
     * @param others of each of {@link Companions#all} the values at the times, see {@link
     *     Companions#nearest}
     */
    public Grades grade(
            double[] values, long[] measured, long[] received, Grade[] status, double[][] others) {
        Grade[] all = status.clone();
        int[] tests = new int[values.length];
        for (int row = 0; row < values.length; row++) {
            tests[row] = status[row].isUsable() ? 0 : QualityTest.STATUS.bit();
        }
        for (Result result : results(values, measured, received)) {
            for (int row = 0; row < values.length; row++) {
                tests[row] = SeriesGrader.with(tests[row], all[row], result.test(), result.grades()[row]);
                all[row] = all[row].worse(result.grades()[row]);
            }
        }
        if (!companions.isEmpty()) {
            addCompanions(values, measured, others, all, tests);
        }
        for (int row = 0; row < values.length; row++) {
            if (Thresholds.isMissing(values[row])) {
                all[row] = Grade.MISSING;
                tests[row] = 0;
            }
        }
        return new Grades(all, tests);
    }

    private void addCompanions(double[] values, long[] measured, double[][] others, Grade[] all, int[] tests) {
        Companions.Point before = null;
        for (int row = 0; row < values.length; row++) {
            double[] at = new double[others.length];
            for (int index = 0; index < at.length; index++) {
                at[index] = others[index][row];
            }
            Companions.Point now = new Companions.Point(values[row], measured[row], at);
            Companions.Verdict verdict = companions.judge(before, now);
            tests[row] = CompanionGrader.joined(all[row], tests[row], verdict);
            all[row] = all[row].worse(verdict.grade);
            before = now;
        }
    }

    private record Result(QualityTest test, Grade[] grades) {}

    private List<Result> results(double[] values, long[] measured, long[] received) {
        List<Result> results = new ArrayList<>();
        GradeConfig config = plan.tests();
        if (config.impossibleDate() != null) {
            results.add(new Result(QualityTest.IMPOSSIBLE_DATE,
                    Qartod.impossibleDate(measured, received, config.impossibleDate())));
        }
        if (config.grossRange() != null) {
            results.add(new Result(QualityTest.GROSS_RANGE, Qartod.grossRange(values, config.grossRange())));
        }
        if (!plan.climatology().isEmpty()) {
            double[] depths = new double[values.length];
            Arrays.fill(depths, plan.depth());
            results.add(new Result(QualityTest.CLIMATOLOGY,
                    Qartod.climatology(values, measured, depths, plan.climatology())));
        }
        if (config.dataReception() != null) {
            results.add(new Result(QualityTest.DATA_RECEPTION,
                    Qartod.dataReception(measured, received, config.dataReception())));
        }
        addOrdered(results, values, measured);
        return results;
    }

    private void addOrdered(List<Result> results, double[] values, long[] measured) {
        GradeConfig config = plan.tests();
        if (config.spike() != null) {
            results.add(new Result(QualityTest.SPIKE, Qartod.spike(values, config.spike())));
        }
        if (config.rateOfChange() != null) {
            results.add(new Result(QualityTest.RATE_OF_CHANGE,
                    Qartod.rateOfChange(values, measured, config.rateOfChange())));
        }
        if (plan.flat() != null) {
            results.add(new Result(QualityTest.FLAT_LINE, Qartod.flatLine(values, plan.flat())));
        }
        if (config.attenuatedSignal() != null) {
            results.add(new Result(QualityTest.ATTENUATED_SIGNAL,
                    Qartod.attenuatedSignal(values, measured, config.attenuatedSignal())));
        }
        if (config.timeGap() != null) {
            results.add(new Result(QualityTest.TIME_GAP, Qartod.timeGap(measured, config.timeGap())));
        }
    }
}
