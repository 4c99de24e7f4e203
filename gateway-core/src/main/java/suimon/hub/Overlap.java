package suimon.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Finds what a hub already has when a gateway begins a new epoch and sends again. An entry that is
 * equal in everything is the same entry; a reading also when its time of arrival is the same, so
 * that even a value that was revised and set back is recognised. For one thread at a time.
 */
final class Overlap {
    /** Entries beside readings that are remembered, the newest; an older one would be doubled. */
    static final int ENTRIES_MAX = 200_000;

    private static final List<Class<? extends Entry>> KINDS = List.of(
            Entry.Gap.class, Entry.Inference.class, Entry.Alarm.class, Entry.Label.class,
            Entry.Observation.class, Entry.Aggregate.class, Entry.Calibration.class,
            Entry.Regrade.class, Entry.ClockFix.class, Entry.Audit.class);

    private final LogReader reader;
    private final long latest;
    private final Set<Entry> entries = new HashSet<>();

    /** @param latest no reading that the hub had when the epoch began was measured later */
    Overlap(LogReader reader, long latest) throws StoreFailed {
        this.reader = reader;
        this.latest = latest;
        for (Sequenced known : reader.newest(KINDS, ENTRIES_MAX)) {
            entries.add(known.entry());
        }
    }

    boolean hasEntry(Entry entry) {
        return entries.contains(entry);
    }

    void add(Entry entry) {
        if (entries.size() < ENTRIES_MAX) {
            entries.add(entry);
        }
    }

    /** For each row whether the log holds it; series numbers are the hub's. */
    boolean[] known(Readings readings) throws StoreFailed {
        boolean[] known = new boolean[readings.size()];
        Map<Integer, List<Integer>> rowsOfSeries = new HashMap<>();
        for (int row = 0; row < readings.size(); row++) {
            if (readings.measured(row) <= latest) {
                rowsOfSeries.computeIfAbsent(readings.series(row), series -> new ArrayList<>()).add(row);
            }
        }
        for (Map.Entry<Integer, List<Integer>> entry : rowsOfSeries.entrySet()) {
            mark(entry.getKey(), readings, entry.getValue(), known);
        }
        return known;
    }

    private void mark(int series, Readings readings, List<Integer> rows, boolean[] known)
            throws StoreFailed {
        Map<Long, List<Integer>> rowsAt = new HashMap<>();
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (int row : rows) {
            rowsAt.computeIfAbsent(readings.measured(row), time -> new ArrayList<>()).add(row);
            from = Math.min(from, readings.measured(row));
            to = Math.max(to, readings.measured(row));
        }
        reader.visit(series, from, to + 1, (sequence, stored, storedRow) -> {
            for (int row : rowsAt.getOrDefault(stored.measured(storedRow), List.of())) {
                known[row] |= stored.received(storedRow) == readings.received(row)
                        && stored.isSameValue(storedRow, readings, row);
            }
            return true;
        });
    }
}
