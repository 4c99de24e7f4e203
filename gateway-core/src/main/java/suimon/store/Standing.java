package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import suimon.reading.Readings;

/**
 * Where the log stands after its newest commit: books, cursors and what owners keep.
 *
 * <p>Totals live in tables as of the last fold; what came since lives in memory and in the change
 * sets of the rows after it, from which it is rebuilt at open. Safe for many threads; folding and
 * reading what is kept exclude each other, so that a reader never sees half of a fold.
 */
final class Standing {
    private static final int SOURCE = 1;
    private static final int SERIES = 2;
    private static final int LANE = 3;
    private static final int LOG = 4;
    private static final int LOST = 5;
    private static final int THINNED = 6;

    /** Behind the counts of a series: whether the table has others. */
    private static final int UNFOLDED = ChangeSet.SERIES_COUNTS;

    private final LongsBySeries series = new LongsBySeries(ChangeSet.SERIES_COUNTS + 1, 0);
    private final Tally<String> sources = new Tally<>(ChangeSet.SOURCE_COUNTS);
    private final Tally<Books.Lane> lanes = new Tally<>(ChangeSet.LANE_COUNTS);
    private final Tally<String> log = new Tally<>(1);
    private final Tally<Integer> lost = new Tally<>(1);
    /** Beside the counts of a series, since most logs are never thinned. */
    private final LongsBySeries thinned = new LongsBySeries(1, 0);
    private final Map<String, Cursor> cursors = new HashMap<>();

    private final Map<ChangeSet.KeptKey, byte[]> unfoldedKept = new HashMap<>();
    private final Set<String> unfoldedSources = new HashSet<>();
    private final Set<Books.Lane> unfoldedLanes = new HashSet<>();
    private final Set<String> unfoldedCursors = new HashSet<>();
    private final Set<Integer> unfoldedThinned = new HashSet<>();

    /** Adds what is committed; the set's series counts are the differences to the rows. */
    synchronized void apply(ChangeSet set) {
        set.series.forEach(this::addSeries);
        sources.addAll(set.sources);
        unfoldedSources.addAll(set.sources.counts().keySet());
        lanes.addAll(set.lanes);
        unfoldedLanes.addAll(set.lanes.counts().keySet());
        cursors.putAll(set.cursors);
        unfoldedCursors.addAll(set.cursors.keySet());
        unfoldedKept.putAll(set.kept);
        log.add("removed", set.removedEntries);
        log.add("merged", set.mergedEntries);
        log.add("lost", set.lostEntries);
        lost.addAll(set.lost);
        set.thinned.counts().forEach((id, row) -> thinned.add(id, 0, row[0]));
        unfoldedThinned.addAll(set.thinned.counts().keySet());
    }

    private void addSeries(int id, long[] deltas, int at) {
        for (int index = 0; index < ChangeSet.SERIES_COUNTS; index++) {
            if (deltas[at + index] != 0) {
                series.add(id, index, deltas[at + index]);
            }
        }
        series.set(id, UNFOLDED, 1);
    }

    synchronized void applyRows(Readings rows) {
        ChangeSet.visitRuns(rows, (id, run) -> {
            series.add(id, ChangeSet.DECODED, run);
            series.add(id, ChangeSet.STORED, run);
            series.set(id, UNFOLDED, 1);
        });
    }

    synchronized Cursor cursor(String name) {
        Cursor found = cursors.get(name);
        return found == null ? new Cursor(name, 0, 1) : found;
    }

    synchronized Map<String, Cursor> cursors() {
        return Map.copyOf(cursors);
    }

    /** Readings of the series that are in the log: stored and neither removed, thinned nor lost. */
    synchronized long present(int id) {
        return series.get(id, ChangeSet.STORED) - series.get(id, ChangeSet.REMOVED) - thinned.get(id, 0)
                - lostOf(id);
    }

    synchronized Books books() {
        return new Books(
                sources.toBooks(row -> new Books.SourceBook(row[0], row[1], row[2], row[3])),
                seriesBooks(),
                lanes.toBooks(row -> new Books.LaneBook(row[0], row[1], row[2], row[3], row[4])),
                log.of("removed")[0], log.of("merged")[0], log.of("lost")[0]);
    }

    private Map<Integer, Books.SeriesBook> seriesBooks() {
        Map<Integer, Books.SeriesBook> books = new HashMap<>();
        series.forEach((id, counts, at) -> books.put(id, bookOf(id, counts, at)));
        // After damage a series may have nothing but this, which must not be overlooked.
        thinned.forEach((id, counts, at) -> books.computeIfAbsent(id,
                missing -> new Books.SeriesBook(0, 0, 0, 0, 0, counts[at], lostOf(id))));
        return books;
    }

    private Books.SeriesBook bookOf(int id, long[] counts, int at) {
        return new Books.SeriesBook(counts[at + ChangeSet.DECODED], counts[at + ChangeSet.STORED],
                counts[at + ChangeSet.REPEATED], counts[at + ChangeSet.REMOVED], counts[at + ChangeSet.EXPIRED],
                thinned.get(id, 0), lostOf(id));
    }

    private long lostOf(int id) {
        long[] gone = lost.counts().get(id);
        return gone == null ? 0 : gone[0];
    }

