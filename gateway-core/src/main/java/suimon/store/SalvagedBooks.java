package suimon.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Words;

/**
 * Makes a salvaged file consistent: the stretches anew from what is there, and the books
 * corrected by what is not, so that they balance with the loss in them.
 */
final class SalvagedBooks {
    private final Connection connection;
    private final SalvagedSpans spans;
    private final Map<Integer, Long> present = new HashMap<>();
    private final Set<Integer> defined = new HashSet<>();
    private final EntryCodec codec = new EntryCodec();
    private final List<long[]> wrongTimes = new ArrayList<>();
    private long entries;
    private long newest;

    private SalvagedBooks(Connection connection, SalvagedSpans spans) {
        this.connection = connection;
        this.spans = spans;
    }

    /** What is missing, as far as the books know. */
    record Loss(long entries, long readings) {}

    /**
     * Everything after the rows were copied.
     *
     * @param hasAllSpans whether the table of stretches was whole
     * @param now when the entries that this adds are committed, in milliseconds since the epoch
     */
    static Loss settle(Connection connection, boolean hasAllSpans, long now) throws SQLException {
        SalvagedBooks books = new SalvagedBooks(connection, new SalvagedSpans(connection));
        books.findNewest();
        Map<Integer, Long> chunked = books.spans.sealed(hasAllSpans);
        books.entries += books.spans.chunkRows();
        books.recount(chunked);
        books.correctTimes();
        books.nameTheNameless(now);
        return books.correct();
    }

    /** No number may be given twice, so the highest that anything mentions counts. */
    private void findNewest() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String query : List.of("SELECT max(sequence) FROM entry",
                    "SELECT value FROM meta WHERE name = 'newest'",
                    "SELECT value FROM meta WHERE name = 'folded'",
                    "SELECT max(after) FROM change", "SELECT max(position) FROM cursor",
                    "SELECT max(last) FROM span", "SELECT max(sequence) FROM chunk")) {
                newest = Math.max(newest, Database.single(statement, query));
            }
        }
    }

    private void recount(Map<Integer, Long> chunked) throws SQLException {
        chunked.forEach((series, count) -> present.merge(series, count, Long::sum));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT sequence, kind, payload, time_min, time_max,"
                        + " committed FROM entry ORDER BY sequence")) {
            while (rows.next()) {
                entries++;
                take(rows);
            }
        }
        spans.finish();
    }

    private void take(ResultSet rows) throws SQLException {
        long sequence = rows.getLong(1);
        Entry entry = codec.decode(EntryKind.ofCode(rows.getInt(2)), rows.getBytes(3));
        spans.take(sequence, entry, rows.getLong(6));
        if (entry instanceof Entry.Batch batch) {
            checkTimes(rows, batch.readings());
        } else if (entry instanceof Entry.SeriesDefined series) {
            defined.add(series.series().id());
        }
    }

    private void checkTimes(ResultSet rows, Readings readings) throws SQLException {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        for (int row = 0; row < readings.size(); row++) {
            present.merge(readings.series(row), 1L, Long::sum);
            earliest = Math.min(earliest, readings.measured(row));
            latest = Math.max(latest, readings.measured(row));
        }
        boolean isRight = readings.size() == 0
                || rows.getLong(4) == earliest && rows.getLong(5) == latest;
        if (!isRight) {
            wrongTimes.add(new long[] {rows.getLong(1), earliest, latest});
        }
    }

    /** The times in the row have no checksum of their own, and a search by time believes them. */
    private void correctTimes() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (long[] row : wrongTimes) {
                statement.execute("UPDATE entry SET time_min = " + row[1] + ", time_max = " + row[2]
                        + " WHERE sequence = " + row[0]);
            }
        }
    }

    /** A series whose definition is lost gets a name, or its readings could not be shown. */
    private void nameTheNameless(long now) throws SQLException {
        Set<Integer> nameless = new TreeSet<>(present.keySet());
        nameless.removeAll(defined);
        List<EntryTable.Row> rows = new ArrayList<>();
        for (int id : nameless) {
            String name = "lost/" + id;
            Entry entry = new Entry.SeriesDefined(new Series(id, name, Words.same(name), "", 0));
            rows.add(new EntryTable.Row(++newest, entry, EntryKind.SERIES_DEFINED, codec.encode(entry)));
        }
        EntryTable.insert(connection, rows, new ChangeSet(), now, newest);
        entries += rows.size();
    }

    private Loss correct() throws SQLException {
        Standing standing = LogState.load(connection).standing();
        Books books = standing.books();
        ChangeSet change = new ChangeSet();
        long lostReadings = correctSeries(books, change);
        books.lanes().forEach((lane, book) -> {
            Cursor cursor = standing.cursors().get("uplink/" + lane.destination() + "/" + lane.name());
            long missing = (cursor == null ? 0 : cursor.position()) - book.total();
            if (missing != 0) {
                change.lanes.add(lane, 0, 0, missing, 0, 0);
            }
        });
        long missing = newest - entries - books.removedEntries() - books.mergedEntries() - books.lostEntries();
        change.lostEntries = Math.max(0, missing);
        change.removedEntries = Math.min(0, missing);
        if (!change.isEmpty()) {
            EntryTable.insertChange(connection, newest, change.toBytes());
        }
        Retention.setMeta(connection, "newest", newest);
        return new Loss(change.lostEntries, lostReadings);
    }

    private long correctSeries(Books books, ChangeSet change) {
        Set<Integer> all = new TreeSet<>(books.series().keySet());
        all.addAll(present.keySet());
        long lost = 0;
        for (int id : all) {
            Books.SeriesBook book = books.series().getOrDefault(id, new Books.SeriesBook(0, 0, 0, 0, 0));
            long missing = book.present() - present.getOrDefault(id, 0L);
            if (missing > 0) {
                change.lost.add(id, missing);
                lost += missing;
            }
            // Where the book itself was lost, what is there was stored.
            long found = Math.max(0, -missing);
            long undecoded = book.stored() + book.repeated() - book.decoded();
            if (found != 0 || undecoded != 0) {
                change.series.add(id, found + undecoded, found);
            }
        }
        return lost;
    }
}
