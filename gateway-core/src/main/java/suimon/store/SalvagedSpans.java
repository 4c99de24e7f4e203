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
import java.util.TreeMap;
import suimon.reading.Entry;

/**
 * Makes the stretches of a salvaged log anew: sealed ones with the directories of their chunks, and
 * between them those that follow from the entries.
 */
final class SalvagedSpans {
    private final Connection connection;
    private final Map<Long, byte[]> series = new HashMap<>();
    private final List<Span> sealed = new ArrayList<>();
    private final Map<Integer, Long> readings = new HashMap<>();
    private final Map<Integer, Coverage> coverages = new TreeMap<>();
    private final long retained;
    private OpenSpan open;
    private long openFirst;
    private int next;
    private long chunkRows;
    private long committed;

    SalvagedSpans(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            retained = Math.max(1,
                    Database.single(statement, "SELECT value FROM meta WHERE name = 'retained'"));
        }
        openFirst = retained;
        open = new OpenSpan(openFirst);
    }

    /** Rows of chunks that belong to a stretch. */
    long chunkRows() {
        return chunkRows;
    }

    /**
     * Takes up the sealed stretches and makes their directories; the readings in them per series.
     *
     * @param isWhole false when stretches may be missing, which are then found by their chunks
     */
    Map<Integer, Long> sealed(boolean isWhole) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT first, series FROM span")) {
                while (rows.next()) {
                    series.put(rows.getLong(1), rows.getBytes(2));
                }
            }
            for (Span span : Spans.load(connection).view().spans()) {
                long last = sealed.isEmpty() ? 0 : sealed.getLast().last();
                if (span.isSealed() && span.first() > last && span.first() <= span.last()) {
                    sealed.add(span);
                }
            }
            if (!isWhole) {
                findLost();
            }
            statement.execute("DELETE FROM span");
            for (Span span : sealed) {
                directory(span);
            }
            CoverageTable.write(connection, coverages);
        }
        return readings;
    }

    /** Chunks in no known stretch, at sequences whose batches are gone, are a stretch that is lost. */
    private void findLost() throws SQLException {
        TreeMap<Long, long[]> groups = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, sequence, time_min, time_max FROM chunk"
                        + " WHERE sequence >= " + retained
                        + " AND NOT EXISTS(SELECT 1 FROM entry WHERE entry.sequence = chunk.sequence)"
                        + " ORDER BY id")) {
            long[] group = {};
            while (rows.next()) {
                long id = rows.getLong(1);
                long sequence = rows.getLong(2);
                if (sealed.stream().anyMatch(span -> sequence >= span.first() && sequence <= span.last())) {
                    continue;
                }
                if (group.length == 0 || id != group[1] + 1 || sequence < group[3]) {
                    group = new long[] {id, id, sequence, sequence, Long.MAX_VALUE, Long.MIN_VALUE};
                    // What was written later replaced what was at the same place before.
                    groups.put(sequence, group);
                }
                group[1] = id;
                group[3] = sequence;
                group[4] = Math.min(group[4], rows.getLong(3));
                group[5] = Math.max(group[5], rows.getLong(4));
            }
        }
        for (long[] group : groups.values()) {
            long first = group[2];
            for (Span span : sealed) {
                first = span.last() < group[2] ? Math.max(span.last() + 1, Math.min(first, group[2])) : first;
            }
            sealed.add(new Span(first, group[3], group[4], group[5], 0, 1, group[0], group[1], 0, 0));
        }
        sealed.sort((one, other) -> Long.compare(one.first(), other.first()));
    }

    private void directory(Span span) throws SQLException {
        List<Directory.Item> items = new ArrayList<>();
        Map<Integer, long[]> ranges = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id, payload FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id")) {
            query.setLong(1, span.chunkFirst());
            query.setLong(2, span.chunkLast());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    chunkRows++;
                    int row = (int) (rows.getLong(1) - span.chunkFirst());
                    itemsOf(ChunkRow.of(rows.getBytes(2)), row, items, ranges);
                }
            }
        }
        Directory.insert(connection, span.chunkFirst(), Directory.pages(items));
        if (span.level() >= CoverageTable.FROM_LEVEL) {
            ranges.forEach((id, range) -> coverages.computeIfAbsent(id, missing -> new Coverage())
                    .add(range[0], range[1]));
        }
        series.merge(span.first(), OpenSpan.seriesToBytes(ranges), (known, found) -> known);
    }

    private void itemsOf(
            ChunkRow row, int number, List<Directory.Item> items, Map<Integer, long[]> ranges) {
        for (int index = 0; index < row.size(); index++) {
            ChunkHeader header = ChunkCodec.header(row.chunk(index));
            int id = row.series(index);
            items.add(new Directory.Item(
                    id, header.timeMin(), header.timeMax(), number, index, header.count()));
            OpenSpan.widen(ranges, id, header.timeMin(), header.timeMax());
            readings.merge(id, (long) header.count(), Long::sum);
        }
    }

    /** The entries, oldest first. */
    void take(long sequence, Entry entry, long committedAt) throws SQLException {
        while (next < sealed.size() && sealed.get(next).first() <= sequence) {
            closeBefore(sealed.get(next++));
        }
        boolean isOutside = sequence < openFirst;
        if (isOutside) {
            return;
        }
        committed = committedAt;
        switch (entry) {
            case Entry.Batch batch -> open.add(sequence, batch.readings());
            case Entry.Regrade regrade -> open.addTime(sequence, regrade.measuredNanos());
            case Entry.SeriesDefined _, Entry.Reject _, Entry.Gap _, Entry.Inference _, Entry.Alarm _,
                    Entry.Label _, Entry.Observation _, Entry.Aggregate _, Entry.Calibration _,
                    Entry.ClockFix _, Entry.Audit _ -> open.pass(sequence);
        }
        if (open.isComplete()) {
            open.insert(connection, committed);
            openFirst = sequence + 1;
            open = new OpenSpan(openFirst);
        }
    }

    /** After the last entry. */
    void finish() throws SQLException {
        while (next < sealed.size()) {
            closeBefore(sealed.get(next++));
        }
    }

    /** Neighbours leave no gap between them, so that nothing falls between two searches. */
    private void closeBefore(Span span) throws SQLException {
        if (span.first() > openFirst) {
            open.pass(span.first() - 1);
            open.insert(connection, committed);
        }
        OpenSpan.insert(connection, span, series.getOrDefault(span.first(), new byte[] {0}));
        openFirst = span.last() + 1;
        open = new OpenSpan(openFirst);
    }
}
