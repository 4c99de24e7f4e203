package suimon.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConnection;

/**
 * A copy of a log as of one moment, taken while a gateway writes it. The copy is read under one
 * snapshot, so that the pages belong together; the writer goes on, its write-ahead log grows by
 * what comes in meanwhile.
 */
final class Snapshot {
    /** Copied at a time. */
    private static final int STEP_BYTES = 1 << 20;
    /** The copy is synced in between, or the last sync would hold up the writer's own. */
    private static final int SYNC_STEPS = 16;
    private static final int BUSY_MILLIS = 100;
    private static final int BUSY_TRIES_MAX = 100;

    private Snapshot() {}

    /** What was copied. */
    record Facts(int schema, String epoch, long newest, long entries, long damaged) {}

    /** Takes how far the work is; may wait to make it slower. */
    interface Pace {
        void reached(long bytesDone, long bytesAll);
    }

    /** Copies the log in the folder into a file that does not exist yet. */
    static void copy(Path folder, Path to, Pace pace) throws StoreFailed, IOException {
        Files.createFile(to);
        try (Connection source = Database.openSource(folder);
                Statement statement = source.createStatement();
                FileChannel copy = FileChannel.open(to, StandardOpenOption.WRITE)) {
            statement.execute("BEGIN");
            Database.single(statement, "SELECT count(*) FROM sqlite_schema");
            long pageBytes = Database.pageBytes(statement);
            int stepPages = (int) (STEP_BYTES / pageBytes);
            int[] steps = {0};
            int code = source.unwrap(SQLiteConnection.class).getDatabase().backup(
                    "main", to.toString(), (left, all) -> {
                        pace.reached((all - left) * pageBytes, all * pageBytes);
                        if (++steps[0] % SYNC_STEPS == 0) {
                            syncQuietly(copy);
                        }
                    }, BUSY_MILLIS, BUSY_TRIES_MAX, stepPages);
            statement.execute("ROLLBACK");
            copy.force(true);
            if (code != 0) {
                throw new StoreFailed(Database.file(folder) + " could not be copied to " + to
                        + ": SQLite's code " + code + "; see whether both disks are well");
            }
        } catch (SQLException failed) {
            throw Database.explain(Database.file(folder), "copying it to " + to, failed);
        }
    }

    /**
     * Reads every page and the checksum of every row of a copy that nobody else has open.
     *
     * @param pace gets rows of all rows in place of bytes
     */
    static Facts verify(Path copy, Pace pace) throws StoreFailed {
        try (Connection connection = Database.openAlone(copy);
                Statement statement = connection.createStatement()) {
            String verdict = textOf(statement, "PRAGMA quick_check(1)");
            if (!verdict.equals("ok")) {
                throw new StoreFailed(copy + " is damaged: " + verdict
                        + "; restart the gateway, which salvages its log, then make another backup");
            }
            long all = Database.single(statement, "SELECT count(*) FROM entry");
            long newest = Math.max(Database.single(statement, "SELECT max(sequence) FROM entry"),
                    Database.single(statement, "SELECT value FROM meta WHERE name = 'newest'"));
            int version = (int) Database.single(statement, "PRAGMA user_version");
            return new Facts(version, textOf(statement, "SELECT value FROM meta WHERE name = 'epoch'"),
                    newest, all, countDamaged(statement, all, pace)
                            + (version < Schema.CHUNKS_SINCE ? 0 : countDamagedChunks(statement)));
        } catch (SQLException failed) {
            throw Database.explain(copy, "verifying the copy", failed);
        }
    }

    private static long countDamaged(Statement statement, long all, Pace pace) throws SQLException {
        EntryCodec codec = new EntryCodec();
        long damaged = 0;
        long done = 0;
        try (ResultSet rows = statement.executeQuery("SELECT kind, payload, changes FROM entry")) {
            while (rows.next()) {
                damaged += codec.isSound(rows.getInt(1), rows.getBytes(2), rows.getBytes(3)) ? 0 : 1;
                pace.reached(++done, all);
            }
        }
        return damaged;
    }

    private static long countDamagedChunks(Statement statement) throws SQLException {
        long damaged = 0;
        try (ResultSet rows = statement.executeQuery("SELECT payload FROM chunk")) {
            while (rows.next()) {
                damaged += ChunkRow.isSound(rows.getBytes(1)) ? 0 : 1;
            }
        }
        return damaged;
    }

    private static String textOf(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "-";
        }
    }

    private static void syncQuietly(FileChannel copy) {
        try {
            copy.force(false);
        } catch (IOException later) {
            // The sync at the end says it.
        }
    }
}
