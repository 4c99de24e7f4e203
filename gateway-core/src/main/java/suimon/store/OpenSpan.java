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

    private BySeries<long[]> bySeries = new BySeries<>();
    private int count;
    private long first;
    private long last;
    private long timeMin = Long.MAX_VALUE;
    private long timeMax = Long.MIN_VALUE;
    private long rows;
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
            long[] range = bySeries.get(readings.series(row));
            if (range == null) {
                range = bySeries.computeIfAbsent(
                        readings.series(row), id -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
                count++;
            }
            range[0] = Math.min(range[0], time);
            range[1] = Math.max(range[1], time);
        }
    }

    /** Something is said about a reading of that time. */
    void addTime(long sequence, long time) {
        last = sequence;
        timeMin = Math.min(timeMin, time);
        timeMax = Math.max(timeMax, time);
    }

    void insert(Connection connection) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO span(first, last, time_min, time_max, rows, series) VALUES(?,?,?,?,?,?)")) {
            insert.setLong(1, first);
            insert.setLong(2, last);
            insert.setLong(3, timeMin);
            insert.setLong(4, timeMax);
            insert.setLong(5, rows);
            insert.setBytes(6, seriesToBytes());
            insert.execute();
        }
    }

    /** Hands the stretch to the index and begins the next one; after the commit. */
    void closeInto(Spans spans) {
        spans.add(first, last, timeMin, timeMax);
        first = last + 1;
        timeMin = Long.MAX_VALUE;
        timeMax = Long.MIN_VALUE;
        rows = 0;
        batches = 0;
        bySeries = new BySeries<>();
        count = 0;
    }

    private byte[] seriesToBytes() {
        ByteWriter to = new ByteWriter(64);
        to.putVarint(count);
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
