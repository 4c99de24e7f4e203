package suimon.store;

import java.util.Arrays;
import java.util.Comparator;
import suimon.reading.Readings;

/** Collects readings in the order of the log and gives them by time, the last one of each time. */
final class TimeSorted {
    private final int limit;
    private Readings.Builder rows = new Readings.Builder(64);

    TimeSorted(int limit) {
        this.limit = limit;
    }

    void add(Readings from, int row) {
        rows.addRow(from, row);
        // Cut back now and then, so that a long range costs no more memory than its answer.
        if (rows.size() >= 4L * limit + 1024) {
            Readings sorted = toReadings();
            rows = new Readings.Builder(2 * limit + 1024);
            for (int kept = 0; kept < sorted.size(); kept++) {
                rows.addRow(sorted, kept);
            }
        }
    }

    Readings toReadings() {
        Readings all = rows.build();
        Integer[] order = new Integer[all.size()];
        Arrays.setAll(order, index -> index);
        // The sort is stable: of equal times the later in the log stays behind.
        Arrays.sort(order, Comparator.comparingLong(all::measured));
        Readings.Builder sorted = new Readings.Builder(Math.min(limit, order.length));
        for (int index = 0; index < order.length && sorted.size() < limit; index++) {
            boolean isRevised = index + 1 < order.length
                    && all.measured(order[index]) == all.measured(order[index + 1]);
            if (!isRevised) {
                sorted.addRow(all, order[index]);
            }
        }
        return sorted.build();
    }
}
