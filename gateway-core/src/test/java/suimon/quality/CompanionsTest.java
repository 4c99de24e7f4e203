package suimon.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import suimon.config.GradeConfig;
import suimon.config.GradeConfig.Box;
import suimon.config.GradeConfig.DensityInversion;
import suimon.config.GradeConfig.Location;
import suimon.config.GradeConfig.Multivariate;
import suimon.config.SeriesConfig;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Unit;

/** The tests over several series as configured, on ioos_qc's own cases, and as values come as over a stretch. */
class CompanionsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** The case of ioos_qc's density inversion test, a sensor at each depth; a missing value is 9 and hides the next. */
    @Test
    void aProfileOfSensorsHasTheFlagsOfIoosQc() {
        double[] densities = {1024, 1024, 1023.98, 1024, 1025, 1026, 1025.9, 1026, 1026, Flags.NONE, 1026, 1027};
        Map<String, SeriesConfig> configs = new TreeMap<>();
        for (int depth = 1; depth <= densities.length; depth++) {
            configs.put("d" + depth, config((double) depth,
                    new DensityInversion("pen", -0.01, -0.03, MINUTE), null, null));
        }

        List<Integer> flags = new ArrayList<>();
        for (int depth = 1; depth <= densities.length; depth++) {
            flags.add(alone(configs, "d" + depth, densities[depth - 1], Map.of(), densities).of(0).flag());
        }

        assertThat(flags).as("2: a missing value above says nothing").containsExactly(1, 3, 3, 1, 1, 4, 4, 1, 1, 9, 2, 1);
    }

    @Test
    void aPositionIsJudgedByBothOfItsSeriesAndByTheBox() {
        double[] lon = {-71.05, -71.06, -80.0, Flags.NONE, -80.0, 500.5};
        double[] lat = {41.0, 41.02, 45.05, Flags.NONE, 45.05, 45.05};
        long[] times = {0, 3600 * Flags.SECOND, 7200 * Flags.SECOND, 9000 * Flags.SECOND, 9900 * Flags.SECOND,
            9960 * Flags.SECOND};
        Map<String, SeriesConfig> steps = position(new Location("lon", "lat", null, 3000.0, 1.0, 3.0, MINUTE));
        Map<String, SeriesConfig> box = position(new Location(
                "lon", "lat", new Box(-75, 40, -70, 46), null, null, null, MINUTE));

        StretchGrader.Grades bySteps = grades(steps, "lon", lon, times, Map.of("lat", lat));
        StretchGrader.Grades byLatitude = grades(steps, "lat", lat, times, Map.of("lon", lon));
        StretchGrader.Grades byBox = grades(box, "lon", lon, times, Map.of("lat", lat));

        assertThat(flags(bySteps)).containsExactly(1, 1, 4, 9, 1, 4);
        assertThat(QualityTest.of(bySteps.tests(2))).containsExactly(QualityTest.SPEED);
        assertThat(QualityTest.of(bySteps.tests(5))).containsExactly(QualityTest.LOCATION, QualityTest.SPEED);
        assertThat(flags(byLatitude)).containsExactly(flags(bySteps));
        assertThat(flags(byBox)).containsExactly(1, 1, 4, 9, 4, 4);
    }

    @Test
    void aStepWithoutCompanyHasTheFlagOfTheTestOverStretches() {
        double[] temperature = {10, 10.1, 14, 14, 18, Flags.NONE, 18};
        double[] salinity = {30, 30, 30, 30, 33, 33, 33};
        Map<String, SeriesConfig> configs = Map.of("t", config(null, null, null,
                new Multivariate("s", 1.0 / 60, 0.5 / 60, Duration.ofSeconds(10))), "s", config(null, null, null, null));

        StretchGrader.Grades grades = grades(configs, "t", temperature, Flags.every(60, 7), Map.of("s", salinity));

        assertThat(flags(grades)).containsExactly(2, 1, 3, 1, 1, 9, 2);
    }

    @Test
    void theNearestValueGoesWithAReadingAndOfTwoAsNearTheEarlier() {
        double[] found = Companions.nearest(new long[] {0, 10, 20, 35, 100}, new long[] {5, 15, 30, 36},
                new double[] {1, 2, 3, 4}, 5);

        assertThat(found).containsExactly(1, 1, 2, 4, Double.NaN);
    }

    @Test
    void asTheyComeValuesGetWhatTheyGetOverTheWholeStretch() {
        int worse = 0;
        for (long seed = 1; seed <= 60; seed++) {
            worse += compare(seed);
        }
        assertThat(worse).as("found by tests over several series").isGreaterThan(300);
    }

    private static int compare(long seed) {
        Random random = new Random(seed);
        Map<String, SeriesConfig> configs = Map.of(
                "a", config(2.0, new DensityInversion("pen", -0.2, -1.0, Duration.ofSeconds(20)), null,
                        new Multivariate("b", 0.02, 0.01, Duration.ofSeconds(30))),
                "b", config(5.0, new DensityInversion("pen", -0.2, -1.0, Duration.ofSeconds(20)), null, null));
        Companions companions = Companions.of("a", configs);
        CompanionGrader grader = new CompanionGrader(companions);
        List<double[]> own = new ArrayList<>();
        List<double[]> other = new ArrayList<>();
        Map<Long, Integer> later = new TreeMap<>();
        double at = 0;
        while (own.size() < 200) {
            at += random.nextInt(30) == 0 ? 200 : random.nextInt(1, 25);
            double value = random.nextInt(20) == 0 ? Flags.NONE : 20 + Math.round(random.nextGaussian() * 10) / 10.0;
            List<double[]> into = random.nextBoolean() ? own : other;
            into.add(new double[] {at, value});
            if (into == own) {
                grader.value(value, (long) (at * Flags.SECOND), Grade.NOT_EVALUATED, 0);
            } else {
                for (int index = 0; index < companions.all().size(); index++) {
                    grader.companion(index, value, (long) (at * Flags.SECOND));
                }
            }
            while (grader.decide()) {
                later.put(grader.measured(), grader.grade().flag() * 100_000 + grader.tests());
            }
        }
        StretchGrader.Grades whole = grades(configs, "a", column(own, 1), times(own),
                Map.of("b", column(other, 1)), times(other));
        int worse = 0;
        long[] times = times(own);
        for (int row = 0; row < times.length; row++) {
            Integer found = later.get(times[row]);
            if (found != null) {
                assertThat(found).as("seed=%d row=%d", seed, row)
                        .isEqualTo(whole.of(row).flag() * 100_000 + whole.tests(row));
            }
            worse += whole.tests(row) == 0 ? 0 : 1;
        }
        assertThat(later).as("seed=%d", seed).hasSizeGreaterThan(190);
        return worse;
    }

    private static double[] column(List<double[]> rows, int index) {
        return rows.stream().mapToDouble(row -> row[index]).toArray();
    }

    private static long[] times(List<double[]> rows) {
        return rows.stream().mapToLong(row -> (long) (row[0] * Flags.SECOND)).toArray();
    }

    private static int[] flags(StretchGrader.Grades grades) {
        int[] flags = new int[grades.size()];
        Arrays.setAll(flags, row -> grades.of(row).flag());
        return flags;
    }

    /** One moment of a profile whose sensors are d1, d2, and so on. */
    private static StretchGrader.Grades alone(Map<String, SeriesConfig> configs, String name, double value,
            Map<String, double[]> none, double[] profile) {
        Map<String, double[]> others = new TreeMap<>(none);
        for (int depth = 1; depth <= profile.length; depth++) {
            others.put("d" + depth, new double[] {profile[depth - 1]});
        }
        return grades(configs, name, new double[] {value}, new long[] {0}, others);
    }

    private static StretchGrader.Grades grades(Map<String, SeriesConfig> configs, String name, double[] values,
            long[] times, Map<String, double[]> others) {
        return grades(configs, name, values, times, others, times);
    }

    private static StretchGrader.Grades grades(Map<String, SeriesConfig> configs, String name, double[] values,
            long[] times, Map<String, double[]> others, long[] otherTimes) {
        Companions companions = Companions.of(name, configs);
        double[][] aligned = companions.all().stream().map(each -> Companions.nearest(times, otherTimes,
                others.getOrDefault(each.series(), new double[0]), each.withinNanos())).toArray(double[][]::new);
        Grade[] status = new Grade[values.length];
        Arrays.fill(status, Grade.NOT_EVALUATED);
        return new StretchGrader(GradePlan.of(configs.get(name)), companions)
                .grade(values, times, times, status, aligned);
    }

    private static Map<String, SeriesConfig> position(Location location) {
        return Map.of("lon", config(null, null, location, null), "lat", config(null, null, location, null));
    }

    private static SeriesConfig config(@Nullable Double depth, @Nullable DensityInversion inversion,
            @Nullable Location location, @Nullable Multivariate multivariate) {
        GradeConfig grade = new GradeConfig(null, List.of(), null, null, null, null, null, null, null, inversion,
                location, multivariate, null);
        return new SeriesConfig(null, new Unit("1"), null, null, null, depth, grade, true);
    }
}
