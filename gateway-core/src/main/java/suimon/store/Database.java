package suimon.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import suimon.config.DataConfig.Durability;

/** Opens the database file with the settings that make it durable, and puts its errors in words. */
final class Database {
    static final String FILE = "log.db";
    /** Small pages: each commit rewrites whole ones, see docs/decisions/0106. Older files have 4096. */
    static final int PAGE_BYTES = 512;
    /** Bytes in the WAL at which a commit also checkpoints; what is rewritten till then costs once. */
    static final long CHECKPOINT_BYTES = 16L << 20;
    /** The WAL is cut back to this when it was longer, which a slow reader can cause. */
    static final long WAL_BYTES_MAX = 20L << 20;

    private static final int BUSY_MILLIS_MAX = 10_000;
    private static final int WRITER_CACHE_KIB = 2048;
    /** A reader goes once over what it reads; the system's page cache serves it again. */
    private static final int READER_CACHE_KIB = 256;

    /** The writer's and a reader's cache where one process keeps hundreds of logs. */
    private static final int WRITER_OF_MANY_KIB = 256;
    private static final int READER_OF_MANY_KIB = 64;

    private Database() {}

    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /** {@link #openWriter(Path, Durability)} as the settings have it. */
    static Connection openWriter(LogSettings settings) throws StoreFailed {
        return sized(openWriter(settings.folder(), settings.durability()), settings, WRITER_OF_MANY_KIB);
    }

    /** {@link #openReader(Path)} as the settings have it. */
    static Connection openReader(LogSettings settings) throws StoreFailed {
        return sized(openReader(settings.folder()), settings, READER_OF_MANY_KIB);
    }

