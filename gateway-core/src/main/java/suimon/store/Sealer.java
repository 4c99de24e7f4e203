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
import org.jspecify.annotations.Nullable;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * Puts the batches of a stretch into chunks: reads them once to see what there is, then once more per
 * group of series that fits the memory.
 */
final class Sealer {
    /** Readings held in memory at once: about 24 MB. */
    private static final long PASS_READINGS_MAX = 1 << 18;

    private final Connection connection;
    private final LogState state;
    private final EntryCodec codec = new EntryCodec();

    private final FinalGrades grades;

    Sealer(Connection connection, LogState state, FinalGrades grades) {
        this.connection = connection;
        this.state = state;
        this.grades = grades;
    }

    /**
     * What may go once the rows are in force.
     *
     * @param sequences of batches and of regrades that are outdated
     * @param regrades how many stay
     * @param found new grades of readings in earlier stretches
     */
    record Replaced(List<Long> sequences, long regrades, List<Entry> found) {}

    /** Batches in a row under one clock. */
    private static final class Run {
        final Map<Integer, long[]> counts = new TreeMap<>();
        ClockStamp clock;
        long[] sequences = new long[16];
        int size;
        long readings;

        Run(ClockStamp clock) {
            this.clock = clock;
        }

        void add(long sequence, Entry.Batch batch) {
            clock = batch.clock();
            if (size == sequences.length) {
                sequences = Arrays.copyOf(sequences, size * 2);
            }
            sequences[size++] = sequence;
            readings += batch.readings().size();
            for (int row = 0; row < batch.readings().size(); row++) {
                counts.computeIfAbsent(batch.readings().series(row), id -> new long[1])[0]++;
            }
        }

        long first() {
            return sequences[0];
        }

        long last() {
            return sequences[size - 1];
        }
    }

    /** Takes batches. */
    private interface BatchVisitor {
        void visit(long sequence, Entry.Batch batch);
    }

    /** Writes the readings of the stretch into the rows. */
    Replaced seal(long first, long last, StretchRows rows)
            throws SQLException, StoreFailed, InterruptedException {
        Regraded regraded = Regraded.read(connection, first, last, sequence -> 2 * sequence);
        Settling settling = new Settling(connection, state, grades, first, last);
        List<Long> replaced = new ArrayList<>();
        List<Run> runs = runs(first, last);
        for (Run run : runs) {
            rows.beginRun(run.clock, Arrays.copyOf(run.sequences, run.size), run.readings);
            List<Integer> ids = List.copyOf(run.counts.keySet());
            int from = 0;
            while (from < ids.size()) {
                int to = from;
                long count = 0;
                do {
                    count += countOf(run, ids.get(to));
                    to++;
                } while (to < ids.size() && count + countOf(run, ids.get(to)) <= PASS_READINGS_MAX);
                pass(run, ids.subList(from, to), regraded, (sorted, said) -> rows.add(
                        settling.settle(sorted, said, run != runs.getLast())));
                from = to;
            }
            for (int index = 0; index < run.size; index++) {
                replaced.add(run.sequences[index]);
            }
        }
        rows.finish();
        List<Long> outdated = regraded.outdated();
        replaced.addAll(outdated);
        return new Replaced(replaced, regraded.count() - outdated.size(), settling.regrades());
    }

    private static long countOf(Run run, int id) {
        long[] count = run.counts.get(id);
        return count == null ? 0 : count[0];
    }

    private List<Run> runs(long first, long last) throws SQLException {
        List<Run> runs = new ArrayList<>();
        visit(first, last, (sequence, batch) -> {
            Run open = runs.isEmpty() ? null : runs.getLast();
            if (open == null || !ChunkRow.isSameClock(open.clock, batch.clock())) {
                open = new Run(batch.clock());
                runs.add(open);
            }
            open.add(sequence, batch);
        });
        return runs;
    }

    /** The rows of one series while they are collected. */
    private static final class Column {
        final Readings.Builder rows;
        long[] places;

        Column(int capacity, boolean hasPlaces) {
            rows = new Readings.Builder(capacity);
            places = new long[hasPlaces ? capacity : 0];
        }

        void add(Readings from, int row, long place) {
            if (places.length > 0) {
                places[rows.size()] = place;
            }
            rows.addRow(from, row);
        }
    }

    /** Takes the rows of one series by time. */
    private interface ColumnVisitor {
        void visit(Readings sorted, Regraded regraded) throws SQLException, StoreFailed, InterruptedException;
    }

    private void pass(Run run, List<Integer> ids, Regraded regraded, ColumnVisitor visitor)
            throws SQLException, StoreFailed, InterruptedException {
        Map<Integer, Column> columns = new HashMap<>();
        ids.forEach(id -> columns.put(id, new Column((int) countOf(run, id), regraded.has(id))));
        visit(run.first(), run.last(), (sequence, batch) -> collect(sequence, batch, columns, regraded));
        for (int id : ids) {
            Column column = columns.remove(id);
            if (column != null && column.rows.size() > 0) {
                visitor.visit(regraded.sorted(column.rows.build(), column.places), regraded);
            }
        }
    }

    private static void collect(
            long sequence, Entry.Batch batch, Map<Integer, Column> columns, Regraded regraded) {
        Readings readings = batch.readings();
        @Nullable Column column = null;
        int id = 0;
        for (int row = 0; row < readings.size(); row++) {
            if (column == null || readings.series(row) != id) {
                id = readings.series(row);
                column = columns.get(id);
            }
            if (column != null) {
                column.add(readings, row, 2 * sequence);
                if (column.places.length > 0) {
                    regraded.note(2 * sequence, id, readings.measured(row));
                }
            }
        }
    }

    private void visit(long first, long last, BatchVisitor visitor) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, payload FROM entry"
                + " WHERE sequence BETWEEN ? AND ? AND kind = 1 ORDER BY sequence")) {
            query.setLong(1, first);
            query.setLong(2, last);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    try {
                        if (codec.decode(EntryKind.BATCH, rows.getBytes(2)) instanceof Entry.Batch batch) {
                            visitor.visit(rows.getLong(1), batch);
                        }
                    } catch (IllegalArgumentException damage) {
                        // The row stays where it is: its readings are in no chunk.
                        state.reportDamage(rows.getLong(1), damage);
                    }
                }
            }
        }
    }
}
