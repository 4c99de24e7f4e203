package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import suimon.config.GradeConfig;
import suimon.config.GradeConfig.AttenuatedSignal;
import suimon.config.GradeConfig.Climatology;
import suimon.config.GradeConfig.DataReception;
import suimon.config.GradeConfig.FlatLine;
import suimon.config.GradeConfig.GrossRange;
import suimon.config.GradeConfig.ImpossibleDate;
import suimon.config.GradeConfig.Movement;
import suimon.config.GradeConfig.Period;
import suimon.config.GradeConfig.RateOfChange;
import suimon.config.GradeConfig.Spike;
import suimon.config.GradeConfig.SpikeMethod;
import suimon.config.GradeConfig.TimeGap;
import suimon.reading.Grade;
import suimon.reading.QualityTest;

class SeriesGraderTest {
    private static final long MINUTE = 60 * Flags.SECOND;
    private static final GradeConfig ALL = new GradeConfig(new GrossRange(0, 20, 1.0, 15.0),
            List.of(new Climatology(Period.MONTH, 1, 6, 2, 12, 1.0, 14.0, null, null)),
            new Spike(2.0, 5.0, SpikeMethod.AVERAGE), new RateOfChange(0.01, 0.1),
            new FlatLine(0.05, Duration.ofMinutes(3), Duration.ofMinutes(5)),
            new AttenuatedSignal(0.5, 0.1, Duration.ofMinutes(8), 4, Movement.DEVIATION),
            new TimeGap(Duration.ofMinutes(10), Duration.ofMinutes(30)),
            new DataReception(Duration.ofMinutes(5), Duration.ofMinutes(20)),
            new ImpossibleDate(LocalDate.parse("2000-01-01"), Duration.ofMinutes(1)));

    /** What was found as values came, with what was found later, for each row. */
    private record Found(List<Grade> grades, List<Integer> tests) {}

    @Test
    void whatIsFoundAsValuesComeIsInTheEndWhatIsFoundOverAll() {
        for (long seed = 1; seed <= 400; seed++) {
            Random random = new Random(seed);
            GradePlan plan = GradePlan.of(some(random), Duration.ofMinutes(1), random.nextBoolean() ? 2.0 : null);
            Rows rows = Rows.random(random, random.nextInt(1, 300));

            Found found = asTheyCome(plan, rows);
            StretchGrader.Grades whole =
                    new StretchGrader(plan).grade(rows.values, rows.measured, rows.received, rows.status);

            for (int row = 0; row < rows.values.length; row++) {
                assertThat(found.grades().get(row)).as("seed=%d row=%d %s", seed, row, plan).isEqualTo(whole.of(row));
                assertThat(found.tests().get(row)).as("seed=%d row=%d %s", seed, row, plan).isEqualTo(whole.tests(row));
            }
        }
    }

    @Test
    void aValueIsNotEvaluatedUntilTheNextOneIsThere() {
        SeriesGrader grader = new SeriesGrader(plan(new GradeConfig(null, List.of(),
                new Spike(25.0, 50.0, SpikeMethod.AVERAGE), null, null, null, null, null, null)));

        List<Integer> first = new ArrayList<>();
        List<Integer> later = new ArrayList<>();
        double[] values = {10, 12, 999.99, 13, 15, 40, 9, 9};
        for (int index = 0; index < values.length; index++) {
            first.add(grader.grade(values[index], index * MINUTE, index * MINUTE, Grade.NOT_EVALUATED).flag());
            later.add(grader.previousGrade().flag());
        }

        assertThat(first).containsOnly(2);
        assertThat(later.subList(1, 8)).containsExactly(2, 4, 4, 4, 1, 3, 1);
    }

    @Test
    void aSpikeDoesNotMakeAFailedValueBetter() {
        SeriesGrader grader = new SeriesGrader(plan(new GradeConfig(new GrossRange(0, 20, null, null), List.of(),
                new Spike(5.0, 500.0, SpikeMethod.AVERAGE), null, null, null, null, null, null)));

        grader.grade(10, 0, 0, Grade.NOT_EVALUATED);
        Grade failed = grader.grade(40, MINUTE, MINUTE, Grade.NOT_EVALUATED);
        grader.grade(10, 2 * MINUTE, 2 * MINUTE, Grade.NOT_EVALUATED);

        assertThat(failed).isEqualTo(Grade.FAIL);
        assertThat(grader.regradesPrevious()).isFalse();
        assertThat(grader.previousGrade()).isEqualTo(Grade.FAIL);
        assertThat(QualityTest.of(grader.previousTests())).containsExactly(QualityTest.GROSS_RANGE);
    }

    @Test
    void aLateValueGetsTheTestsThatNeedNoNeighbour() {
        SeriesGrader grader = new SeriesGrader(plan(ALL));
        grader.grade(5, 10 * MINUTE, 10 * MINUTE, Grade.NOT_EVALUATED);

        Grade late = grader.grade(25, 5 * MINUTE, 5 * MINUTE, Grade.NOT_EVALUATED);
        QualityTest test = QualityTest.first(grader.tests());
        Grade next = grader.grade(5.2, 11 * MINUTE, 11 * MINUTE, Grade.NOT_EVALUATED);

        assertThat(late).isEqualTo(Grade.FAIL);
        assertThat(test).as("in 1970").isEqualTo(QualityTest.IMPOSSIBLE_DATE);
        assertThat(next).as("its neighbour is the one before the late one").isEqualTo(Grade.FAIL);
        assertThat(grader.previousMeasured()).isEqualTo(10 * MINUTE);
    }

