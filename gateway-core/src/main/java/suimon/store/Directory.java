package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a sealed stretch has the chunks of a series, so that a search for one series reads no other's.
 * Kept in pages of about {@value #ITEMS} chunks, each under the first series in it.
 */
final class Directory {
    private static final int ITEMS = 64;

    private Directory() {}

    /**
     * One chunk.
     *
     * @param row the row's id less the stretch's first
     * @param index its place in the row
     */
    record Item(int series, long timeMin, long timeMax, int row, int index, int count) {}

    /** A row of the table. */
    record Page(int series, byte[] items) {}

    /** In pages; a series is never in two. */
    static List<Page> pages(List<Item> items) {
        List<Item> sorted = new ArrayList<>(items);
        // Stable: the chunks of one series stay in the order of the log.
        sorted.sort(Comparator.comparingInt(Item::series));
        List<Page> pages = new ArrayList<>();
        int from = 0;
        while (from < sorted.size()) {
            int to = Math.min(from + ITEMS, sorted.size());
            while (to < sorted.size() && sorted.get(to).series() == sorted.get(to - 1).series()) {
                to++;
            }
            pages.add(new Page(sorted.get(from).series(), write(sorted.subList(from, to))));
            from = to;
        }
        return pages;
    }

    private static byte[] write(List<Item> items) {
        ByteWriter to = new ByteWriter(16 * items.size());
        to.putVarint(items.size());
        int series = 0;
        long time = 0;
        int row = 0;
        for (Item item : items) {
            to.putSigned((long) item.series() - series).putSigned(item.timeMin() - time)
                    .putVarint(item.timeMax() - item.timeMin()).putSigned((long) item.row() - row)
                    .putVarint(item.index()).putVarint(item.count());
            series = item.series();
            time = item.timeMin();
            row = item.row();
        }
        return to.toBytes();
    }

    private static List<Item> read(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        int count = from.getCount(6);
        List<Item> items = new ArrayList<>(count);
        int series = 0;
        long time = 0;
        int row = 0;
        for (int left = count; left > 0; left--) {
            series += (int) from.getSigned();
            time += from.getSigned();
            long length = from.getVarint();
            row += (int) from.getSigned();
            items.add(new Item(series, time, time + length, row, (int) from.getVarint(),
                    (int) from.getVarint()));
        }
        return items;
    }

    static void insert(Connection connection, long stretch, List<Page> pages) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO directory(stretch, series, chunks) VALUES(?, ?, ?)")) {
            for (Page page : pages) {
                insert.setLong(1, stretch);
                insert.setInt(2, page.series());
                insert.setBytes(3, page.items());
                insert.execute();
            }
        }
    }

    /** The chunks of a series in a stretch that may hold something of [from, to), in log order. */
    static List<Item> find(Connection connection, Span stretch, int series, long from, long to)
            throws SQLException {
        List<Item> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT chunks FROM directory"
                + " WHERE stretch = ? AND series <= ? ORDER BY series DESC LIMIT 1")) {
            query.setLong(1, stretch.chunkFirst());
            query.setInt(2, series);
            try (ResultSet rows = query.executeQuery()) {
                if (rows.next()) {
                    for (Item item : read(rows.getBytes(1))) {
                        if (item.series() == series && item.timeMax() >= from && item.timeMin() < to) {
                            found.add(item);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** All chunks of a stretch by series, those of one in the order of the log. */
    static List<Item> all(Connection connection, Span stretch) throws SQLException {
        List<Item> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT chunks FROM directory WHERE stretch = ? ORDER BY series")) {
            query.setLong(1, stretch.chunkFirst());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    all.addAll(read(rows.getBytes(1)));
                }
            }
        }
        return all;
    }
}
