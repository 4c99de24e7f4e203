package suimon.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Calibration;
import suimon.reading.CalibrationHistory;
import suimon.reading.Entry;

/**
 * All calibrations that were ever written down. Of several of one series from the same moment the
 * newest entry counts; one that withdraws leaves the moment to what held before.
 */
public final class CalibrationBook {
    /** So many of the newest entries are looked at; older ones are in the log and at the hub. */
    public static final int ENTRIES_MAX = 10_000;

    private final List<Line> oldestFirst;

    /**
     * One entry.
     *
     * @param replacedBy the sequence of the entry that counts in its place; 0 when this one counts
     */
    public record Line(long sequence, Entry.Calibration entry, long replacedBy) {
        /** Whether readings are converted by it. */
        public boolean isCurrent() {
            return replacedBy == 0 && !entry.isWithdrawal();
        }
    }

    private record Key(int series, Instant from) {}

    private CalibrationBook(List<Line> oldestFirst) {
        this.oldestFirst = List.copyOf(oldestFirst);
    }

    /** What the log says now. */
    public static CalibrationBook read(LogReader reader) throws StoreFailed {
        return read(reader, Instant.MAX);
    }

    /** What it said of what was written down until then; what has no date of that, by its beginning. */
    public static CalibrationBook read(LogReader reader, Instant asOf) throws StoreFailed {
        Map<Key, Long> newest = new HashMap<>();
        List<Line> lines = new ArrayList<>();
        for (Sequenced each : reader.newest(List.of(Entry.Calibration.class), ENTRIES_MAX)) {
            if (each.entry() instanceof Entry.Calibration entry && !writtenAt(entry).isAfter(asOf)) {
                Long after = newest.putIfAbsent(new Key(entry.series(), entry.from()), each.sequence());
                lines.add(new Line(each.sequence(), entry, after == null ? 0 : after));
            }
        }
        return new CalibrationBook(lines.reversed());
    }

    /** When it was written down. */
    public static Instant writtenAt(Entry.Calibration entry) {
        return entry.sheet().at().equals(Instant.EPOCH) ? entry.from() : entry.sheet().at();
    }

    /** In the order of the log. */
    public List<Line> lines() {
        return oldestFirst;
    }

    /** The one that held before that line began; null where none did. */
    public @Nullable Line before(Line line) {
        Line found = null;
        for (Line each : oldestFirst) {
            boolean isEarlier = each.isCurrent() && each.entry().series() == line.entry().series()
                    && each.entry().from().isBefore(line.entry().from());
            if (isEarlier && (found == null || !each.entry().from().isBefore(found.entry().from()))) {
                found = each;
            }
        }
        return found;
    }

    /** How the sensor drifted until that line; null where nothing says so. */
    public @Nullable CalibrationDrift driftUntil(Line line) {
        Line before = line.isCurrent() ? before(line) : null;
        return before == null ? null : CalibrationDrift.between(before.entry(), line.entry());
    }

    /** Of one series, with what holds before the first entry. */
    public CalibrationHistory history(int series, Calibration before) {
        CalibrationHistory history = new CalibrationHistory(before);
        for (Line line : oldestFirst) {
            if (line.entry().series() == series) {
                history = history.with(line.sequence(), line.entry());
            }
        }
        return history;
    }
}
