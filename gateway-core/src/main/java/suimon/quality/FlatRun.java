package suimon.quality;

import suimon.reading.Grade;

/**
 * How many of the newest values differ by less than a tolerance, without keeping them: of those only
 * the ones that may yet be the least or the greatest are kept, which are few unless the signal
 * climbs. For one thread.
 */
final class FlatRun {
    /** Candidates kept at most; beyond, the run is taken to begin after the one that goes. */
    static final int CANDIDATES_MAX = 4096;

    private final FlatCounts flat;
    private final Candidates least = new Candidates(1);
    private final Candidates greatest = new Candidates(-1);
    private long row = -1;
    /** The first row of the run. */
    private long first;

    FlatRun(FlatCounts flat) {
        this.flat = flat;
    }

    /** Takes the next value; a missing one counts and differs from none. */
    Grade next(double value) {
        row++;
        // More than this decides nothing, so that the candidates are bounded by the window too.
        first = Math.max(first, row - flat.fail());
        if (Thresholds.isMissing(value)) {
            return Grade.MISSING;
        }
        first = Math.max(first, least.add(row, value));
        first = Math.max(first, greatest.add(row, value));
        least.forgetBefore(first);
        greatest.forgetBefore(first);
        while (!least.isEmpty() && greatest.top() - least.top() >= flat.tolerance()) {
            first = Math.min(least.topRow(), greatest.topRow()) + 1;
            least.forgetBefore(first);
            greatest.forgetBefore(first);
        }
        return flat.ofRun(row - first + 1);
    }

    /** Values in a ring, each with its row, of which none is beaten by a later one. */
    private static final class Candidates {
        private final int sign;
        private double[] values = new double[4];
        private long[] rows = new long[4];
        private int start;
        private int size;

        /** @param sign 1 to keep the least first, -1 the greatest */
        Candidates(int sign) {
            this.sign = sign;
        }

        boolean isEmpty() {
            return size == 0;
        }

        double top() {
            return values[start];
        }

        long topRow() {
            return rows[start];
        }

        /** Returns the row that the run can begin at, at the earliest. */
        long add(long row, double value) {
            while (size > 0 && sign * values[slot(size - 1)] >= sign * value) {
                size--;
            }
            long earliest = 0;
            if (size == CANDIDATES_MAX) {
                earliest = rows[start] + 1;
                forgetBefore(earliest);
            }
            if (size == values.length) {
                grow();
            }
            values[slot(size)] = value;
            rows[slot(size)] = row;
            size++;
            return earliest;
        }

        void forgetBefore(long row) {
            while (size > 0 && rows[start] < row) {
                start = (start + 1) % values.length;
                size--;
            }
        }

        private int slot(int index) {
            return (start + index) % values.length;
        }

        private void grow() {
            double[] moreValues = new double[values.length * 2];
            long[] moreRows = new long[values.length * 2];
            int tail = values.length - start;
            System.arraycopy(values, start, moreValues, 0, tail);
            System.arraycopy(values, 0, moreValues, tail, start);
            System.arraycopy(rows, start, moreRows, 0, tail);
            System.arraycopy(rows, 0, moreRows, tail, start);
            values = moreValues;
            rows = moreRows;
            start = 0;
        }
    }
}