    synchronized Map<String, byte[]> kept(Connection reader, String owner) throws SQLException {
        Map<String, byte[]> kept = new HashMap<>();
        try (PreparedStatement query = reader.prepareStatement(
                "SELECT key, bytes FROM kept WHERE owner = ?")) {
            query.setString(1, owner);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    kept.put(rows.getString(1), rows.getBytes(2));
                }
            }
        }
        unfoldedKept.forEach((key, bytes) -> {
            if (key.owner().equals(owner)) {
                kept.put(key.key(), bytes.clone());
            }
        });
        kept.values().removeIf(bytes -> bytes.length == 0);
        return kept;
    }

    /** Reads the totals as of the last fold. */
    synchronized void load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT kind, item, counts FROM book")) {
                while (rows.next()) {
                    loadBook(rows.getInt(1), rows.getString(2), new ByteReader(rows.getBytes(3)));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT name, position, replay FROM cursor")) {
                while (rows.next()) {
                    String name = rows.getString(1);
                    cursors.put(name, new Cursor(name, rows.getLong(2), rows.getLong(3)));
                }
            }
        }
    }

    private void loadBook(int kind, String item, ByteReader counts) {
        if (kind == SERIES) {
            for (int index = 0; index < ChangeSet.SERIES_COUNTS; index++) {
                series.set(Integer.parseInt(item), index, counts.getSigned());
            }
            return;
        }
        if (kind == THINNED) {
            thinned.set(Integer.parseInt(item), 0, counts.getSigned());
            return;
        }
        long[] row = switch (kind) {
            case SOURCE -> sources.of(item);
            case LANE -> {
                int cut = item.lastIndexOf('\n');
                yield lanes.of(new Books.Lane(item.substring(0, cut), item.substring(cut + 1)));
            }
            case LOG -> log.of(item);
            case LOST -> lost.of(Integer.valueOf(item));
            default -> throw new IllegalArgumentException("no book has the kind " + kind);
        };
        for (int index = 0; index < row.length; index++) {
            row[index] = counts.getSigned();
        }
    }

    /** Runs the fold's whole transaction, so that {@link #kept} sees all of it or nothing. */
    synchronized void fold(Connection connection, FoldTransaction transaction) throws SQLException {
        transaction.run(() -> writeTotals(connection));
        unfoldedKept.clear();
        series.forEach((id, counts, at) -> counts[at + UNFOLDED] = 0);
        unfoldedSources.clear();
        unfoldedLanes.clear();
        unfoldedCursors.clear();
        unfoldedThinned.clear();
    }

    /** A transaction that writes the totals where it is told to. */
    interface FoldTransaction {
        void run(Totals totals) throws SQLException;
    }

    /** Writes the totals into the tables. */
    interface Totals {
        void write() throws SQLException;
    }

    private void writeTotals(Connection connection) throws SQLException {
        try (PreparedStatement book = connection.prepareStatement(
                "INSERT OR REPLACE INTO book(kind, item, counts) VALUES(?, ?, ?)")) {
            for (int id : unfoldedSeries()) {
                writeBook(book, SERIES, Integer.toString(id), countsOf(id));
            }
            for (String name : unfoldedSources) {
                writeBook(book, SOURCE, name, sources.of(name));
            }
            for (Books.Lane lane : unfoldedLanes) {
                writeBook(book, LANE, lane.destination() + '\n' + lane.name(), lanes.of(lane));
            }
            for (int id : unfoldedThinned) {
                writeBook(book, THINNED, Integer.toString(id), new long[] {thinned.get(id, 0)});
            }
            for (var item : log.counts().entrySet()) {
                writeBook(book, LOG, item.getKey(), item.getValue());
            }
            for (var series : lost.counts().entrySet()) {
                writeBook(book, LOST, series.getKey().toString(), series.getValue());
            }
        }
        writeCursors(connection);
        writeKept(connection);
    }

    private List<Integer> unfoldedSeries() {
        List<Integer> unfolded = new ArrayList<>();
        series.forEach((id, counts, at) -> {
            if (counts[at + UNFOLDED] != 0) {
                unfolded.add(id);
            }
        });
        return unfolded;
    }

    private long[] countsOf(int id) {
        long[] counts = new long[ChangeSet.SERIES_COUNTS];
        for (int index = 0; index < counts.length; index++) {
            counts[index] = series.get(id, index);
        }
        return counts;
    }

    private void writeCursors(Connection connection) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                "INSERT OR REPLACE INTO cursor(name, position, replay) VALUES(?, ?, ?)")) {
            for (String name : unfoldedCursors) {
                Cursor cursor = cursor(name);
                write.setString(1, name);
                write.setLong(2, cursor.position());
                write.setLong(3, cursor.replayFrom());
                write.execute();
            }
        }
    }

    private void writeKept(Connection connection) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(
                        "INSERT OR REPLACE INTO kept(owner, key, bytes) VALUES(?, ?, ?)");
                PreparedStatement remove = connection.prepareStatement(
                        "DELETE FROM kept WHERE owner = ? AND key = ?")) {
            for (var kept : unfoldedKept.entrySet()) {
                PreparedStatement statement = kept.getValue().length == 0 ? remove : write;
                statement.setString(1, kept.getKey().owner());
                statement.setString(2, kept.getKey().key());
                if (statement == write) {
                    statement.setBytes(3, kept.getValue());
                }
                statement.execute();
            }
        }
    }

    private static void writeBook(PreparedStatement book, int kind, String item, long[] counts)
            throws SQLException {
        ByteWriter bytes = new ByteWriter(32);
        for (long count : counts) {
            bytes.putSigned(count);
        }
        book.setInt(1, kind);
        book.setString(2, item);
        book.setBytes(3, bytes.toBytes());
        book.execute();
    }
}
