package suimon.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * All tables of the log, and the steps from each older version to the present one. A step is a list
 * of statements; step n brings version n to n + 1 and never changes once it was released.
 *
 * <p>entry: one row per entry; changes holds what {@link ChangeSet} the transaction made, on its
 * last row. change: the same for transactions without entries. span: what many entries in a row
 * hold, so that reading by time skips them. book, cursor, kept: totals as of meta.folded. rollup:
 * ten minutes of one series in one-minute buckets. rollup_day: past days of them, see {@link
 * RollupDays}. chunk, directory: what sealed stretches hold, see
 * {@link ChunkRow}, {@link Directory}. coverage: per series the times that stretches merged once hold.
 */
final class Schema {
    private static final int APPLICATION = 0x5355494D;
    /** The version from which on there is the table chunk. */
    static final int CHUNKS_SINCE = 2;

    private static final List<List<String>> STEPS = List.of(List.of(
            "PRAGMA application_id=" + APPLICATION,
            "CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID",
            """
            CREATE TABLE entry(
              sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, committed INTEGER NOT NULL,
              time_min INTEGER, time_max INTEGER, changes BLOB, payload BLOB NOT NULL)""",
            // Batches, nearly all of the rows, are left out: the index costs them no flash.
            "CREATE INDEX entry_kind ON entry(kind, sequence) WHERE kind > 1",
            "CREATE TABLE change(id INTEGER PRIMARY KEY, after INTEGER NOT NULL, changes BLOB NOT NULL)",
            """
            CREATE TABLE span(
              first INTEGER PRIMARY KEY, last INTEGER NOT NULL, time_min INTEGER NOT NULL,
              time_max INTEGER NOT NULL, rows INTEGER NOT NULL, series BLOB NOT NULL)""",
            """
            CREATE TABLE book(
              kind INTEGER NOT NULL, item TEXT NOT NULL, counts BLOB NOT NULL,
              PRIMARY KEY(kind, item)) WITHOUT ROWID""",
            """
            CREATE TABLE cursor(
              name TEXT PRIMARY KEY, position INTEGER NOT NULL, replay INTEGER NOT NULL) WITHOUT ROWID""",
            """
            CREATE TABLE kept(
              owner TEXT NOT NULL, key TEXT NOT NULL, bytes BLOB NOT NULL,
              PRIMARY KEY(owner, key)) WITHOUT ROWID""",
            """
            CREATE TABLE rollup(
              block INTEGER NOT NULL, series INTEGER NOT NULL, first INTEGER NOT NULL,
              issued INTEGER NOT NULL, buckets BLOB NOT NULL,
              PRIMARY KEY(block, series)) WITHOUT ROWID"""), List.of(
            "ALTER TABLE span ADD COLUMN level INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE span ADD COLUMN chunk_first INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE span ADD COLUMN chunk_last INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE span ADD COLUMN regrades INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE span ADD COLUMN committed INTEGER NOT NULL DEFAULT 0",
            """
            CREATE TABLE chunk(
              id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, time_min INTEGER NOT NULL,
              time_max INTEGER NOT NULL, payload BLOB NOT NULL)""",
            """
            CREATE TABLE directory(
              stretch INTEGER NOT NULL, series INTEGER NOT NULL, chunks BLOB NOT NULL,
              PRIMARY KEY(stretch, series)) WITHOUT ROWID""",
            "CREATE TABLE coverage(series INTEGER PRIMARY KEY, intervals BLOB NOT NULL)"), List.of(
            "CREATE TABLE rollup_day(id INTEGER PRIMARY KEY, hours BLOB NOT NULL, minutes BLOB NOT NULL)"),
            // Books and change sets may count thinned readings, which version 3 would not understand.
            List.of());

    private Schema() {}

    static int version() {
        return STEPS.size();
    }

    static void bringUpToDate(Connection connection, Path file) throws SQLException, StoreFailed {
        try (Statement statement = connection.createStatement()) {
            int version = (int) Database.single(statement, "PRAGMA user_version");
            check(statement, file, version);
            for (int step = version; step < STEPS.size(); step++) {
                statement.execute("BEGIN IMMEDIATE");
                for (String change : STEPS.get(step)) {
                    statement.execute(change);
                }
                statement.execute("PRAGMA user_version=" + (step + 1));
                statement.execute("COMMIT");
            }
        }
    }

    /** Makes the tables of a version, which need not be the present one, in an empty file. */
    static void createAs(Connection connection, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (List<String> step : STEPS.subList(0, version)) {
                for (String change : step) {
                    statement.execute(change);
                }
            }
            statement.execute("PRAGMA user_version=" + version);
        }
    }

    static boolean isOurs(int applicationId) {
        return applicationId == APPLICATION;
    }

    static void checkReadable(Connection connection, Path file) throws SQLException, StoreFailed {
        try (Statement statement = connection.createStatement()) {
            int version = (int) Database.single(statement, "PRAGMA user_version");
            check(statement, file, version);
            if (version < STEPS.size()) {
                throw new StoreFailed(file + " has schema " + version + ", expected " + STEPS.size()
                        + "; start the gateway once, which brings it up to date");
            }
        }
    }

    /** Whether it is ours and of this version or an older one. */
    static void checkKnown(Connection connection, Path file) throws SQLException, StoreFailed {
        try (Statement statement = connection.createStatement()) {
            check(statement, file, (int) Database.single(statement, "PRAGMA user_version"));
        }
    }

    private static void check(Statement statement, Path file, int version)
            throws SQLException, StoreFailed {
        boolean isOurs = version == 0
                ? Database.single(statement, "SELECT count(*) FROM sqlite_schema") == 0
                : Database.single(statement, "PRAGMA application_id") == APPLICATION;
        if (!isOurs) {
            throw new StoreFailed(file + " is a database of another program; name another folder");
        }
        if (version > STEPS.size()) {
            throw new StoreFailed(file + " has schema " + version + ", this Suimon knows "
                    + STEPS.size() + "; run the newer Suimon that wrote it");
        }
    }
}
