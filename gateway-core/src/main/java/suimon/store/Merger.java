package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import suimon.reading.ClockStamp;
import suimon.reading.Readings;

/**
 * Writes sealed stretches anew as one: short chunks of a series are joined, long ones are taken as
 * they are. Holds the readings of one chunk at a time.
 */
final class Merger {
    /** A chunk of so many readings would gain nothing by being joined. */
    static final int FULL_READINGS = StretchRows.CHUNK_READINGS_MAX / 2;

    private final Connection connection;
    private final ChunkCodec codec = new ChunkCodec();
    /** The row read last of each source: its series come in the same order as they are asked for. */
    private final Map<Integer, RowOf> lastRows = new HashMap<>();

    Merger(Connection connection) {
        this.connection = connection;
    }

    /**
     * What may go once the rows are in force.
     *
     * @param outdated sequences of regrades that a later revision outdates
     * @param regrades how many stay
     * @param rows how many rows of chunks it was before
     */
    record Merged(List<Long> outdated, long regrades, long rows) {}

    /** What becomes of readings of one series by time: the same or some of them, in their order. */
    interface Rewriting {
        Readings apply(Readings sorted) throws SQLException;
    }

    private record RowOf(long id, ChunkRow row) {}

    /** Rows one after the other under one clock. */
    private static final class Run {
        ClockStamp clock;
        final long first;
        long last;
        long[] sequences = new long[16];
        int size;
        long readings;

        Run(ClockStamp clock, long first) {
            this.clock = clock;
            this.first = first;
        }

        void add(long order, long sequence, ChunkRow row) {
            clock = row.clock();
            last = order;
            if (size == sequences.length) {
                sequences = Arrays.copyOf(sequences, size * 2);
            }
            sequences[size++] = sequence;
            readings += row.readings();
        }
    }

    /**
     * A chunk of one of the sources.
     *
     * @param order of its row among all rows of the sources
     */
    private record Located(int source, long order, Directory.Item item) {}

    /**
     * Writes the sources' readings into the rows.
     *
     * @param change what becomes of the readings of a series, which come by time in pieces; must keep
     *     the series, and the order
     * @throws IllegalArgumentException when something in them is damaged: they stay as they are
     */
    Merged merge(List<Span> sources, Rewriting change, boolean isChanging, StretchRows rows)
            throws SQLException, StoreFailed, InterruptedException {
        long first = sources.getFirst().first();
        long last = sources.getLast().last();
        // Those of a stretch come before its chunks: within it they were folded when it was sealed.
        Regraded regraded = Regraded.read(
                connection, first, last, sequence -> 2L * sourceOf(sources, sequence));
        long[] starts = new long[sources.size() + 1];
        for (int source = 0; source < sources.size(); source++) {
            starts[source + 1] = starts[source]
                    + sources.get(source).chunkLast() - sources.get(source).chunkFirst() + 1;
        }
        List<Run> runs = runs(sources, starts);
        TreeMap<Integer, List<Located>> bySeries = new TreeMap<>();
        for (int source = 0; source < sources.size(); source++) {
            for (Directory.Item item : Directory.all(connection, sources.get(source))) {
                bySeries.computeIfAbsent(item.series(), id -> new ArrayList<>())
                        .add(new Located(source, starts[source] + item.row(), item));
            }
        }
        noteRegraded(sources, bySeries, regraded);
        for (Run run : runs) {
            rows.beginRun(run.clock, Arrays.copyOf(run.sequences, run.size), run.readings);
            for (List<Located> chunks : bySeries.values()) {
                List<Located> ofRun = chunks.stream()
                        .filter(chunk -> chunk.order() >= run.first && chunk.order() <= run.last).toList();
                join(sources, ofRun, regraded, change, isChanging, rows);
            }
        }
        rows.finish();
        List<Long> outdated = regraded.outdated();
        // Not by their ids: a row that was damaged is lost, and has been booked as that.
        long before = runs.stream().mapToLong(run -> run.size).sum();
        return new Merged(outdated, regraded.count() - outdated.size(), before);
    }

