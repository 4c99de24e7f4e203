package suimon.pipeline;

import org.jspecify.annotations.Nullable;
import suimon.config.SeriesConfig.FlatLine;
import suimon.config.SeriesConfig.GradeConfig;
import suimon.config.SeriesConfig.GrossRange;
import suimon.config.SeriesConfig.RateOfChange;
import suimon.config.SeriesConfig.Spike;
import suimon.reading.Grade;

/**
 * Grades one series as its values come, with the semantics of ioos_qc's QARTOD tests (Manual for
 * Real-Time Quality Control of In-situ Temperature and Salinity Data, tests 4, 6, 7 and 8): gross
 * range, spike (average), rate of change, flat line. Values are calibrated. One thread.
 *
 * <p>A late value, older than the newest graded one, gets the tests that need no neighbour; the
 * others are decided where batch order is known, at sealing.
 */
public final class Grader {
    /** The flat line test looks at so many values at most; a longer window is judged by these. */
    static final int WINDOW_MAX = 4096;

    private static final Verdict MISSING = new Verdict(Grade.MISSING, Grade.NOT_EVALUATED, 0);
    private static final Verdict UNTESTED = new Verdict(Grade.NOT_EVALUATED, Grade.NOT_EVALUATED, 0);

    private final @Nullable GrossRange range;
    private final @Nullable RateOfChange rate;
    private final @Nullable FlatLine flat;
    private final @Nullable Spike spike;
    /** Most series have no flat line test; 10,000 series would keep 3 MB of rings for nothing. */
    private final @Nullable FlatWindow window;
    private final boolean hasTests;
    private boolean hasPrevious;
    private double beforePrevious = Double.NaN;
    private double previous = Double.NaN;
    private long previousAt;

    /** What one value got, and what the value before it turned out to be. */
    public record Verdict(Grade grade, Grade previousSpike, long previousAt) {
        /** Whether the value before must be regraded. */
        public boolean regradesPrevious() {
            return previousSpike == Grade.SUSPECT || previousSpike == Grade.FAIL;
        }
    }

    public Grader(@Nullable GradeConfig config) {
        range = config == null ? null : config.grossRange();
        rate = config == null ? null : config.rateOfChange();
        flat = config == null ? null : config.flatLine();
        spike = config == null ? null : config.spike();
        window = flat == null ? null : new FlatWindow();
        hasTests = range != null || rate != null || flat != null || spike != null;
    }

    /**
     * Grades a value.
     *
     * @param value NaN when there is none
     * @param at measured time, nanoseconds since the epoch
     */
    public Verdict grade(double value, long at) {
        if (Double.isNaN(value)) {
            return MISSING;
        }
        if (!hasTests) {
            return UNTESTED;
        }
        boolean isLate = hasPrevious && at <= previousAt;
        Grade grade = Grade.NOT_EVALUATED.worse(grossRange(value));
        if (isLate) {
            return new Verdict(grade, Grade.NOT_EVALUATED, 0);
        }
        grade = grade.worse(rateOfChange(value, at)).worse(flatLine(value, at));
        Verdict verdict = new Verdict(grade, spikeOfPrevious(value), previousAt);
        beforePrevious = previous;
        previous = value;
        previousAt = at;
        hasPrevious = true;
        return verdict;
    }

    private Grade grossRange(double value) {
        if (range == null) {
            return Grade.NOT_EVALUATED;
        }
        if (value < range.failLow() || value > range.failHigh()) {
            return Grade.FAIL;
        }
        return value < range.suspectLow() || value > range.suspectHigh() ? Grade.SUSPECT : Grade.GOOD;
    }

    private Grade rateOfChange(double value, long at) {
        if (rate == null) {
            return Grade.NOT_EVALUATED;
        }
        if (!hasPrevious) {
            return Grade.GOOD;
        }
        double perSecond = Math.abs(value - previous) * 1e9 / (at - previousAt);
        return perSecond > rate.perSecond() ? Grade.SUSPECT : Grade.GOOD;
    }

    private Grade flatLine(double value, long at) {
        if (flat == null || window == null) {
            return Grade.NOT_EVALUATED;
        }
        window.add(value, at, flat.failAfter().toNanos());
        if (window.isFlat(flat.failAfter().toNanos(), flat.tolerance())) {
            return Grade.FAIL;
        }
        return window.isFlat(flat.suspectAfter().toNanos(), flat.tolerance()) ? Grade.SUSPECT : Grade.GOOD;
    }

    private Grade spikeOfPrevious(double value) {
        if (spike == null || Double.isNaN(beforePrevious) || Double.isNaN(previous)) {
            return Grade.NOT_EVALUATED;
        }
        double distance = Math.abs(previous - (beforePrevious + value) / 2);
        if (distance > spike.fail()) {
            return Grade.FAIL;
        }
        return distance > spike.suspect() ? Grade.SUSPECT : Grade.GOOD;
    }

    /** The last values, oldest first, in a ring that grows to {@link #WINDOW_MAX}. */
    private static final class FlatWindow {
        private double[] values = new double[16];
        private long[] times = new long[16];
        private int start;
        private int size;

        void add(double value, long at, long spanNanos) {
            while (size > 1 && at - times[(start + 1) % times.length] >= spanNanos) {
                drop();
            }
            if (size == values.length) {
                makeRoom();
            }
            int slot = (start + size) % values.length;
            values[slot] = value;
            times[slot] = at;
            size++;
        }

        /** Whether the values of the last span reach back all of it and differ by less than that. */
        boolean isFlat(long spanNanos, double tolerance) {
            long newest = times[(start + size - 1) % times.length];
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            int seen = 0;
            for (int back = 0; back < size; back++) {
                int slot = (start + size - 1 - back) % values.length;
                low = Math.min(low, values[slot]);
                high = Math.max(high, values[slot]);
                seen++;
                if (newest - times[slot] >= spanNanos) {
                    return seen >= 3 && high - low < tolerance;
                }
                if (high - low >= tolerance) {
                    return false;
                }
            }
            return false;
        }

        private void drop() {
            start = (start + 1) % values.length;
            size--;
        }

        private void makeRoom() {
            if (size >= WINDOW_MAX) {
                drop();
                return;
            }
            double[] moreValues = new double[size * 2];
            long[] moreTimes = new long[size * 2];
            for (int index = 0; index < size; index++) {
                moreValues[index] = values[(start + index) % values.length];
                moreTimes[index] = times[(start + index) % times.length];
            }
            values = moreValues;
            times = moreTimes;
            start = 0;
        }
    }
}
