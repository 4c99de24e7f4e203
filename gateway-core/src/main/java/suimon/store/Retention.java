package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Entry;

/**
 * Keeps the log's files within the quota. Oldest first go batches, rejects and regrades, which are
 * delivered before they are not; then gaps, inferences, aggregates and rollups. All else stays: when
 * nothing but that is left the log is full, and {@link Log#offer} refuses.
 *
 * <p>Freed pages are used again; the file doesn't shrink. The space is read from the file's head, so
 * that looking costs nothing. For the writer thread, but for what is volatile.
 */
final class Retention {
    /** Transactions between two looks. */
    private static final int LOOK_TRANSACTIONS = 16;
    /** Entries removed in one transaction, so that no commit waits long. */
    private static final int ENTRIES_AT_ONCE = 256;
    /** The same in bytes: no more goes than is needed. */
    private static final long BYTES_AT_ONCE = 1L << 20;
    private static final int STEPS_AT_ONCE = 4;
    private static final int ROLLUPS_AT_ONCE = 1024;
    /** Room for the write-ahead log, at most a quarter of a small quota. */
    private static final long RESERVE_BYTES_MAX = Database.WAL_BYTES_MAX + (4L << 20);

    private static final Logger LOGGER = LoggerFactory.getLogger(Retention.class);

    private final long limitBytes;
    private final EntryCodec codec = new EntryCodec();
    private final Garbage garbage;
    private volatile Set<String> required = Set.of();
    private volatile boolean isExhausted;
    private volatile long usedBytes;
    private boolean isExpiring;
    private int transactions = LOOK_TRANSACTIONS;

    Retention(long quotaBytes, Garbage garbage) {
        this.garbage = garbage;
        limitBytes = quotaBytes - Math.min(quotaBytes / 4, RESERVE_BYTES_MAX);
    }

    /** Names the cursors that must have passed an entry before it counts as delivered. */
    void require(Set<String> cursors) {
        required = Set.copyOf(cursors);
    }

    boolean isExhausted() {
        return isExhausted;
    }

    /** What the log took at the last look. */
    long usedBytes() {
        return usedBytes;
    }

    /** What the log may take beside its write-ahead log. */
    long limitBytes() {
        return limitBytes;
    }

    /** Called once per transaction. */
    boolean isDue() {
        return ++transactions >= LOOK_TRANSACTIONS;
    }

    /** What one step takes away. */
    record Removal(
            List<Long> sequences, @Nullable Span stretch, ChangeSet changes, long retainedFrom) {
        boolean isEmpty() {
            return sequences.isEmpty() && stretch == null;
        }
    }

    /** Writes the totals into their tables, so that rows before them may go. */
    interface Fold {
        void run() throws SQLException;
    }

    void run(Connection connection, LogState state, Fold fold) throws SQLException {
        boolean isFolded = false;
        for (int step = 0; step < STEPS_AT_ONCE; step++) {
            usedBytes = usedBytes(connection);
            if (usedBytes <= limitBytes) {
                setExhausted(false);
                transactions = 0;
                return;
            }
            if (garbage.sweep(connection)) {
                continue;
            }
            Removal removal = find(connection, state);
            if (removal == null) {
                return;
            }
            if (removal.isEmpty() && !removeRollups(connection)) {
                setExhausted(true);
                transactions = 0;
                return;
            }
            setExhausted(false);
            if (!removal.isEmpty()) {
                if (!isFolded) {
                    // The rows' own change sets must be in the totals before the rows go.
                    fold.run();
                    isFolded = true;
                }
                remove(connection, state, removal);
            }
        }
    }

