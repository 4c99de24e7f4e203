package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes what is older than {@link Ages} says and delivered. For the writer thread, but for {@link
 * #keep}.
 *
 * <p>It looks every {@link #LOOK}, since each removal first writes the totals into their tables, and
 * then takes a few steps per transaction until nothing is due.
 */
final class Ageing {
    static final Duration LOOK = Duration.ofMinutes(10);

    private static final int ENTRIES_AT_ONCE = 256;
    private static final int ROLLUPS_AT_ONCE = 1024;
    private static final long BLOCK_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final Duration ROLLUPS_MIN = Duration.ofDays(1);

    private final Retention retention;
    private final AgeClock clock;
    private volatile Ages ages = Ages.UNLIMITED;
    private long nextLook;

    Ageing(Retention retention, AgeClock clock) {
        this.retention = retention;
        this.clock = clock;
    }

    void keep(Ages wanted) {
        ages = wanted;
    }

    /** One step of each kind, at most. */
    void run(Connection connection, LogState state, Retention.Fold fold) throws SQLException {
        if (ages.equals(Ages.UNLIMITED)) {
            return;
        }
        long now = clock.millis(connection);
        if (now < nextLook && nextLook - now <= LOOK.toMillis()) {
            return;
        }
        List<Retention.Removal> due = new ArrayList<>();
        addReadings(connection, state, before(now, ages.readings()), due);
        long delivered = retention.delivered(state);
        addKind(connection, state, EntryKind.REJECT, before(now, ages.rejects()), delivered, due);
        long known = Retention.passed(state, ages.resultCursors());
        addKind(connection, state, EntryKind.INFERENCE, before(now, ages.results()), known, due);
        addKind(connection, state, EntryKind.AGGREGATE, before(now, ages.results()), known, due);
        if (!due.isEmpty()) {
            // The rows' own change sets must be in the totals before the rows go.
            fold.run();
            for (Retention.Removal removal : due) {
                retention.remove(connection, state, removal);
            }
        }
        if (due.isEmpty() && !removeRollups(connection, now)) {
            nextLook = now + LOOK.toMillis();
            clock.keep(connection);
        }
    }

    private static long before(long now, @Nullable Duration age) {
        return age == null ? Long.MIN_VALUE : now - age.toMillis();
    }

    private void addReadings(
            Connection connection, LogState state, long before, List<Retention.Removal> due)
            throws SQLException {
        if (before == Long.MIN_VALUE) {
            return;
        }
        Rollups rollups = state.rollups();
        long seen = rollups == null ? Long.MAX_VALUE : rollups.position();
        long limit = Math.min(seen, retention.delivered(state));
        Span stretch = Retention.oldestSealed(state);
        long last = stretch == null ? limit : Math.min(limit, stretch.last());
        ChangeSet changes = new ChangeSet();
        List<Long> sequences = new ArrayList<>();
        boolean isAnyLeft = false;
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, kind, payload,"
                + " committed FROM entry WHERE sequence BETWEEN ? AND ? AND kind IN (1, 3, 13)"
                + " ORDER BY sequence LIMIT " + ENTRIES_AT_ONCE)) {
            query.setLong(1, state.retainedFrom());
            query.setLong(2, last);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    isAnyLeft = true;
                    if (rows.getLong(4) >= before) {
                        break;
                    }
                    sequences.add(rows.getLong(1));
                    retention.count(rows.getLong(1), rows.getInt(2), rows.getBytes(3), false, changes);
                }
            }
        }
        if (!sequences.isEmpty()) {
            long from = stretch == null ? Long.MAX_VALUE : stretch.first();
            due.add(new Retention.Removal(
                    sequences, null, changes, Math.min(sequences.getLast() + 1, from)));
        } else if (!isAnyLeft && stretch != null && stretch.last() <= limit
                && stretch.committed() > 0 && stretch.committed() < before) {
            Retention.countStretch(connection, stretch, limit, changes);
            due.add(new Retention.Removal(List.of(), stretch, changes, stretch.last() + 1));
        }
    }

    private static void addKind(
            Connection connection, LogState state, EntryKind kind, long before, long limit,
            List<Retention.Removal> due) throws SQLException {
        if (before == Long.MIN_VALUE) {
            return;
        }
        List<Long> sequences = new ArrayList<>();
        // The partial index on kinds begins above that of batches, and is used only when that is said.
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT sequence, committed FROM entry"
                        + " WHERE kind = " + kind.code() + " AND kind > 1 ORDER BY sequence LIMIT "
                        + ENTRIES_AT_ONCE)) {
            while (rows.next() && rows.getLong(1) <= limit && rows.getLong(2) < before) {
                sequences.add(rows.getLong(1));
            }
        }
        boolean isTaken = due.stream().anyMatch(one -> one.sequences().stream().anyMatch(sequences::contains));
        if (!sequences.isEmpty() && !isTaken) {
            ChangeSet changes = new ChangeSet();
            changes.removedEntries = sequences.size();
            due.add(new Retention.Removal(sequences, null, changes, state.retainedFrom()));
        }
    }

    private boolean removeRollups(Connection connection, long now) throws SQLException {
        Duration age = ages.rollups();
        if (age == null) {
            return false;
        }
        Duration kept = age.compareTo(ROLLUPS_MIN) < 0 ? ROLLUPS_MIN : age;
        long before = (now - kept.toMillis()) / BLOCK_MILLIS;
        if (RollupDays.removeBefore(connection, RollupDay.dayOf(before), ROLLUPS_AT_ONCE) > 0) {
            return true;
        }
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("DELETE FROM rollup WHERE (block, series) IN (SELECT block,"
                    + " series FROM rollup WHERE block < " + before + " ORDER BY block LIMIT "
                    + ROLLUPS_AT_ONCE + ")") > 0;
        }
    }
}
