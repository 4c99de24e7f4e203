package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import suimon.reading.Readings;

/** The stretch at the log's end that has no row in {@link Spans} yet. For the writer thread. */
final class OpenSpan {
    /** A span closes at so many batches. */
    static final int BATCHES_MAX = 256;

    /** Per series its earliest measured time, then its latest. */
    private final LongsBySeries bySeries = new LongsBySeries(2, 0);
    private long first;
    private long last;
    private long timeMin = Long.MAX_VALUE;
    private long timeMax = Long.MIN_VALUE;
    private long rows;
    private long regrades;
    private long committed;
    private int batches;

    OpenSpan(long first) {
        this.first = first;
        this.last = first - 1;
    }

    boolean isComplete() {
        return batches >= BATCHES_MAX;
    }

    /** An entry of another kind: it is in the stretch but not searched for. */
    void pass(long sequence) {
        last = sequence;
    }

    void add(long sequence, Readings readings) {
        last = sequence;
        batches++;
        rows += readings.size();
        for (int row = 0; row < readings.size(); row++) {
            long time = readings.measured(row);
            timeMin = Math.min(timeMin, time);
            timeMax = Math.max(timeMax, time);
            widen(readings.series(row), time);
        }
    }

    private void widen(int series, long time) {
        boolean isFirst = !bySeries.has(series);
        if (isFirst || time < bySeries.get(series, 0)) {
            bySeries.set(series, 0, time);
        }
        if (isFirst || time > bySeries.get(series, 1)) {
            bySeries.set(series, 1, time);
        }
    }

    /** What it covers, if something of it comes before the sequence: it has no row that says so. */
    Map<Integer, Coverage> coveredBefore(long sequence) {
        Map<Integer, Coverage> covered = new TreeMap<>();
        if (first < sequence) {
            bySeries.forEach((series, range, at) -> {
                Coverage coverage = new Coverage();
                coverage.add(range[at], range[at + 1]);
                covered.put(series, coverage);
            });
        }
        return covered;
    }

    /** Something is said about a reading of that time. */
    void addTime(long sequence, long time) {
        last = sequence;
        regrades++;
        timeMin = Math.min(timeMin, time);
        timeMax = Math.max(timeMax, time);
    }

    /** Writes its row, as of that moment in milliseconds; {@link #closeInto} follows the commit. */
    void insert(Connection connection, long now) throws SQLException {
        committed = now;
        Map<Integer, long[]> ranges = new TreeMap<>();
        bySeries.forEach((series, range, at) -> ranges.put(series, new long[] {range[at], range[at + 1]}));
        insert(connection, toSpan(), seriesToBytes(ranges));
    }

    Span toSpan() {
        return new Span(first, last, timeMin, timeMax, rows, 0, 0, 0, regrades, committed);
    }

    static void insert(Connection connection, Span span, byte[] series) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO span(first, last, time_min, time_max, rows, series, level, chunk_first,"
                        + " chunk_last, regrades, committed) VALUES(?,?,?,?,?,?,?,?,?,?,?)")) {
            insert.setLong(1, span.first());
            insert.setLong(2, span.last());
            insert.setLong(3, span.timeMin());
            insert.setLong(4, span.timeMax());
            insert.setLong(5, span.readings());
            insert.setBytes(6, series);
            insert.setInt(7, span.level());
            insert.setLong(8, span.chunkFirst());
            insert.setLong(9, span.chunkLast());
            insert.setLong(10, span.regrades());
            insert.setLong(11, span.committed());
            insert.execute();
        }
    }

    /** Hands the stretch to the index and begins the next one; after the commit. */
    void closeInto(Spans spans) {
        spans.add(toSpan());
        first = last + 1;
        timeMin = Long.MAX_VALUE;
        timeMax = Long.MIN_VALUE;
        rows = 0;
        regrades = 0;
        batches = 0;
        bySeries.clear();
    }

    static void widen(Map<Integer, long[]> bySeries, int series, long from, long to) {
        long[] range = bySeries.computeIfAbsent(
                series, id -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
        range[0] = Math.min(range[0], from);
        range[1] = Math.max(range[1], to);
    }

    static byte[] seriesToBytes(Map<Integer, long[]> bySeries) {
        ByteWriter to = new ByteWriter(64);
        to.putVarint(bySeries.size());
        bySeries.forEach((id, range) ->
                to.putSigned(id).putSigned(range[0]).putVarint(range[1] - range[0]));
        return to.toBytes();
    }

    /** Per series its earliest and latest measured time in the stretch. */
    static Map<Integer, long[]> seriesOf(byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        Map<Integer, long[]> bySeries = new TreeMap<>();
        for (int left = from.getCount(3); left > 0; left--) {
            int id = (int) from.getSigned();
            long earliest = from.getSigned();
            bySeries.put(id, new long[] {earliest, earliest + from.getVarint()});
        }
        return bySeries;
    }
}
