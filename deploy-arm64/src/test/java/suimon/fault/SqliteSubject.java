package suimon.fault;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/**
 * Commits numbered rows to a SQLite database and prints each number when its commit has returned,
 * until somebody kills it. It proves the shim, not the gateway: rows of many sizes, a counter that
 * is rewritten in place, deletions, and a checkpoint every few commits, so that every way in which
 * SQLite writes its files is under the cut.
 */
final class SqliteSubject {
    static final int ROWS_KEPT = 60;
    private static final int CONTENT_BYTES_MAX = 6_000;
    private static final int CHECKPOINT_PAGES = 40;

    private SqliteSubject() {}

    /** Arguments: the database, the value of {@code PRAGMA synchronous}. */
    public static void main(String[] arguments) throws SQLException {
        String address = "jdbc:sqlite:" + Path.of(arguments[0]);
        try (Connection connection = DriverManager.getConnection(address);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=" + arguments[1]);
            statement.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
            connection.setAutoCommit(false);
            statement.execute("CREATE TABLE IF NOT EXISTS row"
                    + " (number INTEGER PRIMARY KEY, content BLOB)");
            statement.execute("CREATE TABLE IF NOT EXISTS book"
                    + " (only INTEGER PRIMARY KEY, newest INTEGER)");
            statement.execute("INSERT OR IGNORE INTO book VALUES (1, 0)");
            connection.commit();
            for (long number = newest(statement) + 1; ; number++) {
                commit(connection, number);
                System.out.println(number);
            }
        }
    }

    static long newest(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT newest FROM book")) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    static byte[] content(long number) {
        Random random = new Random(number);
        byte[] content = new byte[random.nextInt(CONTENT_BYTES_MAX)];
        random.nextBytes(content);
        return content;
    }

    private static void commit(Connection connection, long number) throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO row VALUES (?, ?)");
                var delete = connection.prepareStatement("DELETE FROM row WHERE number <= ?");
                var update = connection.prepareStatement("UPDATE book SET newest = ?")) {
            insert.setLong(1, number);
            insert.setBytes(2, content(number));
            insert.execute();
            delete.setLong(1, number - ROWS_KEPT);
            delete.execute();
            update.setLong(1, number);
            update.execute();
            connection.commit();
        }
    }
}
