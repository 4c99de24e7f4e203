package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;

/**
 * The regrades of a stretch that is being rewritten, folded into the readings they are about, since
 * their place in the log relative to the readings is lost. One that a later revision of the reading
 * outdates would grade that one wrongly from then on: it is merged away.
 *
 * <p>Places are even numbers that rise with the log. A regrade is about the last row before its place;
 * a row one behind it, of the same sealed stretch, has its grade already.
 */
final class Regraded {
    private final Map<Key, Times> byKey = new HashMap<>();
    private final Map<Integer, TreeSet<Long>> series = new HashMap<>();
    private int count;

    private record Key(int series, long time) {}

    private record Given(long sequence, long place, Entry.Regrade regrade) {
        Grade grade() {
            return regrade.grade();
        }
    }

    /** All that is known about a series at a time. */
    private static final class Times {
        final List<Given> given = new ArrayList<>();
        final List<Long> rows = new ArrayList<>();
        @Nullable Grade settled;
        int settledTests;
    }

    /** Tells where in the order a sequence is. */
    interface Places {
        long of(long sequence);
    }

    static Regraded read(Connection connection, long first, long last, Places places)
            throws SQLException {
        Regraded regraded = new Regraded();
        EntryCodec codec = new EntryCodec();
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, payload FROM entry"
                + " WHERE kind = 13 AND kind > 1 AND sequence BETWEEN ? AND ? ORDER BY sequence")) {
            query.setLong(1, first);
            query.setLong(2, last);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    regraded.count++;
                    regraded.add(rows.getLong(1), places.of(rows.getLong(1)), rows.getBytes(2), codec);
                }
            }
        }
        return regraded;
    }

    private void add(long sequence, long place, byte[] payload, EntryCodec codec) {
        try {
            if (codec.decode(EntryKind.REGRADE, payload) instanceof Entry.Regrade regrade) {
                series.computeIfAbsent(regrade.series(), id -> new TreeSet<>()).add(regrade.measuredNanos());
                byKey.computeIfAbsent(new Key(regrade.series(), regrade.measuredNanos()),
                        key -> new Times()).given.add(new Given(sequence, place, regrade));
            }
        } catch (IllegalArgumentException damage) {
            // Whoever reads the entry reports it; its row stays.
            return;
        }
    }

    /** How many regrades there are, damaged ones included. */
    int count() {
        return count;
    }

    /** Whether anything is said about the series. */
    boolean has(int id) {
        return series.containsKey(id);
    }

    /** Whether anything is said about the series at a time within. */
    boolean hasWithin(int id, long timeMin, long timeMax) {
        TreeSet<Long> times = series.get(id);
        Long next = times == null ? null : times.ceiling(timeMin);
        return next != null && next <= timeMax;
    }

    /** The last row of that time has that grade for good: what was said otherwise of it is outdated. */
    void settled(int id, long time, Grade grade, int tests) {
        Times times = byKey.get(new Key(id, time));
        if (times != null) {
            times.settled = grade;
            times.settledTests = tests;
        }
    }

    /** Tells what was said of readings of the series that stand before the stretch. */
    void show(int id, LogReader.RowVisitor visitor) {
        for (long time : series.getOrDefault(id, new TreeSet<>())) {
            Times times = byKey.get(new Key(id, time));
            if (times != null && times.rows.isEmpty()) {
                Given last = times.given.getLast();
                visitor.regrade(last.sequence(), last.regrade());
            }
        }
    }

    /** A row of the series stands at that place; places come in order. */
    void note(long place, int id, long time) {
        Times times = byKey.get(new Key(id, time));
        if (times != null) {
            times.rows.add(place);
        }
    }

    /** What was said of the row at that place; null when nothing was. */
    private Entry.@Nullable Regrade regradeOf(long place, int id, long time) {
        Times times = byKey.get(new Key(id, time));
        if (times == null) {
            return null;
        }
        Entry.Regrade found = null;
        for (Given given : times.given) {
            long target = Long.MIN_VALUE;
            for (long row : times.rows) {
                target = row < given.place() ? row : target;
            }
            found = target == place ? given.regrade() : found;
        }
        return found;
    }

    /** The sequences of those that a later row or a final grade outdates. */
    List<Long> outdated() {
        List<Long> found = new ArrayList<>();
        for (Times times : byKey.values()) {
            for (Given given : times.given) {
                boolean isRevised = !times.rows.isEmpty() && times.rows.getLast() > given.place() + 1;
                boolean isOverruled = times.settled != null
                        && (times.settled != given.grade() || times.settledTests != given.regrade().tests());
                if (isRevised || isOverruled) {
                    found.add(given.sequence());
                }
            }
        }
        return found;
    }

    /** The rows by time, of equal times in the order given; with what grades they were given. */
    Readings sorted(Readings rows, long[] places) {
        boolean isSorted = true;
        for (int row = 1; row < rows.size(); row++) {
            isSorted &= rows.measured(row - 1) <= rows.measured(row);
        }
        boolean isRegraded = rows.size() > 0 && has(rows.series(0));
        if (isSorted && !isRegraded) {
            return rows;
        }
        Readings.Builder sorted = new Readings.Builder(rows.size());
        for (int row : rows.byTime()) {
            Entry.Regrade regrade = isRegraded
                    ? regradeOf(places[row], rows.series(row), rows.measured(row)) : null;
            if (regrade == null) {
                sorted.addRow(rows, row);
            } else {
                sorted.addRow(rows, row, regrade.grade(), regrade.tests());
            }
        }
        return sorted.build();
    }
}
