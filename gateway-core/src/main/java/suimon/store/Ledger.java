package suimon.store;

import java.nio.file.Path;
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
import java.util.TreeSet;
import suimon.reading.Entry;
import suimon.reading.Series;

/**
 * The books held against the log itself: what the gateway says it stored beside what a recount
 * finds. Any difference is a defect or damage. Reads every entry once, over a snapshot, while the
 * gateway runs or is stopped.
 *
 * @param books as kept in the transactions
 * @param newest the newest sequence
 * @param entries entries found
 * @param readings readings found, per series' number
 * @param names series' names by number
 * @param cursors where the destinations stand
 * @param damaged entries that could not be read
 */
public record Ledger(
        Books books, long newest, long entries, Map<Integer, Long> readings, Map<Integer, String> names,
        Map<String, Cursor> cursors, long damaged) {
    public Ledger {
        readings = Map.copyOf(readings);
        names = Map.copyOf(names);
        cursors = Map.copyOf(cursors);
    }

    /** Reads the ledger of the log in a data folder without disturbing the gateway. */
    public static Ledger read(Path folder) throws StoreFailed {
        try (Connection connection = Database.openReader(folder);
                Statement statement = connection.createStatement()) {
            // One snapshot for all of it, or a running gateway would seem to be out of balance.
            statement.execute("BEGIN");
            LogState state = LogState.load(connection);
            Map<Integer, Long> readings = new HashMap<>();
            long entries = recount(statement, state, readings) + recountChunks(connection, state, readings);
            Map<Integer, String> names = new HashMap<>();
            for (Series series : state.names().all()) {
                names.put(series.id(), series.name());
            }
            statement.execute("COMMIT");
            return new Ledger(state.standing().books(), state.newest(), entries, readings, names,
                    state.standing().cursors(), state.damaged());
        } catch (SQLException failed) {
            throw Database.explain(Database.file(folder), "reading the ledger", failed);
        }
    }

    /** Whether there is no {@link #differences difference}. */
    public boolean balanced() {
        return differences().isEmpty();
    }

    /** What doesn't add up, each in a sentence. */
    public List<String> differences() {
        List<String> found = new ArrayList<>();
        books.sources().forEach((name, book) -> {
            if (!book.balanced()) {
                found.add("source " + name + ": received " + book.received() + ", but decoded + rejected"
                        + " + refused = " + (book.decoded() + book.rejected() + book.refused()));
            }
        });
        for (int id : allSeries()) {
            addSeriesDifferences(id, found);
        }
        books.lanes().forEach((lane, book) -> {
            String name = "uplink/" + lane.destination() + "/" + lane.name();
            Cursor cursor = cursors.get(name);
            if (cursor != null && book.total() != cursor.position()) {
                found.add("lane " + lane.destination() + "/" + lane.name() + ": its counts add up to "
                        + book.total() + ", but it has passed " + cursor.position() + " entries");
            }
        });
        if (entries + books.removedEntries() + books.mergedEntries() + books.lostEntries() != newest) {
            found.add("the log: " + entries + " entries found + " + books.removedEntries() + " removed + "
                    + books.mergedEntries() + " merged + " + books.lostEntries() + " lost, but " + newest
                    + " were committed");
        }
        if (damaged > 0) {
            found.add("the log: " + damaged + " damaged entries can't be read");
        }
        return found;
    }

    /** The ledger as tables in plain text, with the differences at the end. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-32s %12s %12s %12s %12s%n",
                "source (messages)", "received", "decoded", "rejected", "refused"));
        new TreeMap<>(books.sources()).forEach((name, book) -> text.append(
                String.format("%-32s %12d %12d %12d %12d%n", name, book.received(), book.decoded(),
                        book.rejected(), book.refused())));
        text.append(String.format("%n%-32s %12s %12s %12s %12s %12s %12s %12s %12s%n", "series (readings)",
                "decoded", "stored", "repeated", "removed", "expired", "thinned", "lost", "in the log"));
        for (int id : allSeries()) {
            appendSeries(text, nameOf(id), bookOf(id), present(id));
        }
        appendSeries(text, "all series", books.readings(),
                readings.values().stream().mapToLong(Long::longValue).sum());
        text.append(String.format("%n%-32s %12s %12s %12s %12s %12s %12s%n",
                "lane (entries)", "delivered", "pending", "expired", "thinned", "unmeant", "ahead"));
        new TreeMap<>(books.lanes()).forEach((lane, book) -> text.append(
                String.format("%-32s %12d %12d %12d %12d %12d %12d%n",
                        lane.destination() + "/" + lane.name(), book.delivered(), book.pending(),
                        book.expired(), book.thinned(), book.unmeant(), newest - book.total())));
        text.append(String.format("%nlog: %d entries committed, %d in the log, %d removed by quota,"
                + " %d merged by sealing, %d lost by damage%n", newest, entries, books.removedEntries(),
                books.mergedEntries(), books.lostEntries()));
        List<String> differences = differences();
        differences.forEach(difference -> text.append("DIFFERENCE ").append(difference).append('\n'));
        text.append(differences.isEmpty() ? "The books balance.\n" : "The books do NOT balance.\n");
        return text.toString();
    }

    private static void appendSeries(StringBuilder text, String name, Books.SeriesBook book, long found) {
        text.append(String.format("%-32s %12d %12d %12d %12d %12d %12d %12d %12d%n", name, book.decoded(),
                book.stored(), book.repeated(), book.removed(), book.expired(), book.thinned(), book.lost(),
                found));
    }

    private void addSeriesDifferences(int id, List<String> found) {
        Books.SeriesBook book = bookOf(id);
        if (!book.balanced()) {
            found.add("series " + nameOf(id) + ": decoded " + book.decoded() + ", but stored + repeated = "
                    + (book.stored() + book.repeated()));
        }
        if (book.present() != present(id)) {
            found.add("series " + nameOf(id) + ": stored - removed - thinned - lost = " + book.present()
                    + ", but " + present(id) + " readings are in the log");
        }
    }

    private TreeSet<Integer> allSeries() {
        TreeSet<Integer> all = new TreeSet<>(books.series().keySet());
        all.addAll(readings.keySet());
        return all;
    }

    private Books.SeriesBook bookOf(int id) {
        Books.SeriesBook book = books.series().get(id);
        return book == null ? new Books.SeriesBook(0, 0, 0, 0, 0) : book;
    }

    private long present(int id) {
        return readings.getOrDefault(id, 0L);
    }

    private String nameOf(int id) {
        return names.getOrDefault(id, "number " + id);
    }

    private static long recount(Statement statement, LogState state, Map<Integer, Long> readings)
            throws SQLException {
        EntryCodec codec = new EntryCodec();
        long entries = 0;
        try (ResultSet rows = statement.executeQuery("SELECT sequence, kind, payload FROM entry")) {
            while (rows.next()) {
                entries++;
                try {
                    Entry entry = codec.decode(EntryKind.ofCode(rows.getInt(2)), rows.getBytes(3));
                    if (entry instanceof Entry.Batch batch) {
                        for (int row = 0; row < batch.readings().size(); row++) {
                            readings.merge(batch.readings().series(row), 1L, Long::sum);
                        }
                    }
                } catch (IllegalArgumentException damage) {
                    state.reportDamage(rows.getLong(1), damage);
                }
            }
        }
        return entries;
    }

    /** Decodes every chunk: a header may say what the rest doesn't hold. */
    private static long recountChunks(Connection connection, LogState state, Map<Integer, Long> readings)
            throws SQLException {
        ChunkCodec codec = new ChunkCodec();
        long found = 0;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT sequence, payload FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id")) {
            for (Span span : state.spans().view().sealedAfter(0)) {
                query.setLong(1, span.chunkFirst());
                query.setLong(2, span.chunkLast());
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        found++;
                        long sequence = rows.getLong(1);
                        recount(sequence, rows.getBytes(2), codec, state, readings);
                    }
                }
            }
        }
        return found;
    }

    private static void recount(
            long sequence, byte[] payload, ChunkCodec codec, LogState state, Map<Integer, Long> readings) {
        try {
            ChunkRow row = ChunkRow.of(payload);
            for (int index = 0; index < row.size(); index++) {
                try {
                    long count = row.read(index, codec).size();
                    readings.merge(row.series(index), count, Long::sum);
                } catch (IllegalArgumentException damage) {
                    state.reportDamage(sequence, damage);
                }
            }
        } catch (IllegalArgumentException damage) {
            state.reportDamage(sequence, damage);
        }
    }
}
