package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * Finds what the log says about a time: batches and regrades, and the chunks of sealed stretches.
 *
 * <p>The grade that a regrade gave to a reading of its own stretch was written into the chunk when
 * that was sealed. So the regrades of a sealed stretch are shown before its chunks: they are about
 * earlier stretches.
 */
final class TimeScan {
    private static final String REGRADES = "SELECT sequence, kind, payload FROM entry"
            + " WHERE sequence BETWEEN ? AND ? AND kind = 13 AND kind > 1"
            + " AND time_max >= ? AND time_min < ? ORDER BY sequence";
    private static final String ENTRIES = "SELECT sequence, kind, payload FROM entry"
            + " WHERE sequence BETWEEN ? AND ? AND kind IN (1, 13)"
            + " AND time_max >= ? AND time_min < ? ORDER BY sequence";

    private final Connection connection;
    private final LogState state;
    private final EntryCodec entries;
    private final ChunkCodec chunks;
    private final long from;
    private final long to;

    TimeScan(Connection connection, LogState state, EntryCodec entries, ChunkCodec chunks, long from,
            long to) {
        this.connection = connection;
        this.state = state;
        this.entries = entries;
        this.chunks = chunks;
        this.from = from;
        this.to = to;
    }

    /** Shows entries that may hold something, of any series; false when the visitor ended it. */
    boolean visitAll(Span span, long after, LogReader.EntryVisitor visitor) throws SQLException {
        if (!span.isSealed()) {
            return visitRows(ENTRIES, span, after, List.of(), visitor);
        }
        List<Sequenced> regrades = new ArrayList<>();
        if (span.regrades() > 0) {
            visitRows(REGRADES, span, after, List.of(),
                    (sequence, entry) -> regrades.add(new Sequenced(sequence, entry)));
        }
        int shown = 0;
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, payload FROM chunk"
                + " WHERE id BETWEEN ? AND ? AND sequence > ? AND time_max >= ? AND time_min < ?"
                + " ORDER BY id")) {
            query.setLong(1, span.chunkFirst());
            query.setLong(2, span.chunkLast());
            query.setLong(3, after);
            query.setLong(4, from);
            query.setLong(5, to);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    long sequence = rows.getLong(1);
                    while (shown < regrades.size() && regrades.get(shown).sequence() < sequence) {
                        Sequenced regrade = regrades.get(shown++);
                        if (!visitor.visit(regrade.sequence(), regrade.entry())) {
                            return false;
                        }
                    }
                    Entry batch = batchOf(sequence, rows.getBytes(2));
                    if (batch != null && !visitor.visit(sequence, batch)) {
                        return false;
                    }
                }
            }
        }
        for (Sequenced regrade : regrades.subList(shown, regrades.size())) {
            if (!visitor.visit(regrade.sequence(), regrade.entry())) {
                return false;
            }
        }
        return true;
    }

    /** Shows the readings of some series; false when the visitor ended it. */
    boolean visitSeries(Span span, List<Integer> series, LogReader.EntryVisitor visitor)
            throws SQLException {
        if (!span.isSealed()) {
            return visitRows(ENTRIES, span, 0, series, visitor);
        }
        if (span.regrades() > 0 && !visitRows(REGRADES, span, 0, List.of(), visitor)) {
            return false;
        }
        Map<Long, List<Directory.Item>> byRow = new HashMap<>();
        for (int one : series) {
            for (Directory.Item item : Directory.find(connection, span, one, from, to)) {
                byRow.computeIfAbsent(span.chunkFirst() + item.row(), id -> new ArrayList<>()).add(item);
            }
        }
        List<Long> ids = new ArrayList<>(byRow.keySet());
        ids.sort(Comparator.naturalOrder());
        try (PreparedStatement query =
                connection.prepareStatement("SELECT sequence, payload FROM chunk WHERE id = ?")) {
            for (long id : ids) {
                query.setLong(1, id);
                try (ResultSet row = query.executeQuery()) {
                    if (row.next() && !showChunks(row.getLong(1), row.getBytes(2),
                            byRow.getOrDefault(id, List.of()), visitor)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean showChunks(
            long sequence, byte[] payload, List<Directory.Item> items, LogReader.EntryVisitor visitor) {
        ChunkRow row;
        try {
            row = ChunkRow.of(payload);
        } catch (RuntimeException damage) {
            state.reportDamage(sequence, damage);
            return true;
        }
        for (Directory.Item item : items) {
            Readings readings;
            try {
                readings = row.read(item.index(), chunks);
            } catch (RuntimeException damage) {
                state.reportDamage(sequence, damage);
                continue;
            }
            if (!visitor.visit(sequence, new Entry.Batch(readings, row.clock()))) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Entry batchOf(long sequence, byte[] payload) {
        try {
            return LogWalk.batchOf(ChunkRow.of(payload), from, to, sequence, chunks, state);
        } catch (RuntimeException damage) {
            state.reportDamage(sequence, damage);
            return null;
        }
    }

    /** @param series those that are wanted; none for all */
    private boolean visitRows(String rowsQuery, Span span, long after, List<Integer> series,
            LogReader.EntryVisitor visitor) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(rowsQuery)) {
            query.setLong(1, Math.max(span.first(), after + 1));
            query.setLong(2, span.last());
            query.setLong(3, from);
            query.setLong(4, to);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Entry entry = decode(rows.getLong(1), rows.getInt(2), rows.getBytes(3), series);
                    if (entry != null && !visitor.visit(rows.getLong(1), entry)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private @Nullable Entry decode(long sequence, int kind, byte[] payload, List<Integer> series) {
        try {
            return entries.decode(EntryKind.ofCode(kind), payload, series);
        } catch (RuntimeException damage) {
            state.reportDamage(sequence, damage);
            return null;
        }
    }
}
