package suimon.quality;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig;
import suimon.reading.Grade;
import suimon.reading.QualityTest;

/**
 * Grades one series as its values come, without making objects; what it remembers is bounded and
 * kept only for the tests that are configured. One thread.
 *
 * <p>A test that needs the next value says 2 until that is there; then {@link #previousGrade} is what
 * the value before is for good. A value that is late, not newer than the newest, gets the tests that
 * need no neighbour; it and its neighbours are graded anew where the order of time is known, by
 * {@link StretchGrader}.
 */
public final class SeriesGrader {
    private final List<ValueTest> alone;
    private final List<ValueTest> ordered;
    private final Sample sample = new Sample();
    /** Made when the first late value comes, which most series never have. */
    private @Nullable Sample late;
    private Grade shown = Grade.NOT_EVALUATED;
    private int tests;
    private Grade newest = Grade.NOT_EVALUATED;
    private int newestTests;
    private Grade previous = Grade.NOT_EVALUATED;
    private int previousTests;
    private boolean isRegraded;

    public SeriesGrader(GradePlan plan) {
        sample.depth = plan.depth();
        alone = alone(plan);
        ordered = ordered(plan);
    }

    private static List<ValueTest> alone(GradePlan plan) {
        GradeConfig config = plan.tests();
        List<ValueTest> alone = new ArrayList<>();
        if (config.impossibleDate() != null) {
            alone.add(new ValueTests.ImpossibleDate(config.impossibleDate()));
        }
        if (config.grossRange() != null) {
            alone.add(new ValueTests.GrossRange(config.grossRange()));
        }
        if (!plan.climatology().isEmpty()) {
            alone.add(new ValueTests.Climatology(plan.climatology()));
        }
        if (config.dataReception() != null) {
            alone.add(new ValueTests.DataReception(config.dataReception()));
        }
        return List.copyOf(alone);
    }

    private static List<ValueTest> ordered(GradePlan plan) {
        GradeConfig config = plan.tests();
        List<ValueTest> ordered = new ArrayList<>();
        if (config.spike() != null) {
            ordered.add(new ValueTests.Spike(config.spike()));
        }
        if (config.rateOfChange() != null) {
            ordered.add(new ValueTests.RateOfChange(config.rateOfChange()));
        }
        if (plan.flat() != null) {
            ordered.add(new ValueTests.FlatLine(plan.flat()));
        }
        if (config.attenuatedSignal() != null) {
            ordered.add(new MovementWindow(config.attenuatedSignal()));
        }
        if (config.timeGap() != null) {
            ordered.add(new ValueTests.TimeGap(config.timeGap()));
        }
        return List.copyOf(ordered);
    }

    /**
     * Grades a value.
     *
     * @param value NaN or infinite when there is none
     * @param measured nanoseconds since the epoch; likewise received
     * @param status what the sender itself said of it
     */
    public Grade grade(double value, long measured, long received, Grade status) {
        isRegraded = false;
        shown = status;
        tests = status.isUsable() ? 0 : QualityTest.STATUS.bit();
        if (sample.hasValue && measured <= sample.measured) {
            Sample known = late == null ? new Sample() : late;
            late = known;
            known.depth = sample.depth;
            known.next(value, measured, received);
            run(alone, known);
        } else {
            sample.next(value, measured, received);
            run(alone, sample);
            run(ordered, sample);
            decidePrevious();
            newest = shown;
            newestTests = tests;
        }
        return shown;
    }

    /** Whether the value before the last one has another grade for good than it got at first. */
    public boolean regradesPrevious() {
        return isRegraded;
    }

    /** What the value before the last one is for good. */
    public Grade previousGrade() {
        return previous;
    }

    /** When the value before the last one was measured, nanoseconds since the epoch. */
    public long previousMeasured() {
        return sample.measuredBefore;
    }

    /** The tests that made the value before the last one suspect or worse, see {@link QualityTest}. */
    public int previousTests() {
        return previousTests;
    }

    /** The tests that made the last value suspect or worse; 0 when it is neither. */
    public int tests() {
        return tests;
    }

    private void decidePrevious() {
        previous = newest;
        previousTests = newestTests;
        if (!sample.hasBefore || Thresholds.isMissing(sample.before)) {
            return;
        }
        for (int index = 0; index < ordered.size(); index++) {
            Grade grade = ordered.get(index).ofPrevious();
            previousTests = with(previousTests, previous, ordered.get(index).name(), grade);
            previous = previous.worse(grade);
        }
        isRegraded = previous != newest;
    }

    private void run(List<ValueTest> which, Sample of) {
        for (int index = 0; index < which.size(); index++) {
            Grade grade = which.get(index).judge(of);
            tests = with(tests, shown, which.get(index).name(), grade);
            shown = shown.worse(grade);
        }
        if (Thresholds.isMissing(of.value)) {
            shown = Grade.MISSING;
            tests = 0;
        }
    }

    /** The tests that found the gravest, when it is suspect or worse. */
    static int with(int tests, Grade soFar, QualityTest test, Grade grade) {
        if (grade.isUsable() || grade == Grade.MISSING || soFar.worse(grade) != grade) {
            return tests;
        }
        return soFar == grade ? tests | test.bit() : test.bit();
    }
}