    private static int sourceOf(List<Span> sources, long sequence) {
        int source = 0;
        while (sources.get(source).last() < sequence) {
            source++;
        }
        return source;
    }

    private List<Run> runs(List<Span> sources, long[] starts) throws SQLException {
        List<Run> runs = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id, sequence, payload FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id")) {
            for (int source = 0; source < sources.size(); source++) {
                query.setLong(1, sources.get(source).chunkFirst());
                query.setLong(2, sources.get(source).chunkLast());
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        ChunkRow row = ChunkRow.of(rows.getBytes(3));
                        long order = starts[source] + rows.getLong(1) - sources.get(source).chunkFirst();
                        Run open = runs.isEmpty() ? null : runs.getLast();
                        if (open == null || !ChunkRow.isSameClock(open.clock, row.clock())) {
                            open = new Run(row.clock(), order);
                            runs.add(open);
                        }
                        open.add(order, rows.getLong(2), row);
                    }
                }
            }
        }
        return runs;
    }

    /** Where the readings are that regrades are about; there are few. */
    private void noteRegraded(
            List<Span> sources, Map<Integer, List<Located>> bySeries, Regraded regraded)
            throws SQLException {
        for (Map.Entry<Integer, List<Located>> series : bySeries.entrySet()) {
            if (!regraded.has(series.getKey())) {
                continue;
            }
            for (Located chunk : series.getValue()) {
                if (regraded.hasWithin(series.getKey(), chunk.item().timeMin(), chunk.item().timeMax())) {
                    Readings readings = read(sources, chunk);
                    for (int row = 0; row < readings.size(); row++) {
                        regraded.note(placeOf(chunk), series.getKey(), readings.measured(row));
                    }
                }
            }
        }
    }

    private static long placeOf(Located chunk) {
        return 2L * chunk.source() + 1;
    }

    private void join(
            List<Span> sources, List<Located> chunks, Regraded regraded, Rewriting change,
            boolean isChanging, StretchRows rows) throws SQLException, StoreFailed, InterruptedException {
        Readings.Builder joined = new Readings.Builder(1024);
        List<Long> places = new ArrayList<>();
        for (Located chunk : chunks) {
            Directory.Item item = chunk.item();
            boolean isFull = item.count() >= FULL_READINGS && !isChanging
                    && !regraded.hasWithin(item.series(), item.timeMin(), item.timeMax());
            if (isFull || joined.size() + item.count() > StretchRows.CHUNK_READINGS_MAX) {
                write(joined, places, regraded, change, rows);
            }
            if (isFull) {
                rows.add(item.series(), row(sources, chunk).chunk(item.index()));
                continue;
            }
            Readings readings = read(sources, chunk);
            for (int row = 0; row < readings.size(); row++) {
                joined.addRow(readings, row);
                if (regraded.has(item.series())) {
                    places.add(placeOf(chunk));
                }
            }
        }
        write(joined, places, regraded, change, rows);
    }

    private static void write(
            Readings.Builder joined, List<Long> places, Regraded regraded, Rewriting change,
            StretchRows rows) throws SQLException, StoreFailed, InterruptedException {
        if (joined.size() > 0) {
            long[] of = places.stream().mapToLong(Long::longValue).toArray();
            Readings written = change.apply(regraded.sorted(joined.build(), of));
            if (written.size() > 0) {
                rows.add(written);
            }
            joined.clear();
            places.clear();
        }
    }

    private Readings read(List<Span> sources, Located chunk) throws SQLException {
        return row(sources, chunk).read(chunk.item().index(), codec);
    }

    private ChunkRow row(List<Span> sources, Located chunk) throws SQLException {
        long id = sources.get(chunk.source()).chunkFirst() + chunk.item().row();
        RowOf known = lastRows.get(chunk.source());
        if (known != null && known.id() == id) {
            return known.row();
        }
        try (PreparedStatement query =
                connection.prepareStatement("SELECT payload FROM chunk WHERE id = ?")) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalArgumentException("the row of chunks " + id + " is gone");
                }
                ChunkRow read = ChunkRow.of(row.getBytes(1));
                lastRows.put(chunk.source(), new RowOf(id, read));
                return read;
            }
        }
    }
}
