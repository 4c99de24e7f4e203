package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;

/**
 * Rows of chunks that belong to no stretch any more, or not yet when the power went: removed a few at
 * a time, so that no commit waits long. For the writer thread.
 */
final class Garbage {
    /** Rows removed in one transaction: about a megabyte. */
    private static final int ROWS_AT_ONCE = 256;

    private final ArrayDeque<long[]> ranges = new ArrayDeque<>();

    /** Everything in the file that no stretch has. */
    static Garbage find(Connection connection, Spans.View view) throws SQLException {
        Garbage garbage = new Garbage();
        try (Statement statement = connection.createStatement()) {
            long last = Math.max(Database.single(statement, "SELECT max(id) FROM chunk"),
                    Database.single(statement, "SELECT max(stretch) FROM directory"));
            long[][] used = view.spans().stream().filter(Span::isSealed)
                    .map(span -> new long[] {span.chunkFirst(), span.chunkLast()})
                    .sorted((one, other) -> Long.compare(one[0], other[0])).toArray(long[][]::new);
            long from = 1;
            for (long[] range : used) {
                garbage.addFound(connection, from, range[0] - 1);
                from = range[1] + 1;
            }
            garbage.addFound(connection, from, last);
        }
        return garbage;
    }

    private void addFound(Connection connection, long from, long to) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT"
                + " EXISTS(SELECT 1 FROM chunk WHERE id BETWEEN ? AND ?)"
                + " OR EXISTS(SELECT 1 FROM directory WHERE stretch BETWEEN ? AND ?)")) {
            query.setLong(1, from);
            query.setLong(2, to);
            query.setLong(3, from);
            query.setLong(4, to);
            try (ResultSet row = query.executeQuery()) {
                if (from <= to && row.next() && row.getBoolean(1)) {
                    add(from, to);
                }
            }
        }
    }

    /** Ids that nobody uses any more, and the directories of stretches that began with one of them. */
    void add(long from, long to) {
        ranges.add(new long[] {from, to});
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Removes some in a transaction of its own; whether there were any. */
    boolean sweep(Connection connection) throws SQLException {
        long[] range = ranges.peek();
        if (range == null) {
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                int removed = statement.executeUpdate("DELETE FROM chunk WHERE id IN (SELECT id FROM chunk"
                        + " WHERE id BETWEEN " + range[0] + " AND " + range[1] + " LIMIT " + ROWS_AT_ONCE + ")");
                if (removed == 0) {
                    statement.execute("DELETE FROM directory WHERE stretch BETWEEN "
                            + range[0] + " AND " + range[1]);
                }
                statement.execute("COMMIT");
                if (removed == 0) {
                    ranges.remove();
                }
                return true;
            } catch (SQLException failed) {
                LogWriter.rollBack(statement, failed);
                throw failed;
            }
        }
    }
}
