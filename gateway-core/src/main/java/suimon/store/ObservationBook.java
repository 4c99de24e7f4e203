package suimon.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.reading.Entry;
import suimon.reading.Value;

/**
 * What people saw, the newest entry first. Of several entries about the same thing, place and time
 * the newest counts, as with readings; one without value and note withdraws it.
 */
public final class ObservationBook {
    /** So many of the newest entries are looked at; older ones are in the log and at the hub. */
    public static final int ENTRIES_MAX = 10_000;

    private ObservationBook() {}

    /**
     * One entry.
     *
     * @param replacedBy the sequence of the entry that counts in its place; 0 when this one counts
     */
    public record Line(long sequence, Entry.Observation seen, long replacedBy) {
        /** Whether it takes back what was said before. */
        public boolean isWithdrawal() {
            return ObservationBook.isWithdrawal(seen);
        }

        /** Whether it stands: nothing replaces it, and it says something. */
        public boolean isCurrent() {
            return replacedBy == 0 && !isWithdrawal();
        }
    }

    private record Key(String what, String place, Instant at) {}

    /** Reads the newest entries. */
    public static List<Line> read(LogReader reader) throws StoreFailed {
        Map<Key, Long> newest = new HashMap<>();
        List<Line> lines = new ArrayList<>();
        for (Sequenced each : reader.newest(List.of(Entry.Observation.class), ENTRIES_MAX)) {
            if (each.entry() instanceof Entry.Observation seen) {
                Long after = newest.putIfAbsent(new Key(seen.what(), seen.series(), seen.at()), each.sequence());
                lines.add(new Line(each.sequence(), seen, after == null ? 0 : after));
            }
        }
        return lines;
    }

    /** What takes an observation back. */
    public static Entry.Observation withdrawal(Entry.Observation seen, String by) {
        return new Entry.Observation(seen.what(), seen.series(), new Value.None(), seen.unit(), by, seen.at(), "");
    }

    private static boolean isWithdrawal(Entry.Observation seen) {
        return seen.value() instanceof Value.None && seen.note().isEmpty();
    }
}
