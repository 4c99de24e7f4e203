package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@link RollupDay}s, by series and then by day, so that a chart of a year reads them
 * one after the other. A block that is in the table of blocks as well counts as it is there.
 */
final class RollupDays {
    private static final long DAY_OFFSET = 1L << 31;

    private RollupDays() {}

    static long idOf(int series, long day) {
        return ((long) series << 32) + day + DAY_OFFSET;
    }

    private static long dayOf(long id) {
        return (id & 0xFFFF_FFFFL) - DAY_OFFSET;
    }

    /** Takes days as they lie on disk. */
    interface DayVisitor {
        void visit(long day, byte[] hours, byte[] minutes);
    }

    /** Shows the days from the first to the last, in order. */
    static void visit(Connection connection, int series, long first, long last, DayVisitor visitor)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id, hours, minutes FROM rollup_day WHERE id BETWEEN ? AND ? ORDER BY id")) {
            query.setLong(1, idOf(series, Math.max(first, -DAY_OFFSET)));
            query.setLong(2, idOf(series, Math.min(last, DAY_OFFSET - 1)));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    visitor.visit(dayOf(rows.getLong(1)), rows.getBytes(2), rows.getBytes(3));
                }
            }
        }
    }

    /** Null when there is none, or it is damaged: an inspection says that, and what follows begins anew. */
    static @Nullable RollupDay find(Connection connection, int series, long day) throws SQLException {
        @Nullable RollupDay[] found = new RollupDay[1];
        visit(connection, series, day, day, (number, hours, minutes) -> found[0] =
                RollupDay.isSound(minutes) ? RollupDay.of(series, number, minutes) : null);
        return found[0];
    }

    /**
     * A day as it goes to disk.
     *
     * @param blocks numbers of those that leave the table of blocks for it
     */
    record Row(int series, long day, byte[] hours, byte[] minutes, List<Long> blocks) {}

    static void write(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                        "INSERT OR REPLACE INTO rollup_day(id, hours, minutes) VALUES(?, ?, ?)");
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM rollup WHERE block = ? AND series = ?")) {
            for (Row row : rows) {
                write.setLong(1, idOf(row.series(), row.day()));
                write.setBytes(2, row.hours());
                write.setBytes(3, row.minutes());
                write.execute();
                for (long block : row.blocks()) {
                    delete.setLong(1, block);
                    delete.setInt(2, row.series());
                    delete.execute();
                }
            }
        }
    }

    /** The oldest day of any series; Long.MAX_VALUE when there is none. */
    static long oldest(Connection connection) throws SQLException {
        long[] oldest = {Long.MAX_VALUE};
        visitOldest(connection, id -> oldest[0] = Math.min(oldest[0], dayOf(id)));
        return oldest[0];
    }

    /** Removes at most so many days before one, the oldest of each series; how many it were. */
    static int removeBefore(Connection connection, long day, int rowsMax) throws SQLException {
        int[] removed = {0};
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM rollup_day WHERE id = ?")) {
            visitOldest(connection, id -> {
                if (removed[0] < rowsMax && dayOf(id) < day) {
                    delete.setLong(1, id);
                    removed[0] += delete.executeUpdate();
                }
            });
        }
        return removed[0];
    }

    /** Takes ids. */
    private interface IdVisitor {
        void visit(long id) throws SQLException;
    }

    /** One look per series, which the key begins with. */
    private static void visitOldest(Connection connection, IdVisitor visitor) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long from = Long.MIN_VALUE;
            while (true) {
                long id;
                try (ResultSet row = statement.executeQuery(
                        "SELECT id FROM rollup_day WHERE id >= " + from + " ORDER BY id LIMIT 1")) {
                    if (!row.next()) {
                        return;
                    }
                    id = row.getLong(1);
                }
                visitor.visit(id);
                from = idOf((int) (id >> 32) + 1, -DAY_OFFSET);
            }
        }
    }
}
