package suimon.store;

import java.util.HashMap;
import java.util.Map;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * Collects readings of one series in the order of the log and gives them by time: the last one of
 * each time, with the grade given last.
 */
final class TimeSorted implements LogReader.RowVisitor {
    private final int limit;
    private final Map<Long, Entry.Regrade> regraded = new HashMap<>();
    private Readings.Builder rows = new Readings.Builder(64);

    TimeSorted(int limit) {
        this.limit = limit;
    }

    int size() {
        return rows.size();
    }

    @Override
    public boolean visit(long sequence, Readings from, int row) {
        return visitRows(sequence, from, row, row + 1);
    }

    @Override
    public boolean visitRows(long sequence, Readings from, int first, int end) {
        rows.addRows(from, first, end);
        // A grade given earlier was for the value that this one revises.
        for (int row = first; row < end && !regraded.isEmpty(); row++) {
            regraded.remove(from.measured(row));
        }
        // Cut back now and then, so that a long range costs no more memory than its answer.
        if (rows.size() >= 4L * limit + 1024) {
            Readings sorted = toReadings();
            rows = new Readings.Builder(2 * limit + 1024);
            rows.addRows(sorted, 0, sorted.size());
            regraded.clear();
        }
        return true;
    }

    @Override
    public void regrade(long sequence, Entry.Regrade regrade) {
        regraded.put(regrade.measuredNanos(), regrade);
    }

    /** Nothing was revised or given another grade, and all of it came by time. */
    private static boolean isPlain(Readings all) {
        for (int row = 1; row < all.size(); row++) {
            if (all.measured(row - 1) >= all.measured(row)) {
                return false;
            }
        }
        return true;
    }

    Readings toReadings() {
        Readings all = rows.build();
        if (regraded.isEmpty() && all.size() <= limit && isPlain(all)) {
            return all;
        }
        int[] order = all.byTime();
        Readings.Builder sorted = new Readings.Builder(Math.min(limit, order.length));
        for (int index = 0; index < order.length && sorted.size() < limit; index++) {
            boolean isRevised = index + 1 < order.length
                    && all.measured(order[index]) == all.measured(order[index + 1]);
            if (!isRevised) {
                addGraded(sorted, all, order[index]);
            }
        }
        return sorted.build();
    }

    private void addGraded(Readings.Builder sorted, Readings all, int row) {
        Entry.Regrade regrade = regraded.get(all.measured(row));
        if (regrade == null) {
            sorted.addRow(all, row);
        } else {
            sorted.addRow(all, row, regrade.grade(), regrade.tests());
        }
    }
}
