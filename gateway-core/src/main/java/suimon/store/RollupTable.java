package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rollup blocks on disk, and up to where in the log they are complete. */
final class RollupTable {
    private static final int VERSION = 1;
    private RollupTable() {}

    /** A block's key. */
    record Key(int series, long block) {}

    /**
     * What the blocks on disk stand for.
     *
     * @param position all entries up to here are in them
     * @param newest per series the newest measured time among those entries
     * @param open blocks that may still change or were not issued
     */
    record Standing(long position, Map<Integer, Long> newest, List<Key> open) {
        byte[] toBytes() {
            ByteWriter to = new ByteWriter(256);
            to.putByte(VERSION).putVarint(position).putVarint(newest.size());
            newest.forEach((series, time) -> to.putSigned(series).putSigned(time));
            to.putVarint(open.size());
            open.forEach(key -> to.putSigned(key.series()).putSigned(key.block()));
            return to.toBytes();
        }

        static Standing of(byte[] bytes) {
            ByteReader from = new ByteReader(bytes);
            if (from.getByte() != VERSION) {
                throw new IllegalArgumentException("a rollup standing of format " + bytes[0]);
            }
            long position = from.getVarint();
            Map<Integer, Long> newest = new HashMap<>();
            for (int left = from.getCount(2); left > 0; left--) {
                newest.put((int) from.getSigned(), from.getSigned());
            }
            List<Key> open = new ArrayList<>();
            for (int left = from.getCount(2); left > 0; left--) {
                open.add(new Key((int) from.getSigned(), from.getSigned()));
            }
            return new Standing(position, newest, open);
        }
    }

    static Standing standing(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT value FROM meta WHERE name = 'rollup'")) {
            return row.next()
                    ? Standing.of(row.getBytes(1))
                    : new Standing(0, Map.of(), List.of());
        }
    }

    /** Among the blocks of late, else in its day. */
    static @Nullable RollupBlock find(Connection connection, Key key) throws SQLException {
        List<RollupBlock> found = find(connection, List.of(key));
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Those of the blocks that there are: a start asks for thousands at once. */
    static List<RollupBlock> find(Connection connection, List<Key> keys) throws SQLException {
        List<RollupBlock> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT first, issued, buckets FROM rollup WHERE series = ? AND block = ?")) {
            for (Key key : keys) {
                query.setInt(1, key.series());
                query.setLong(2, key.block());
                try (ResultSet row = query.executeQuery()) {
                    RollupBlock block = row.next()
                            ? RollupBlock.of(key.series(), key.block(), row.getLong(1), row.getInt(2), row.getBytes(3))
                            : inDay(connection, key);
                    if (block != null) {
                        found.add(block);
                    }
                }
            }
        }
        return found;
    }

    private static @Nullable RollupBlock inDay(Connection connection, Key key) throws SQLException {
        RollupDay day = RollupDays.find(connection, key.series(), RollupDay.dayOf(key.block()));
        return day == null ? null : day.block(key.block());
    }

    /** The first block of any series from this number on; Long.MAX_VALUE when there is none. */
    static long nextBlock(Connection connection, long from) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT block FROM rollup WHERE block >= ? ORDER BY block LIMIT 1")) {
            query.setLong(1, from);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : Long.MAX_VALUE;
            }
        }
    }

    /** The number of the newest block on disk; Long.MIN_VALUE when there is none. */
    static long newest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(block) FROM rollup")) {
            long newest = row.next() ? row.getLong(1) : Long.MIN_VALUE;
            return row.wasNull() ? Long.MIN_VALUE : newest;
        }
    }

    /**
     * Blocks of a series from the first number to the last, in order, without those that lie in days.
     * Rows are ordered by time, then series, so that a flush writes few pages: one look per time.
     */
    static List<RollupBlock> find(Connection connection, int series, long first, long last)
            throws SQLException {
        List<RollupBlock> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT block, series, first, issued,"
                + " buckets FROM rollup WHERE (block, series) >= (?, ?) ORDER BY block, series LIMIT 1")) {
            long block = first;
            while (block <= last) {
                query.setLong(1, block);
                query.setInt(2, series);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next() || row.getLong(1) > last) {
                        break;
                    }
                    long at = row.getLong(1);
                    if (row.getInt(2) == series) {
                        found.add(RollupBlock.of(series, at, row.getLong(3), row.getInt(4), row.getBytes(5)));
                    }
                    // Beyond this series, else to it in the same block.
                    block = row.getInt(2) >= series ? at + 1 : at;
                }
            }
        }
        return found;
    }

    /** A block as it goes to disk. */
    record Row(Key key, long first, int issued, byte[] buckets) {}

    static void write(Connection connection, List<Row> rows, Standing standing) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement("INSERT OR REPLACE INTO"
                + " rollup(block, series, first, issued, buckets) VALUES(?,?,?,?,?)")) {
            for (Row row : rows) {
                write.setLong(1, row.key().block());
                write.setInt(2, row.key().series());
                write.setLong(3, row.first());
                write.setInt(4, row.issued());
                write.setBytes(5, row.buckets());
                write.execute();
            }
        }
        try (PreparedStatement write = connection.prepareStatement(
                "INSERT OR REPLACE INTO meta(name, value) VALUES('rollup', ?)")) {
            write.setBytes(1, standing.toBytes());
            write.execute();
        }
    }
}
