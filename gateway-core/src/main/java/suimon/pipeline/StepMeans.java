package suimon.pipeline;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * The means of one series over the intervals of the UTC grid, in memory. For one thread.
 *
 * <p>The newest intervals keep each reading, so that a revision replaces and a later grade removes
 * it; older ones keep sum and count alone. A reading that comes late into such an interval is added;
 * a revision there counts as one more reading, which shifts the mean by at most its share.
 */
final class StepMeans {
    /** Intervals whose readings are kept one by one. */
    static final int OPEN_MAX = 3;

    /** Readings kept one by one per interval; beyond that they go into the sum at once. */
    static final int READINGS_MAX = 4096;

    private final long stepNanos;
    private final int retained;
    private final TreeMap<Long, Cell> cells = new TreeMap<>();
    private long newest = Long.MIN_VALUE;

    /** Keeps so many intervals up to the newest one with a reading; older ones are let go. */
    StepMeans(long stepNanos, int retained) {
        this.stepNanos = stepNanos;
        this.retained = retained;
    }

    /** The newest measured time of any reading, usable or not; Long.MIN_VALUE before the first. */
    long newest() {
        return newest;
    }

    /** Takes a reading; one that is not usable only takes back what stood at the same moment. */
    void observe(long measured, double value, boolean usable) {
        long step = Math.floorDiv(measured, stepNanos);
        long newestStep = Math.floorDiv(Math.max(newest, measured), stepNanos);
        newest = Math.max(newest, measured);
        if (step <= newestStep - retained) {
            return;
        }
        if (usable) {
            cells.computeIfAbsent(step, key -> new Cell()).put(measured, value);
        } else {
            remove(measured);
        }
        tidy(newestStep);
    }

    /** A reading turned out not to be usable. */
    void remove(long measured) {
        Cell cell = cells.get(Math.floorDiv(measured, stepNanos));
        if (cell != null) {
            cell.remove(measured);
        }
    }

    /** The mean of the interval that begins at {@code step * stepNanos}; NaN when it has no reading. */
    double mean(long step) {
        Cell cell = cells.get(step);
        return cell == null ? Double.NaN : cell.mean();
    }

    private void tidy(long newestStep) {
        while (!cells.isEmpty() && cells.firstKey() <= newestStep - retained) {
            cells.pollFirstEntry();
        }
        Long closing = cells.floorKey(newestStep - OPEN_MAX);
        while (closing != null && cells.get(closing) instanceof Cell cell && !cell.isClosed()) {
            cell.close();
            closing = cells.lowerKey(closing);
        }
    }

    /** One interval: readings in the order of time, then their sum. */
    private static final class Cell {
        private long[] times = new long[4];
        private double[] values = new double[4];
        private int size;
        private boolean isClosed;
        private double closedSum;
        private long closedCount;

        boolean isClosed() {
            return isClosed;
        }

        void put(long time, double value) {
            int place = size == 0 || times[size - 1] < time ? -size - 1
                    : Arrays.binarySearch(times, 0, size, time);
            if (place >= 0) {
                values[place] = value;
            } else if (isClosed || size == READINGS_MAX) {
                closedSum += value;
                closedCount++;
            } else {
                insert(-place - 1, time, value);
            }
        }

        void remove(long time) {
            int place = Arrays.binarySearch(times, 0, size, time);
            if (place >= 0) {
                System.arraycopy(times, place + 1, times, place, size - place - 1);
                System.arraycopy(values, place + 1, values, place, size - place - 1);
                size--;
            }
        }

        double mean() {
            double sum = closedSum;
            for (int index = 0; index < size; index++) {
                sum += values[index];
            }
            // 0 / 0 is the NaN that says there is none.
            return sum / (closedCount + size);
        }

        void close() {
            double sum = closedSum;
            for (int index = 0; index < size; index++) {
                sum += values[index];
            }
            closedSum = sum;
            closedCount += size;
            size = 0;
            times = new long[0];
            values = new double[0];
            isClosed = true;
        }

        private void insert(int place, long time, double value) {
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            System.arraycopy(times, place, times, place + 1, size - place);
            System.arraycopy(values, place, values, place + 1, size - place);
            times[place] = time;
            values[place] = value;
            size++;
        }
    }
}
