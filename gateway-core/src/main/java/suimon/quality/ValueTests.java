package suimon.quality;

import java.util.List;
import suimon.config.GradeConfig;
import suimon.reading.Grade;
import suimon.reading.QualityTest;

/** The tests as values come, but those with a window of their own. */
final class ValueTests {
    private ValueTests() {}

    record GrossRange(GradeConfig.GrossRange range) implements ValueTest {
        @Override
        public QualityTest name() {
            return QualityTest.GROSS_RANGE;
        }

        @Override
        public Grade judge(Sample newest) {
            return Thresholds.grossRange(newest.value, range);
        }
    }

    /** A class, since it remembers the day it last looked up. */
    static final class Climatology implements ValueTest {
        private final ClimatologySpan[] spans;
        private final YearParts parts = new YearParts();

        Climatology(List<ClimatologySpan> spans) {
            this.spans = spans.toArray(new ClimatologySpan[0]);
        }

        @Override
        public QualityTest name() {
            return QualityTest.CLIMATOLOGY;
        }

        @Override
        public Grade judge(Sample newest) {
            return ClimatologySpan.judge(spans, newest.value, newest.measured, newest.depth, parts);
        }
    }

    record DataReception(GradeConfig.DataReception limits) implements ValueTest {
        @Override
        public QualityTest name() {
            return QualityTest.DATA_RECEPTION;
        }

        @Override
        public Grade judge(Sample newest) {
            return Thresholds.dataReception(newest.measured, newest.received, limits);
        }
    }

    record ImpossibleDate(GradeConfig.ImpossibleDate limits) implements ValueTest {
        @Override
        public QualityTest name() {
            return QualityTest.IMPOSSIBLE_DATE;
        }

        @Override
        public Grade judge(Sample newest) {
            return Thresholds.impossibleDate(newest.measured, newest.received, limits);
        }
    }

    /** Decides one value late. */
    static final class Spike implements ValueTest {
        private final GradeConfig.Spike spike;
        private double beforePrevious = Double.NaN;
        private Grade previous = Grade.NOT_EVALUATED;

        Spike(GradeConfig.Spike spike) {
            this.spike = spike;
        }

        @Override
        public QualityTest name() {
            return QualityTest.SPIKE;
        }

        @Override
        public Grade judge(Sample newest) {
            boolean hasAll = !Thresholds.isMissing(beforePrevious) && !Thresholds.isMissing(newest.before)
                    && !Thresholds.isMissing(newest.value);
            previous = hasAll ? Qartod.spike(beforePrevious, newest.before, newest.value, spike)
                    : Grade.NOT_EVALUATED;
            beforePrevious = newest.before;
            return Grade.NOT_EVALUATED;
        }

        @Override
        public Grade ofPrevious() {
            return previous;
        }
    }

    record RateOfChange(GradeConfig.RateOfChange rate) implements ValueTest {
        @Override
        public QualityTest name() {
            return QualityTest.RATE_OF_CHANGE;
        }

        @Override
        public Grade judge(Sample newest) {
            if (!newest.hasBefore || Thresholds.isMissing(newest.before)) {
                return Grade.GOOD;
            }
            return Qartod.rateOfChange(
                    newest.value - newest.before, newest.measured - newest.measuredBefore, rate);
        }
    }

    /** A class, since the run is its own. */
    static final class FlatLine implements ValueTest {
        private final FlatRun run;

        FlatLine(FlatCounts flat) {
            this.run = new FlatRun(flat);
        }

        @Override
        public QualityTest name() {
            return QualityTest.FLAT_LINE;
        }

        @Override
        public Grade judge(Sample newest) {
            return run.next(newest.value);
        }
    }

    /** The first value goes with the second. */
    static final class TimeGap implements ValueTest {
        private final GradeConfig.TimeGap gap;
        private int values;
        private Grade newestGrade = Grade.NOT_EVALUATED;

        TimeGap(GradeConfig.TimeGap gap) {
            this.gap = gap;
        }

        @Override
        public QualityTest name() {
            return QualityTest.TIME_GAP;
        }

        @Override
        public Grade judge(Sample newest) {
            values = Math.min(values + 1, 3);
            newestGrade = values == 1 ? Grade.NOT_EVALUATED
                    : Thresholds.above(newest.measured - newest.measuredBefore, gap.suspectAfter(), gap.failAfter());
            return newestGrade;
        }

        @Override
        public Grade ofPrevious() {
            return values == 2 ? newestGrade : Grade.MISSING;
        }
    }
}
