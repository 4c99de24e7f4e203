package suimon.pipeline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import suimon.config.SeriesConfig;
import suimon.quality.GradePlan;
import suimon.quality.StretchGrader;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.ValueType;
import suimon.store.FinalGrades;

/**
 * The final grades of the configured series, by the same plans that {@link SeriesDesk} grades by as
 * values come. Thresholds are those in force at sealing.
 */
public final class SealedGrades implements FinalGrades {
    private final Map<String, Desk> desks = new HashMap<>();
    private final CalibrationDesk calibrations;
    private final boolean isRead;

    private record Desk(StretchGrader grader, LiveCalibration calibration, long reachNanos) {}

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
            if (plan.needsNeighbours()) {
                long few = config.every() == null ? 0 : 4 * config.every().toNanos();
                desks.put(name, new Desk(new StretchGrader(plan), calibrations.of(name),
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
    public void grade(Series series, Readings byTime, Sink sink) {
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
        StretchGrader.Grades grades = desk.grader().grade(values, measured, received, status);
        for (int index = 0; index < rows.length; index++) {
            sink.grade(rows[index], grades.of(index), grades.tests(index));
        }
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
