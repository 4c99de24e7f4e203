package suimon.pipeline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import suimon.config.SeriesConfig;
import suimon.quality.Companions;
import suimon.quality.GradePlan;
import suimon.quality.StretchGrader;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.ValueType;
import suimon.store.FinalGrades;
import suimon.store.StoreFailed;

/**
 * The final grades of the configured series, by the same plans that {@link SeriesDesk} grades by as
 * values come. Thresholds are those in force at sealing.
 */
public final class SealedGrades implements FinalGrades {
    private final Map<String, Desk> desks = new HashMap<>();
    private final Map<String, Map<String, Long>> dependents = new HashMap<>();
    private final CalibrationDesk calibrations;
    private final boolean isRead;

    private record Desk(
            StretchGrader grader, Companions companions, LiveCalibration calibration, long reachNanos) {}

    public SealedGrades(Map<String, SeriesConfig> configs) {
        this(configs, new CalibrationDesk(configs), false);
    }

    /** @param calibrations is read from the log that grades are wanted for */
    public SealedGrades(Map<String, SeriesConfig> configs, CalibrationDesk calibrations) {
        this(configs, calibrations, true);
    }

    private SealedGrades(Map<String, SeriesConfig> configs, CalibrationDesk calibrations, boolean isRead) {
        this.calibrations = calibrations;
        this.isRead = isRead;
        configs.forEach((name, config) -> {
            GradePlan plan = GradePlan.of(config);
            Companions companions = Companions.of(name, configs);
            for (Companions.Companion companion : companions.all()) {
                dependents.computeIfAbsent(companion.series(), any -> new TreeMap<>())
                        .merge(name, companion.withinNanos(), Math::max);
            }
            if (plan.needsNeighbours() || !companions.isEmpty()) {
                long few = config.every() == null ? 0 : 4 * config.every().toNanos();
                desks.put(name, new Desk(new StretchGrader(plan, companions), companions, calibrations.of(name),
                        Math.max(1, few + plan.timeBefore().toNanos())));
            }
        });
    }

    @Override
    public long reachNanos(Series series) {
        Desk desk = desks.get(series.name());
        if (desk != null && isRead) {
            calibrations.awaitRead();
        }
        return desk == null ? 0 : desk.reachNanos();
    }

    @Override
    public boolean isEnoughBefore(Series series, Readings byTime, int from) {
        Desk desk = desks.get(series.name());
        return desk == null || desk.grader().reachesBack(values(desk, byTime), measured(byTime), from);
    }

    @Override
    public boolean isEnoughAfter(Series series, Readings byTime, int to) {
        Desk desk = desks.get(series.name());
        return desk == null || desk.grader().reachesOn(values(desk, byTime), measured(byTime), to);
    }

    private static double[] values(Desk desk, Readings byTime) {
        double[] values = new double[byTime.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = desk.calibration().apply(byTime.asDouble(row), byTime.measured(row));
        }
        return values;
    }

    private static long[] measured(Readings byTime) {
        long[] measured = new long[byTime.size()];
        for (int row = 0; row < measured.length; row++) {
            measured[row] = byTime.measured(row);
        }
        return measured;
    }

    @Override
    public Map<String, Long> dependents(Series series) {
        return dependents.getOrDefault(series.name(), Map.of());
    }

    @Override
    public void grade(Series series, Readings byTime, Others others, Sink sink) throws StoreFailed {
        Desk desk = desks.get(series.name());
        if (desk == null) {
            return;
        }
        int[] rows = numbers(byTime);
        double[] values = new double[rows.length];
        long[] measured = new long[rows.length];
        long[] received = new long[rows.length];
        Grade[] status = new Grade[rows.length];
        for (int index = 0; index < rows.length; index++) {
            values[index] = desk.calibration().apply(byTime.asDouble(rows[index]), byTime.measured(rows[index]));
            measured[index] = byTime.measured(rows[index]);
            received[index] = byTime.received(rows[index]);
            status[index] = Grade.ofStatus(byTime.status(rows[index]));
        }
        StretchGrader.Grades grades = desk.grader()
                .grade(values, measured, received, status, aligned(desk.companions(), measured, others));
        for (int index = 0; index < rows.length; index++) {
            // By what was known when it came: that is not judged again.
            boolean isDrifting = (byTime.testsBesideStatus(rows[index]) & QualityTest.DRIFT.bit()) != 0
                    && grades.of(index) != Grade.FAIL && grades.of(index) != Grade.MISSING;
            int before = grades.of(index) == Grade.SUSPECT ? grades.tests(index) : 0;
            sink.grade(rows[index], isDrifting ? Grade.SUSPECT : grades.of(index),
                    isDrifting ? before | QualityTest.DRIFT.bit() : grades.tests(index));
        }
    }

    /** The companions' values at the times of the readings. */
    private double[][] aligned(Companions companions, long[] measured, Others others)
            throws StoreFailed {
        double[][] aligned = new double[companions.all().size()][];
        for (int index = 0; index < aligned.length; index++) {
            Companions.Companion companion = companions.all().get(index);
            Readings found = others.of(companion.series(), companion.withinNanos());
            int[] rows = numbers(found);
            LiveCalibration calibration = calibrations.of(companion.series());
            double[] values = new double[rows.length];
            long[] times = new long[rows.length];
            for (int row = 0; row < rows.length; row++) {
                values[row] = calibration.apply(found.asDouble(rows[row]), found.measured(rows[row]));
                times[row] = found.measured(rows[row]);
            }
            aligned[index] = Companions.nearest(measured, times, values, companion.withinNanos());
        }
        return aligned;
    }

    /** Text and Booleans are not graded, as on arrival. */
    private static int[] numbers(Readings byTime) {
        int[] rows = new int[byTime.size()];
        int size = 0;
        for (int row = 0; row < rows.length; row++) {
            if (byTime.type(row) != ValueType.TEXT && byTime.type(row) != ValueType.BOOLEAN) {
                rows[size++] = row;
            }
        }
        return Arrays.copyOf(rows, size);
    }
}