    private static long usedBytes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long pages = Database.single(statement, "PRAGMA page_count")
                    - Database.single(statement, "PRAGMA freelist_count");
            return pages * Database.pageBytes(statement);
        }
    }

    /** The oldest that may go; null when it must wait for the rollups to have seen it. */
    private @Nullable Removal find(Connection connection, LogState state)
            throws SQLException {
        Rollups rollups = state.rollups();
        long seen = rollups == null ? Long.MAX_VALUE : rollups.position();
        List<Long> sequences = new ArrayList<>();
        ChangeSet changes = new ChangeSet();
        long delivered = delivered(state);
        boolean isAnyLeft = false;
        Span stretch = oldestSealed(state);
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, kind, payload"
                + " FROM entry WHERE sequence BETWEEN ? AND ? AND kind IN (1, 3, 13)"
                + " ORDER BY sequence LIMIT ?")) {
            query.setLong(1, state.retainedFrom());
            query.setLong(2, stretch == null ? Long.MAX_VALUE : stretch.last());
            query.setInt(3, ENTRIES_AT_ONCE);
            try (ResultSet rows = query.executeQuery()) {
                long bytes = 0;
                while (bytes < BYTES_AT_ONCE && rows.next()) {
                    isAnyLeft = true;
                    long sequence = rows.getLong(1);
                    if (sequence > delivered && !sequences.isEmpty() && sequences.getFirst() <= delivered) {
                        // First look whether what was delivered made room enough.
                        break;
                    }
                    bytes += rows.getBytes(3).length;
                    if (sequence <= seen) {
                        sequences.add(sequence);
                        count(sequence, rows.getInt(2), rows.getBytes(3), sequence > delivered, changes);
                    }
                }
            }
        }
        if (isAnyLeft && sequences.isEmpty()) {
            return null;
        }
        if (isAnyLeft) {
            noteExpiring(sequences.getLast() > delivered);
            long from = stretch == null ? Long.MAX_VALUE : stretch.first();
            return new Removal(sequences, null, changes, Math.min(sequences.getLast() + 1, from));
        }
        if (stretch != null) {
            noteExpiring(stretch.last() > delivered);
            countStretch(connection, stretch, delivered, changes);
            return new Removal(List.of(), stretch, changes, stretch.last() + 1);
        }
        findResults(connection, sequences);
        changes.removedEntries = sequences.size();
        return new Removal(sequences, null, changes, state.retainedFrom());
    }

    static @Nullable Span oldestSealed(LogState state) {
        for (Span span : state.spans().view().spans()) {
            if (span.isSealed()) {
                return span;
            }
        }
        return null;
    }

    /** By the directory: nothing is decoded. */
    static void countStretch(
            Connection connection, Span stretch, long delivered, ChangeSet changes) throws SQLException {
        long expiredFrom = stretch.chunkLast() + 1;
        try (PreparedStatement query = connection.prepareStatement("SELECT min(id) FROM chunk"
                + " WHERE id BETWEEN ? AND ? AND sequence > ?")) {
            query.setLong(1, stretch.chunkFirst());
            query.setLong(2, stretch.chunkLast());
            query.setLong(3, delivered);
            try (ResultSet row = query.executeQuery()) {
                if (stretch.last() > delivered && row.next() && row.getLong(1) > 0) {
                    expiredFrom = row.getLong(1);
                }
            }
        }
        for (Directory.Item item : Directory.all(connection, stretch)) {
            boolean isExpired = stretch.chunkFirst() + item.row() >= expiredFrom;
            changes.series.add(item.series(), 0, 0, 0, item.count(), isExpired ? item.count() : 0);
        }
        // Not by their ids: a row that was damaged is lost, and has been booked as that.
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT count(*) FROM chunk WHERE id BETWEEN ? AND ?")) {
            query.setLong(1, stretch.chunkFirst());
            query.setLong(2, stretch.chunkLast());
            try (ResultSet row = query.executeQuery()) {
                changes.removedEntries = row.next() ? row.getLong(1) : 0;
            }
        }
    }

    void count(long sequence, int kind, byte[] payload, boolean isExpired, ChangeSet changes) {
        changes.removedEntries++;
        try {
            if (codec.decode(EntryKind.ofCode(kind), payload) instanceof Entry.Batch batch) {
                for (int row = 0; row < batch.readings().size(); row++) {
                    changes.series.add(batch.readings().series(row), 0, 0, 0, 1, isExpired ? 1 : 0);
                }
            }
        } catch (IllegalArgumentException damage) {
            LOGGER.warn("retention removes the damaged entry {}, whose readings it can't count", sequence);
        }
    }

    private static void findResults(Connection connection, List<Long> sequences) throws SQLException {
        String oldest = "SELECT sequence FROM (SELECT sequence FROM entry WHERE kind = %d AND kind > 1"
                + " ORDER BY sequence LIMIT " + ENTRIES_AT_ONCE + ")";
        String query = String.format(oldest, EntryKind.GAP.code()) + " UNION ALL "
                + String.format(oldest, EntryKind.INFERENCE.code()) + " UNION ALL "
                + String.format(oldest, EntryKind.AGGREGATE.code())
                + " ORDER BY sequence LIMIT " + ENTRIES_AT_ONCE;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                sequences.add(rows.getLong(1));
            }
        }
    }

    long delivered(LogState state) {
        return passed(state, required);
    }

    /** A cursor that must look again from an earlier entry has not delivered that entry. */
    static long passed(LogState state, Set<String> names) {
        Map<String, Cursor> cursors = state.standing().cursors();
        long passed = state.newest();
        for (String name : names) {
            Cursor cursor = cursors.getOrDefault(name, new Cursor(name, 0, 1));
            passed = Math.min(passed, Math.min(cursor.position(), cursor.replayFrom() - 1));
        }
        return passed;
    }

    void remove(Connection connection, LogState state, Removal removal) throws SQLException {
        Span stretch = removal.stretch();
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM entry WHERE sequence = ?")) {
                for (long sequence : removal.sequences()) {
                    delete.setLong(1, sequence);
                    delete.execute();
                }
                EntryTable.insertChange(connection, state.newest(), removal.changes().toBytes());
                setMeta(connection, "newest", state.newest());
                setMeta(connection, "retained", removal.retainedFrom());
                // What times a series had stays known, or its source would fetch them once more.
                long gone = Database.single(statement,
                        "SELECT coalesce(max(first), -1) FROM span WHERE last < " + removal.retainedFrom());
                if (gone >= 0) {
                    CoverageTable.add(connection, CoverageTable.merged(connection, 0, gone));
                }
                CoverageTable.add(connection, state.openSpan().coveredBefore(removal.retainedFrom()));
                if (statement.executeUpdate(
                        "DELETE FROM span WHERE last < " + removal.retainedFrom()) > 0) {
                    Exchange.countGeneration(connection, state);
                }
                statement.execute("COMMIT");
            } catch (SQLException failed) {
                LogWriter.rollBack(statement, failed);
                throw failed;
            }
        }
        state.standing().apply(removal.changes());
        state.retainFrom(removal.retainedFrom());
        state.spans().forgetBefore(removal.retainedFrom());
        if (stretch != null) {
            garbage.add(stretch.chunkFirst(), stretch.chunkLast());
        }
    }

    /** Rollups are results too: the oldest go with the last of them. */
    private static boolean removeRollups(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long newest = Database.single(statement, "SELECT max(block) FROM rollup");
            long oldest = RollupDays.oldest(connection);
            if (oldest < RollupDay.dayOf(newest)
                    && RollupDays.removeBefore(connection, oldest + 1, ROLLUPS_AT_ONCE) > 0) {
                return true;
            }
            // The newest day stays: its blocks may still be written again.
            return statement.executeUpdate("DELETE FROM rollup WHERE (block, series) IN (SELECT block,"
                    + " series FROM rollup WHERE block < " + (newest - 144) + " ORDER BY block LIMIT "
                    + ROLLUPS_AT_ONCE + ")") > 0;
        }
    }

    static void setMeta(Connection connection, String name, long value) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                "INSERT OR REPLACE INTO meta(name, value) VALUES(?, ?)")) {
            write.setString(1, name);
            write.setLong(2, value);
            write.execute();
        }
    }

    private void noteExpiring(boolean isNow) {
        if (isNow != isExpiring) {
            isExpiring = isNow;
            LOGGER.warn(isNow
                    ? "quota: entries that were not delivered are removed now"
                    : "quota: only delivered entries are removed again");
        }
    }

    private void setExhausted(boolean isNow) {
        if (isNow != isExhausted) {
            isExhausted = isNow;
            if (isNow) {
                LOGGER.error("quota: the log is full and nothing is left that may be removed;"
                        + " raise data.quota; nothing new is taken until then");
            } else {
                LOGGER.info("quota: the log takes new data again");
            }
        }
    }
}
