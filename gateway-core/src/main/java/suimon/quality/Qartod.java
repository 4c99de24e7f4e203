package suimon.quality;

import java.util.Arrays;
import java.util.List;
import suimon.config.GradeConfig.AttenuatedSignal;
import suimon.config.GradeConfig.DataReception;
import suimon.config.GradeConfig.GrossRange;
import suimon.config.GradeConfig.ImpossibleDate;
import suimon.config.GradeConfig.Movement;
import suimon.config.GradeConfig.RateOfChange;
import suimon.config.GradeConfig.Spike;
import suimon.config.GradeConfig.SpikeMethod;
import suimon.config.GradeConfig.TimeGap;
import suimon.reading.Grade;

/**
 * The tests of QARTOD over whole stretches of one series, in the order of time, each value once. A
 * value that is not finite is missing and gets 9. Times are nanoseconds since the epoch.
 *
 * <p>Sources: U.S. IOOS, Manual for Real-Time Quality Control of In-situ Temperature and Salinity
 * Data, version 2.1 (2020), and ioos_qc, whose flags these reproduce, with two exceptions: times are
 * not cut to whole seconds, and missing values do not hide the movement of the others in
 * {@link #attenuatedSignal}.
 */
public final class Qartod {
    /** The movement of a signal is judged by at most so many values, the newest. */
    public static final int WINDOW_MAX = 4096;
    /** A moment that is not known, see {@link #timeGap}. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private Qartod() {}

    /** The gravest of several tests' grades in the order 9, 2, 1, 3, 4. */
    public static Grade[] rollUp(List<Grade[]> tests) {
        Grade[] all = filled(tests.getFirst().length, Grade.MISSING);
        for (Grade[] test : tests) {
            for (int row = 0; row < all.length; row++) {
                all[row] = all[row].worse(test[row]);
            }
        }
        return all;
    }