    @Test
    void aMissingValueIsMissingWhateverElseIsWellWithIt() {
        SeriesGrader grader = new SeriesGrader(plan(ALL));
        long now = Flags.at("2026-04-01T00:00:00Z");

        assertThat(grader.grade(Double.NaN, now, now, Grade.FAIL)).isEqualTo(Grade.MISSING);
        assertThat(grader.tests()).isZero();
    }

    @Test
    void gradingMakesNoObjects() {
        SeriesGrader grader = new SeriesGrader(plan(ALL));
        Rows rows = Rows.random(new Random(7), 5000);
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        grade(grader, rows);
        shift(rows);
        grade(grader, rows);
        shift(rows);

        long before = threads.getCurrentThreadAllocatedBytes();
        grade(grader, rows);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // Windows may grow once more; an object for each value would be 80 kB at least.
        assertThat(allocated).as("bytes for %d values", rows.values.length).isLessThan(20_000);
    }

    private static void grade(SeriesGrader grader, Rows rows) {
        for (int row = 0; row < rows.values.length; row++) {
            grader.grade(rows.values[row], rows.measured[row], rows.received[row], rows.status[row]);
        }
    }

    private static void shift(Rows rows) {
        long span = rows.measured[rows.measured.length - 1] - rows.measured[0] + MINUTE;
        for (int row = 0; row < rows.measured.length; row++) {
            rows.measured[row] += span;
            rows.received[row] += span;
        }
    }

    @Test
    void aFlatLineOfDaysTakesNoMemory() {
        FlatRun run = new FlatRun(new FlatCounts(0.5, 10_000, 20_000));
        double[] values = new double[25_000];
        Random random = new Random(11);
        for (int row = 0; row < values.length; row++) {
            values[row] = 7 + random.nextDouble(0.4);
        }

        List<Integer> flags = new ArrayList<>();
        for (double value : values) {
            flags.add(run.next(value).flag());
        }

        assertThat(flags).containsExactlyElementsOf(java.util.Arrays.stream(
                Flags.of(Qartod.flatLine(values, new FlatCounts(0.5, 10_000, 20_000)))).boxed().toList());
    }

    private static Found asTheyCome(GradePlan plan, Rows rows) {
        SeriesGrader grader = new SeriesGrader(plan);
        List<Grade> grades = new ArrayList<>();
        List<Integer> tests = new ArrayList<>();
        for (int row = 0; row < rows.values.length; row++) {
            grades.add(grader.grade(rows.values[row], rows.measured[row], rows.received[row], rows.status[row]));
            tests.add(grader.tests());
            if (grader.regradesPrevious()) {
                assertThat(grader.previousMeasured()).isEqualTo(rows.measured[row - 1]);
                grades.set(row - 1, grader.previousGrade());
            }
            if (row > 0) {
                tests.set(row - 1, grader.previousTests());
            }
        }
        return new Found(grades, tests);
    }

    private static GradePlan plan(GradeConfig config) {
        return GradePlan.of(config, Duration.ofMinutes(1), null);
    }

    /** Some of the tests, with either method. */
    private static GradeConfig some(Random random) {
        SpikeMethod method = random.nextBoolean() ? SpikeMethod.AVERAGE : SpikeMethod.DIFFERENTIAL;
        Movement movement = random.nextBoolean() ? Movement.DEVIATION : Movement.RANGE;
        return new GradeConfig(random.nextBoolean() ? ALL.grossRange() : null,
                random.nextBoolean() ? ALL.climatology() : List.of(),
                random.nextBoolean() ? new Spike(random.nextBoolean() ? 2.0 : null, 5.0, method) : null,
                random.nextBoolean() ? ALL.rateOfChange() : null,
                random.nextBoolean() ? new FlatLine(random.nextDouble(3), Duration.ofMinutes(random.nextInt(2, 6)),
                        Duration.ofMinutes(random.nextInt(6, 40))) : null,
                random.nextBoolean() ? new AttenuatedSignal(0.5, 0.1, Duration.ofMinutes(random.nextInt(1, 30)),
                        random.nextInt(1, 6), movement) : null,
                random.nextBoolean() ? ALL.timeGap() : null, random.nextBoolean() ? ALL.dataReception() : null,
                random.nextBoolean() ? ALL.impossibleDate() : null);
    }

    /** Columns of values in the order of time. */
    private static final class Rows {
        final double[] values;
        final long[] measured;
        final long[] received;
        final Grade[] status;

        Rows(int size) {
            values = new double[size];
            measured = new long[size];
            received = new long[size];
            status = new Grade[size];
        }

        static Rows random(Random random, int size) {
            Rows rows = new Rows(size);
            long at = Flags.at("2026-03-01T00:00:00Z") + random.nextLong(200 * 1440) * MINUTE;
            double value = random.nextDouble(20);
            for (int row = 0; row < size; row++) {
                at += random.nextInt(20) == 0 ? random.nextLong(1, 40 * MINUTE) : MINUTE;
                value += random.nextInt(3) == 0 ? 0 : random.nextGaussian() * (random.nextInt(9) == 0 ? 5 : 0.1);
                rows.values[row] = random.nextInt(12) == 0 ? Double.NaN : Math.round(value * 100) / 100.0;
                rows.measured[row] = at;
                rows.received[row] = at + (random.nextInt(8) == 0 ? random.nextLong(-2, 30) * MINUTE : 0);
                rows.status[row] = Grade.ofStatus(random.nextInt(30) == 0 ? random.nextInt() : 0);
            }
            return rows;
        }
    }
}
