package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.reading.ClockStamp;
import suimon.reading.Readings;

/**
 * Writes the chunks of one stretch, some rows at a time, where nobody sees them until the stretch is
 * switched over. For one thread beside the writer.
 */
final class StretchRows {
    /** A chunk holds at most so many readings, so that looking one up decodes little. */
    static final int CHUNK_READINGS_MAX = 4096;
    /** Rows are written at so many bytes, so that no commit waits long. */
    private static final int STEP_BYTES = 256 << 10;

    private final LogWriter writer;
    private final ChunkCodec codec = new ChunkCodec();
    private final long firstId;
    private final List<Row> unwritten = new ArrayList<>();
    private final List<Directory.Item> items = new ArrayList<>();
    private final Map<Integer, long[]> bySeries = new TreeMap<>();
    private final List<ChunkRow.Part> parts = new ArrayList<>();
    private int unwrittenBytes;
    private long nextId;
    private long readings;
    private long timeMin = Long.MAX_VALUE;
    private long timeMax = Long.MIN_VALUE;

    private @Nullable ClockStamp clock;
    private long[] free = {};
    private int used;
    private long rowReadingsMin;
    private long rowReadings;
    private long rowTimeMin;
    private long rowTimeMax;

    StretchRows(LogWriter writer, long firstId) {
        this.writer = writer;
        this.firstId = firstId;
        this.nextId = firstId;
    }

    private record Row(long id, long sequence, long timeMin, long timeMax, byte[] payload) {}

    /**
     * Begins readings that came under one clock.
     *
     * @param sequences those of the rows they replace: the new rows stand at some of them, the last
     *     at the last
     * @param count how many readings there will be at most
     */
    void beginRun(ClockStamp stamp, long[] sequences, long count) throws StoreFailed, InterruptedException {
        endRow(true);
        clock = stamp;
        free = sequences;
        used = 0;
        // Full rows must be no more than there are sequences for them.
        rowReadingsMin = Math.max(ChunkRow.READINGS_MAX, Math.ceilDiv(count, sequences.length));
    }

    /**
     * Adds the readings of one series by time; the series come in rising order.
     *
     * @throws IllegalArgumentException when they can't be coded: what they came from must stay
     */
    void add(Readings sorted) throws StoreFailed, InterruptedException {
        int pieces = Math.ceilDiv(sorted.size(), CHUNK_READINGS_MAX);
        for (int piece = 0; piece < pieces; piece++) {
            int from = (int) ((long) sorted.size() * piece / pieces);
            int to = (int) ((long) sorted.size() * (piece + 1) / pieces);
            Readings rows = sorted;
            if (to - from < sorted.size()) {
                Readings.Builder part = new Readings.Builder(to - from);
                for (int row = from; row < to; row++) {
                    part.addRow(sorted, row);
                }
                rows = part.build();
            }
            add(sorted.series(0), checked(rows));
        }
    }

    /** Read back before what it was made from is removed: a defect must not cost readings. */
    private byte[] checked(Readings rows) {
        byte[] chunk = codec.write(rows);
        if (!codec.read(chunk, rows.series(0)).equals(rows)) {
            throw new IllegalArgumentException("a chunk of " + rows.size() + " readings of series "
                    + rows.series(0) + " from " + rows.measured(0) + " on does not read back");
        }
        return chunk;
    }

    /** Adds a chunk as it is. */
    void add(int series, byte[] chunk) throws StoreFailed, InterruptedException {
        if (rowReadings >= rowReadingsMin) {
            endRow(false);
        }
        if (parts.isEmpty()) {
            rowTimeMin = Long.MAX_VALUE;
            rowTimeMax = Long.MIN_VALUE;
        }
        ChunkHeader header = ChunkCodec.header(chunk);
        items.add(new Directory.Item(series, header.timeMin(), header.timeMax(),
                (int) (nextId - firstId), parts.size(), header.count()));
        OpenSpan.widen(bySeries, series, header.timeMin(), header.timeMax());
        parts.add(new ChunkRow.Part(series, chunk));
        rowReadings += header.count();
        readings += header.count();
        rowTimeMin = Math.min(rowTimeMin, header.timeMin());
        rowTimeMax = Math.max(rowTimeMax, header.timeMax());
    }

    /** Writes what is left, with the directory. */
    void finish() throws StoreFailed, InterruptedException {
        endRow(true);
        List<Directory.Page> pages = Directory.pages(items);
        List<Row> rows = List.copyOf(unwritten);
        unwritten.clear();
        writer.run(connection -> inTransaction(connection, () -> {
            insert(connection, rows);
            Directory.insert(connection, firstId, pages);
        }));
    }

    private void endRow(boolean isLast) throws StoreFailed, InterruptedException {
        if (parts.isEmpty() || clock == null) {
            return;
        }
        byte[] payload = ChunkRow.write(clock, rowReadings, parts);
        long sequence = isLast ? free[free.length - 1] : free[used++];
        unwritten.add(new Row(nextId++, sequence, rowTimeMin, rowTimeMax, payload));
        timeMin = Math.min(timeMin, rowTimeMin);
        timeMax = Math.max(timeMax, rowTimeMax);
        unwrittenBytes += payload.length;
        parts.clear();
        rowReadings = 0;
        if (unwrittenBytes >= STEP_BYTES) {
            List<Row> rows = List.copyOf(unwritten);
            writer.run(connection -> inTransaction(connection, () -> insert(connection, rows)));
            unwritten.clear();
            unwrittenBytes = 0;
        }
    }

    private void insert(Connection connection, List<Row> rows) throws SQLException {
        long bytes = 0;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO chunk(id, sequence,"
                + " time_min, time_max, payload) VALUES(?, ?, ?, ?, ?)")) {
            for (Row row : rows) {
                insert.setLong(1, row.id());
                insert.setLong(2, row.sequence());
                insert.setLong(3, row.timeMin());
                insert.setLong(4, row.timeMax());
                insert.setBytes(5, row.payload());
                insert.execute();
                bytes += row.payload().length;
            }
        }
        writer.countBytes(bytes);
    }

    private static boolean inTransaction(Connection connection, Work work) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                work.run();
                statement.execute("COMMIT");
                return true;
            } catch (SQLException failed) {
                LogWriter.rollBack(statement, failed);
                throw failed;
            }
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    long firstId() {
        return firstId;
    }

    /** The id after the last row's. */
    long nextId() {
        return nextId;
    }

    long rows() {
        return nextId - firstId;
    }

    long readings() {
        return readings;
    }

    long timeMin() {
        return timeMin;
    }

    long timeMax() {
        return timeMax;
    }

    /** Per series its earliest and latest measured time. */
    Map<Integer, long[]> bySeries() {
        return bySeries;
    }
}
