package suimon.store;

import java.time.Duration;
import java.util.BitSet;
import suimon.reading.Readings;
import suimon.reading.ValueType;

/**
 * Leaves of each interval the first, the least, the greatest and the last reading: real ones with
 * their own times and grades, so that a peak stays a peak. Text and Boolean values all stay. Thinned
 * once more to the same interval, nothing more goes. Where the end of a chunk, a stretch or a clock cuts
 * an interval, each part is thinned by itself, so that more may stay, but never less.
 *
 * <p>A reading that revises another, or is revised by one, stays beside those: without the revision
 * the log would again say what was revised.
 *
 * @param interval of measured time, counted from the epoch
 */
record Thinner(Duration interval) {
    /** Gets readings of one series by time, and which of them the log holds others for elsewhere. */
    Readings apply(Readings sorted, BitSet elsewhere) {
        BitSet kept = new BitSet(sorted.size());
        long nanos = interval.toNanos();
        int begin = 0;
        for (int row = 1; row <= sorted.size(); row++) {
            boolean isEnd = row == sorted.size()
                    || Math.floorDiv(sorted.measured(row), nanos) != Math.floorDiv(sorted.measured(begin), nanos);
            if (isEnd) {
                choose(sorted, begin, row, elsewhere, kept);
                begin = row;
            }
        }
        if (kept.cardinality() == sorted.size()) {
            return sorted;
        }
        Readings.Builder rows = new Readings.Builder(kept.cardinality());
        kept.stream().forEach(row -> rows.addRow(sorted, row));
        return rows.build();
    }

    private static void choose(Readings sorted, int begin, int end, BitSet elsewhere, BitSet kept) {
        int least = -1;
        int greatest = -1;
        int last = -1;
        for (int row = begin; row < end; row++) {
            if (row + 1 < end && sorted.measured(row + 1) == sorted.measured(row)) {
                // The next one revised it.
                continue;
            }
            if (elsewhere.get(row)) {
                kept.set(row);
                continue;
            }
            ValueType type = sorted.type(row);
            if (last < 0 || type == ValueType.TEXT || type == ValueType.BOOLEAN) {
                kept.set(row);
            }
            last = row;
            double value = sorted.asDouble(row);
            // A value that is no number is neither the least nor the greatest.
            if (!Double.isNaN(value)) {
                least = least < 0 || value < sorted.asDouble(least) ? row : least;
                greatest = greatest < 0 || value > sorted.asDouble(greatest) ? row : greatest;
            }
        }
        if (last >= 0) {
            kept.set(last);
        }
        if (least >= 0) {
            kept.set(least);
            kept.set(greatest);
        }
    }
}