    private static Connection sized(Connection connection, LogSettings settings, int ofManyKib) throws StoreFailed {
        if (settings.isOneOfMany()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA cache_size=-" + ofManyKib);
            } catch (SQLException failed) {
                close(connection);
                throw explain(file(settings.folder()), "limiting its cache", failed);
            }
        }
        return connection;
    }

    /** The one write connection, with the schema up to date. */
    static Connection openWriter(Path folder, Durability durability) throws StoreFailed {
        Path file = file(folder);
        try {
            setPageSize(file);
            SQLiteConfig config = common(WRITER_CACHE_KIB);
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(switch (durability) {
                case FULL -> SQLiteConfig.SynchronousMode.FULL;
                case NORMAL -> SQLiteConfig.SynchronousMode.NORMAL;
                case OFF -> SQLiteConfig.SynchronousMode.OFF;
            });
            config.setJournalSizeLimit((int) WAL_BYTES_MAX);
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_BYTES / pageBytes(statement));
                Schema.bringUpToDate(connection, file);
                return connection;
            } catch (SQLException | StoreFailed failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException failed) {
            throw explain(file, "opening it", failed);
        }
    }

    /** A small quota has room for a small write-ahead log only. */
    static void limitWal(Connection connection, long quotaBytes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long bytes = Math.min(CHECKPOINT_BYTES, quotaBytes / 8);
            statement.execute("PRAGMA wal_autocheckpoint=" + bytes / pageBytes(statement));
        }
    }

    /** A file's page size is settled before anything else is written, also before WAL is chosen. */
    private static void setPageSize(Path file) throws SQLException {
        if (Files.exists(file)) {
            return;
        }
        try (Connection connection = common(READER_CACHE_KIB).createConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA page_size=" + PAGE_BYTES);
            statement.execute("VACUUM");
        }
    }

    /** A connection that can only read; works while the gateway runs and when it is stopped. */
    static Connection openReader(Path folder) throws StoreFailed {
        Path file = existing(folder);
        SQLiteConfig config = common(READER_CACHE_KIB);
        config.setReadOnly(true);
        return open(config, "jdbc:sqlite:" + file, file, "opening it for reading", Schema::checkReadable);
    }

    /** A connection that only reads, to a log of any version that this Suimon could open. */
    static Connection openSource(Path folder) throws StoreFailed {
        return openOther(existing(folder), "", true);
    }

    /** A connection to a file that no other process has open or will open; leaves no files beside it. */
    static Connection openAlone(Path file) throws StoreFailed {
        return openOther(file, "?immutable=1", true);
    }

    /** A new file without tables, written without any guard: who writes it syncs it at the end. */
    static Connection openBlank(Path file) throws SQLException {
        SQLiteConfig config = common(WRITER_CACHE_KIB);
        config.setPageSize(PAGE_BYTES);
        config.setJournalMode(SQLiteConfig.JournalMode.OFF);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** Opens a file that may be of an older version and leaves its tables as they are. */
    static Connection openOther(Path file, String parameters, boolean isReadOnly) throws StoreFailed {
        SQLiteConfig config = common(READER_CACHE_KIB);
        config.setReadOnly(isReadOnly);
        return open(config, "jdbc:sqlite:" + file.toAbsolutePath().toUri() + parameters, file, "opening it",
                Schema::checkKnown);
    }

    private static Path existing(Path folder) throws StoreFailed {
        Path file = file(folder);
        if (!Files.exists(file)) {
            throw new StoreFailed(file + " does not exist; is " + folder + " a gateway's data folder?");
        }
        return file;
    }

    /** What a file must pass before its connection is given away. */
    private interface Check {
        void check(Connection connection, Path file) throws SQLException, StoreFailed;
    }

    private static Connection open(SQLiteConfig config, String address, Path file, String doing, Check check)
            throws StoreFailed {
        try {
            Connection connection = config.createConnection(address);
            try {
                check.check(connection, file);
                return connection;
            } catch (SQLException | StoreFailed failed) {
                connection.close();
                throw failed;
            }
        } catch (SQLException failed) {
            throw explain(file, doing, failed);
        }
    }

    /** The page size of this file. */
    static long pageBytes(Statement statement) throws SQLException {
        return single(statement, "PRAGMA page_size");
    }

    /** Closes what may not be open; everything committed is on disk already. */
    static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException ignored) {
            // Nothing is left to be lost.
        }
    }

    static StoreFailed explain(Path file, String doing, SQLException failed) {
        String what = file + ": " + doing + " failed: " + failed.getMessage();
        if (isDamage(failed) && file.endsWith(FILE)) {
            Salvage.suspect(Durable.parentOf(file), doing + " failed: " + failed.getMessage());
        }
        return new StoreFailed(what + "; " + remedy(codeOf(failed)), failed);
    }

    static boolean isFull(SQLException failed) {
        return (codeOf(failed).code & 0xFF) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    /** Whether the file's content is to blame: SQLITE_CORRUPT and SQLITE_NOTADB. */
    static boolean isDamage(SQLException failed) {
        int code = codeOf(failed).code & 0xFF;
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    static long single(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static SQLiteConfig common(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS_MAX);
        config.setCacheSize(-cacheKib);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        // Otherwise the driver asks for the last row's number after every insert.
        config.setGetGeneratedKeys(false);
        // A mapped page that the medium can't read kills the process instead of giving an error.
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0");
        return config;
    }

    private static SQLiteErrorCode codeOf(SQLException failed) {
        return failed instanceof SQLiteException sqlite
                ? sqlite.getResultCode()
                : SQLiteErrorCode.getErrorCode(failed.getErrorCode());
    }

    private static String remedy(SQLiteErrorCode code) {
        return switch (code.code & 0xFF) {
            case 11, 26 -> "the file is damaged or no log: a gateway salvages its own at its next start;"
                    + " otherwise put a copy back with suimon restore";
            case 13 -> "the disk is full: free some space or lower data.quota";
            case 8, 3, 14 -> "check that the folder exists and that this user may write it";
            case 10 -> "the medium reports an error: check it with dmesg and smartctl";
            case 5, 6 -> "another process holds it: stop that one";
            default -> "see the message above";
        };
    }
}
