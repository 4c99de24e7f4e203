package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import suimon.reading.Ticker;

/**
 * The clock by which readings grow old. It follows the wall clock, but not at once where that jumps
 * ahead by more than {@link #JUMP_MAX}: then it runs only {@link #HASTE} times as fast as time
 * passes, so that a clock sent to 2036 does not empty the log before somebody sees it. Back it goes
 * at once. A box that was off for years just keeps what is old some time longer. It is kept in the
 * log, since a restart must not make a wrong clock right. Safe for many threads.
 */
final class AgeClock {
    /** So long a box may be off, and its log goes by age at once. */
    static final Duration JUMP_MAX = Duration.ofDays(60);
    /** A year's jump takes two weeks. */
    static final int HASTE = 24;

    private static final String NAME = "agedTo";

    private final Clock clock;
    private final Ticker ticker;
    private boolean isRead;
    private long aged;
    private long asked;

    AgeClock(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Milliseconds since the epoch, never after the wall clock. */
    synchronized long millis(Connection connection) throws SQLException {
        long wall = clock.millis();
        long now = ticker.nanos();
        if (!isRead) {
            isRead = true;
            asked = now;
            aged = read(connection, wall);
        }
        long passed = Math.max(0, now - asked) / 1_000_000;
        if (wall - aged <= JUMP_MAX.toMillis()) {
            aged = wall;
            asked = now;
        } else if (passed > 0) {
            aged = Math.min(wall, aged + HASTE * passed);
            asked = now;
        }
        return aged;
    }

    /** So that the next start goes on from here. */
    synchronized void keep(Connection connection) throws SQLException {
        Retention.setMeta(connection, NAME, aged);
    }

    private static long read(Connection connection, long wall) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long newest = EntryTable.newestCommit(connection);
            return Database.single(statement, "SELECT coalesce((SELECT value FROM meta WHERE name = '" + NAME
                    + "'), " + (newest == 0 ? wall : newest) + ")");
        }
    }
}