    /** Test 4: outside fail 4, outside suspect 3. */
    public static Grade[] grossRange(double[] values, GrossRange range) {
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            grades[row] = Thresholds.isMissing(values[row])
                    ? Grade.MISSING : Thresholds.grossRange(values[row], range);
        }
        return grades;
    }

    /** Test 5. @param depths metres, NaN where not known */
    public static Grade[] climatology(
            double[] values, long[] times, double[] depths, List<ClimatologySpan> spans) {
        YearParts parts = new YearParts();
        ClimatologySpan[] all = spans.toArray(new ClimatologySpan[0]);
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            grades[row] = Thresholds.isMissing(values[row]) ? Grade.MISSING
                    : ClimatologySpan.judge(all, values[row], times[row], depths[row], parts);
        }
        return grades;
    }

    /** Test 6: the first, the last and the neighbours of missing values are 2. */
    public static Grade[] spike(double[] values, Spike spike) {
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            boolean hasBoth = row > 0 && row < values.length - 1
                    && !Thresholds.isMissing(values[row - 1]) && !Thresholds.isMissing(values[row + 1]);
            if (Thresholds.isMissing(values[row])) {
                grades[row] = Grade.MISSING;
            } else {
                grades[row] = hasBoth
                        ? spike(values[row - 1], values[row], values[row + 1], spike) : Grade.NOT_EVALUATED;
            }
        }
        return grades;
    }

    static Grade spike(double before, double value, double after, Spike spike) {
        double height = spike.method() == SpikeMethod.AVERAGE
                ? Math.abs(value - (before + after) / 2)
                : (value - before) * (after - value) >= 0
                        ? 0 : Math.min(Math.abs(value - before), Math.abs(after - value));
        return Thresholds.above(height, spike.suspect(), spike.fail());
    }

    /** Test 7: the first and what follows a missing value are good. */
    public static Grade[] rateOfChange(double[] values, long[] times, RateOfChange rate) {
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            if (Thresholds.isMissing(values[row])) {
                grades[row] = Grade.MISSING;
            } else if (row == 0 || Thresholds.isMissing(values[row - 1])) {
                grades[row] = Grade.GOOD;
            } else {
                grades[row] = rateOfChange(
                        values[row] - values[row - 1], times[row] - times[row - 1], rate);
            }
        }
        return grades;
    }

    static Grade rateOfChange(double step, long nanos, RateOfChange rate) {
        double perSecond = Math.abs(step) * SECOND_NANOS / nanos;
        Double fail = rate.failPerSecond();
        if (fail != null && perSecond > fail) {
            return Grade.FAIL;
        }
        return perSecond > rate.perSecond() ? Grade.SUSPECT : Grade.GOOD;
    }

    /** Test 8, by numbers of values; see {@link FlatCounts#of}. */
    public static Grade[] flatLine(double[] values, FlatCounts flat) {
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            if (Thresholds.isMissing(values[row])) {
                grades[row] = Grade.MISSING;
            } else if (isFlat(values, row, flat.fail(), flat.tolerance())) {
                grades[row] = Grade.FAIL;
            } else {
                grades[row] = isFlat(values, row, flat.suspect(), flat.tolerance()) ? Grade.SUSPECT : Grade.GOOD;
            }
        }
        return grades;
    }

    private static boolean isFlat(double[] values, int last, int before, double tolerance) {
        if (last < before) {
            return false;
        }
        double low = values[last];
        double high = low;
        for (int row = last; row >= last - before && high - low < tolerance; row--) {
            if (!Thresholds.isMissing(values[row])) {
                low = Math.min(low, values[row]);
                high = Math.max(high, values[row]);
            }
        }
        return high - low < tolerance;
    }

    /**
     * The usual distance of neighbours in whole seconds, as ioos_qc has it: the median, cut off.
     * Nanoseconds; 0 when there are less than two.
     */
    public static long medianInterval(long[] times) {
        if (times.length < 2) {
            return 0;
        }
        long[] steps = new long[times.length - 1];
        for (int row = 0; row < steps.length; row++) {
            steps[row] = times[row + 1] - times[row];
        }
        Arrays.sort(steps);
        int middle = steps.length / 2;
        long median = steps.length % 2 == 1 ? steps[middle] : (steps[middle - 1] + steps[middle]) / 2;
        return median / SECOND_NANOS * SECOND_NANOS;
    }

    /** Test 11: the movement within the time before each value, the value itself included. */
    public static Grade[] attenuatedSignal(double[] values, long[] times, AttenuatedSignal signal) {
        Grade[] grades = new Grade[values.length];
        double[] window = new double[WINDOW_MAX];
        for (int row = 0; row < values.length; row++) {
            int size = 0;
            for (int back = row; back >= 0 && size < WINDOW_MAX
                    && times[row] - times[back] < signal.over().toNanos(); back--) {
                if (!Thresholds.isMissing(values[back])) {
                    window[size++] = values[back];
                }
            }
            grades[row] = Thresholds.isMissing(values[row]) ? Grade.MISSING
                    : attenuatedSignal(movement(window, 0, size, signal.movement()), size, signal);
        }
        return grades;
    }

    /** The same where all values together are looked at, whatever {@code over} says. */
    public static Grade[] attenuatedSignal(double[] values, AttenuatedSignal signal) {
        double[] present = Arrays.stream(values).filter(value -> !Thresholds.isMissing(value)).toArray();
        Grade grade = attenuatedSignal(
                movement(present, 0, present.length, signal.movement()), present.length, signal);
        Grade[] grades = new Grade[values.length];
        for (int row = 0; row < values.length; row++) {
            grades[row] = Thresholds.isMissing(values[row]) ? Grade.MISSING : grade;
        }
        return grades;
    }

    static Grade attenuatedSignal(double movement, int values, AttenuatedSignal signal) {
        if (values < signal.valuesMin()) {
            return Grade.NOT_EVALUATED;
        }
        if (movement < signal.fail()) {
            return Grade.FAIL;
        }
        return movement < signal.suspect() ? Grade.SUSPECT : Grade.GOOD;
    }

    /** Of some values, newest first: the order in which they are added decides the last bit. */
    static double movement(double[] window, int from, int size, Movement movement) {
        double sum = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int index = from; index < from + size; index++) {
            sum += window[index];
            low = Math.min(low, window[index]);
            high = Math.max(high, window[index]);
        }
        if (movement == Movement.RANGE || low == high) {
            return high - low;
        }
        double mean = sum / size;
        double squares = 0;
        for (int index = from; index < from + size; index++) {
            squares += (window[index] - mean) * (window[index] - mean);
        }
        return Math.sqrt(squares / size);
    }

    /**
     * Test 1: what follows a gap. The first goes with the second; {@link #NO_TIME} is 9, and what
     * follows it is 2.
     */
    public static Grade[] timeGap(long[] times, TimeGap gap) {
        Grade[] grades = new Grade[times.length];
        for (int row = times.length - 1; row >= 0; row--) {
            if (times[row] == NO_TIME) {
                grades[row] = Grade.MISSING;
            } else if (row == 0) {
                grades[row] = times.length == 1 || times[1] == NO_TIME ? Grade.NOT_EVALUATED : grades[1];
            } else {
                grades[row] = times[row - 1] == NO_TIME ? Grade.NOT_EVALUATED
                        : Thresholds.above(times[row] - times[row - 1], gap.suspectAfter(), gap.failAfter());
            }
        }
        return grades;
    }

    /** How long each value took to get here. */
    public static Grade[] dataReception(long[] times, long[] received, DataReception limits) {
        Grade[] grades = new Grade[times.length];
        for (int row = 0; row < times.length; row++) {
            grades[row] = times[row] == NO_TIME ? Grade.MISSING
                    : Thresholds.dataReception(times[row], received[row], limits);
        }
        return grades;
    }

    /** Whether a value can have been measured then, by when it came. */
    public static Grade[] impossibleDate(long[] times, long[] received, ImpossibleDate limits) {
        Grade[] grades = new Grade[times.length];
        for (int row = 0; row < times.length; row++) {
            grades[row] = times[row] == NO_TIME ? Grade.MISSING
                    : Thresholds.impossibleDate(times[row], received[row], limits);
        }
        return grades;
    }

    /**
     * Values beyond percentiles of the whole stretch and a margin are suspect. There is no form of it
     * for values as they come.
     *
     * @param low per cent, interpolated linearly between neighbours; likewise high
     */
    public static Grade[] percentileRange(double[] values, double low, double high, double margin) {
        double[] sorted = Arrays.stream(values).filter(value -> !Thresholds.isMissing(value)).sorted().toArray();
        Grade[] grades = filled(values.length, Grade.MISSING);
        for (int row = 0; row < values.length && sorted.length > 0; row++) {
            boolean isOutside = values[row] < percentile(sorted, low) - margin
                    || values[row] > percentile(sorted, high) + margin;
            grades[row] = Thresholds.isMissing(values[row]) ? Grade.MISSING : isOutside ? Grade.SUSPECT : Grade.GOOD;
        }
        return grades;
    }

    private static double percentile(double[] sorted, double percent) {
        double place = (sorted.length - 1) * percent / 100;
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    private static Grade[] filled(int size, Grade grade) {
        Grade[] grades = new Grade[size];
        Arrays.fill(grades, grade);
        return grades;
    }
}
