package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import suimon.reading.Entry;

/** Writes rows of the tables entry and change, within a transaction. */
final class EntryTable {
    private EntryTable() {}

    /** One row to write. */
    record Row(long sequence, Entry entry, EntryKind kind, byte[] payload) {}

    /** The changes go on the last row, or, where there is none, into a row of their own. */
    static void insert(
            Connection connection, List<Row> rows, ChangeSet changes, long now, long newest)
            throws SQLException {
        byte[] bytes = changes.isEmpty() ? null : changes.toBytes();
        if (rows.isEmpty()) {
            if (bytes != null) {
                insertChange(connection, newest, bytes);
            }
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO entry(sequence, kind, committed, time_min, time_max, changes, payload)"
                        + " VALUES(?,?,?,?,?,?,?)")) {
            for (Row row : rows) {
                insert.setLong(1, row.sequence());
                insert.setInt(2, row.kind().code());
                insert.setLong(3, now);
                bindTimes(insert, row.entry());
                insert.setBytes(6, row == rows.getLast() ? bytes : null);
                insert.setBytes(7, row.payload());
                insert.execute();
            }
        }
    }

    /** Of what is left of the log, sealed or not; 0 when nothing is. */
    static long newestCommit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return Math.max(
                    Database.single(statement, "SELECT coalesce((SELECT committed FROM entry"
                            + " ORDER BY sequence DESC LIMIT 1), 0)"),
                    Database.single(statement, "SELECT coalesce((SELECT committed FROM span"
                            + " ORDER BY last DESC LIMIT 1), 0)"));
        }
    }

    static void insertChange(Connection connection, long after, byte[] changes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO change(after, changes) VALUES(?, ?)")) {
            insert.setLong(1, after);
            insert.setBytes(2, changes);
            insert.execute();
        }
    }

    /** The measured times that the row is about; null where it is about none. */
    private static void bindTimes(PreparedStatement insert, Entry entry) throws SQLException {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        if (entry instanceof Entry.Batch batch) {
            for (int row = 0; row < batch.readings().size(); row++) {
                earliest = Math.min(earliest, batch.readings().measured(row));
                latest = Math.max(latest, batch.readings().measured(row));
            }
        } else if (entry instanceof Entry.Regrade regrade) {
            earliest = regrade.measuredNanos();
            latest = earliest;
        }
        if (earliest <= latest) {
            insert.setLong(4, earliest);
            insert.setLong(5, latest);
        } else {
            insert.setNull(4, Types.INTEGER);
            insert.setNull(5, Types.INTEGER);
        }
    }
}
