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
    /**
     * Rows are ordered by time, then series, so that a flush writes few pages; a series' blocks are
     * looked up one by one unless there are more than these (a year).
     */
    private static final int LOOKUPS_MAX = 60_000;

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

    static @Nullable RollupBlock find(Connection connection, Key key) throws SQLException {
        List<RollupBlock> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT block, first, issued, buckets FROM rollup WHERE series = ? AND block = ?")) {
            query.setInt(1, key.series());
            query.setLong(2, key.block());
            collect(query, key.series(), found);
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The number of the newest block on disk; Long.MIN_VALUE when there is none. */
    static long newest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(block) FROM rollup")) {
            long newest = row.next() ? row.getLong(1) : Long.MIN_VALUE;
            return row.wasNull() ? Long.MIN_VALUE : newest;
        }
    }

    /** Blocks from the first number to the last, in order. */
    static List<RollupBlock> find(Connection connection, int series, long first, long last)
            throws SQLException {
        List<RollupBlock> found = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            long oldest = Math.max(first, Database.single(statement, "SELECT min(block) FROM rollup"));
            long newest = Math.min(last, Database.single(statement, "SELECT max(block) FROM rollup"));
            boolean isFew = newest - oldest < LOOKUPS_MAX;
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT block, first, issued, buckets FROM rollup WHERE series = ? AND "
                            + (isFew ? "block = ?" : "block BETWEEN ? AND ? ORDER BY block"))) {
                query.setInt(1, series);
                for (long block = oldest; block <= (isFew ? newest : oldest); block++) {
                    query.setLong(2, block);
                    if (!isFew) {
                        query.setLong(3, newest);
                    }
                    collect(query, series, found);
                }
            }
        }
        return found;
    }

    private static void collect(PreparedStatement query, int series, List<RollupBlock> found)
            throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                found.add(RollupBlock.of(series, rows.getLong(1), rows.getLong(2), rows.getInt(3),
                        rows.getBytes(4)));
            }
        }
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
