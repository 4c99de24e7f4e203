package suimon.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;

/** Reads the log over a connection of its own; not safe for several threads. */
public final class LogReader implements AutoCloseable {
    /** What a reading takes in memory, about. */
    private static final long BYTES_PER_READING = 48;

    private final Path folder;
    private final Connection connection;
    private final LogState state;
    private final EntryCodec codec = new EntryCodec();

    LogReader(Path folder, Connection connection, LogState state) {
        this.folder = folder;
        this.connection = connection;
        this.state = state;
    }

    /** Takes readings as they are found. */
    @FunctionalInterface
    public interface RowVisitor {
        /** Returns false to end the visit. */
        boolean visit(long sequence, Readings readings, int row);

        /** A reading shown earlier has this grade from here on, see {@link Entry.Regrade}. */
        default void regrade(long sequence, long measuredNanos, Grade grade) {}
    }

    /**
     * Entries after the sequence, oldest first: at most so many entries and about so many bytes.
     * Entries that retention has removed are skipped.
     */
    public List<Sequenced> after(long sequence, int entriesMax, long bytesMax) throws StoreFailed {
        List<Sequenced> found = new ArrayList<>();
        long last = sequence;
        // Once more where everything found was damaged: an empty answer means the log's end.
        while (found.isEmpty()) {
            long before = last;
            last = readAfter(last, entriesMax, bytesMax, found);
            if (last == before) {
                break;
            }
        }
        return found;
    }

    /**
     * Entries of the given kinds after the sequence, oldest first, at most so many and about so many
     * bytes. Other entries cost nothing, so batches are left out cheaply.
     */
    public List<Sequenced> after(
            List<Class<? extends Entry>> kinds, long sequence, int entriesMax, long bytesMax)
            throws StoreFailed {
        String codes = kinds.stream()
                .map(type -> Integer.toString(EntryKind.ofType(type).code()))
                .collect(java.util.stream.Collectors.joining(","));
        boolean holdsBatches = kinds.contains(Entry.Batch.class);
        List<Sequenced> found = new ArrayList<>();
        // The literal lets SQLite see that the partial index over all kinds but batches serves.
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, kind, payload"
                + " FROM entry WHERE kind IN (" + codes + ")" + (holdsBatches ? "" : " AND kind > 1")
                + " AND sequence > ? ORDER BY sequence LIMIT ?")) {
            query.setLong(1, sequence);
            query.setInt(2, entriesMax);
            long bytes = 0;
            try (ResultSet rows = query.executeQuery()) {
                while (bytes < bytesMax && rows.next()) {
                    byte[] payload = rows.getBytes(3);
                    bytes += payload.length;
                    Entry entry = decode(rows.getLong(1), rows.getInt(2), payload);
                    if (entry != null) {
                        found.add(new Sequenced(rows.getLong(1), entry));
                    }
                }
            }
            return found;
        } catch (SQLException failed) {
            throw explain("reading entries by kind after " + sequence, failed);
        }
    }

    /** The newest measured time of any reading; Long.MIN_VALUE when there is none. Reads all rows. */
    public long latestMeasured() throws StoreFailed {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT max(time_max) FROM entry WHERE kind = 1");
                ResultSet row = query.executeQuery()) {
            long latest = row.next() ? row.getLong(1) : 0;
            return row.wasNull() ? Long.MIN_VALUE : latest;
        } catch (SQLException failed) {
            throw explain("looking for the newest measured time", failed);
        }
    }

    /** The newest entries of the given kinds, newest first. */
    public List<Sequenced> newest(List<Class<? extends Entry>> kinds, int entriesMax)
            throws StoreFailed {
        List<Sequenced> found = new ArrayList<>();
        for (Class<? extends Entry> type : kinds) {
            readNewest(EntryKind.ofType(type), entriesMax, found);
        }
        found.sort((one, other) -> Long.compare(other.sequence(), one.sequence()));
        return List.copyOf(found.subList(0, Math.min(entriesMax, found.size())));
    }

    /**
     * The readings of a series measured in [from, to), by measured time; of several for one time the
     * one committed last. At most so many, the earliest.
     */
    public Readings readings(int series, long fromNanos, long toNanos, int limit) throws StoreFailed {
        TimeSorted sorted = new TimeSorted(limit);
        visit(series, fromNanos, toNanos, sorted);
        return sorted.toReadings();
    }

    /**
     * Shows all readings of a series measured in [from, to) in the order of the log, revisions
     * included.
     */
    public void visit(int series, long fromNanos, long toNanos, RowVisitor visitor) throws StoreFailed {
        visitEntries(fromNanos, toNanos, (sequence, entry) -> switch (entry) {
            case Entry.Batch batch ->
                    visitRows(sequence, batch.readings(), series, fromNanos, toNanos, visitor);
            case Entry.Regrade regrade -> {
                if (regrade.series() == series) {
                    visitor.regrade(sequence, regrade.measuredNanos(), regrade.grade());
                }
                yield true;
            }
            // The query asks for those two alone.
            default -> true;
        });
    }

    /** Takes batches and regrades. */
    interface EntryVisitor {
        /** Returns false to end the visit. */
        boolean visit(long sequence, Entry entry);
    }

    /** Shows the batches and regrades that may concern readings measured in [from, to). */
    void visitEntries(long fromNanos, long toNanos, EntryVisitor visitor) throws StoreFailed {
        visitEntries(0, fromNanos, toNanos, visitor);
    }

    private void visitEntries(long after, long fromNanos, long toNanos, EntryVisitor visitor)
            throws StoreFailed {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT sequence, kind, payload FROM entry WHERE sequence BETWEEN ? AND ?"
                        + " AND kind IN (1, 13) AND time_max >= ? AND time_min < ? ORDER BY sequence")) {
            for (Spans.Range range : state.spans().holding(fromNanos, toNanos)) {
                if (range.last() <= after) {
                    continue;
                }
                query.setLong(1, Math.max(range.first(), after + 1));
                query.setLong(2, range.last());
                query.setLong(3, fromNanos);
                query.setLong(4, toNanos);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        Entry entry = decode(rows.getLong(1), rows.getInt(2), rows.getBytes(3));
                        if (entry != null && !visitor.visit(rows.getLong(1), entry)) {
                            return;
                        }
                    }
                }
            }
        } catch (SQLException failed) {
            throw explain("reading by time", failed);
        }
    }

    /**
     * Batches and regrades after the sequence that may concern readings measured in [from, to),
     * oldest first: at most so many and about so many bytes in memory. Stretches of the log that
     * hold other times are not read.
     */
    public List<Sequenced> inTime(
            long sequence, long fromNanos, long toNanos, int entriesMax, long bytesMax) throws StoreFailed {
        List<Sequenced> found = new ArrayList<>();
        long[] bytes = {0};
        visitEntries(sequence, fromNanos, toNanos, (at, entry) -> {
            found.add(new Sequenced(at, entry));
            bytes[0] += entry instanceof Entry.Batch batch
                    ? batch.readings().size() * BYTES_PER_READING : BYTES_PER_READING;
            return found.size() < entriesMax && bytes[0] < bytesMax;
        });
        return found;
    }

    /** Takes stretches of the log. */
    interface SpanVisitor {
        /** Per series its earliest and latest measured time in the stretch. */
        void visit(long first, long last, Map<Integer, long[]> ranges);
    }

    /** Shows all closed stretches, oldest first; what follows {@link #lastSpanned} is the tail. */
    void visitSpans(SpanVisitor visitor) throws StoreFailed {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT first, last, series FROM span ORDER BY first");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                visitor.visit(rows.getLong(1), rows.getLong(2), OpenSpan.seriesOf(rows.getBytes(3)));
            }
        } catch (SQLException failed) {
            throw explain("reading spans", failed);
        }
    }

    long lastSpanned() {
        return state.spans().lastCovered();
    }

    /**
     * One-minute statistics of a series, oldest first, for intervals that begin in [from, to) and
     * hold readings; of raw values, see {@link Bucket#calibrated}. The newest seconds may be missing.
     */
    public List<Bucket> buckets(int series, long fromNanos, long toNanos) throws StoreFailed {
        NavigableMap<Long, List<Bucket>> blocks = new TreeMap<>();
        Rollups rollups = state.rollups();
        if (rollups != null) {
            // Memory first: a block that leaves it meanwhile is on disk by then.
            rollups.show(series, block -> blocks.put(block.block, block.buckets(fromNanos, toNanos)));
        }
        try {
            for (RollupBlock block : RollupTable.find(connection, series,
                    RollupBlock.blockOf(fromNanos), RollupBlock.blockOf(toNanos))) {
                blocks.putIfAbsent(block.block, block.buckets(fromNanos, toNanos));
            }
        } catch (SQLException failed) {
            throw explain("reading rollups", failed);
        }
        List<Bucket> found = new ArrayList<>();
        blocks.values().forEach(found::addAll);
        return found;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // A connection that only read has nothing to lose.
        }
    }

    private static boolean visitRows(
            long sequence, Readings readings, int series, long from, long to, RowVisitor visitor) {
        for (int row = 0; row < readings.size(); row++) {
            long time = readings.measured(row);
            boolean isWanted = readings.series(row) == series && time >= from && time < to;
            if (isWanted && !visitor.visit(sequence, readings, row)) {
                return false;
            }
        }
        return true;
    }

    private long readAfter(long sequence, int entriesMax, long bytesMax, List<Sequenced> found)
            throws StoreFailed {
        long last = sequence;
        long bytes = 0;
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, kind, payload"
                + " FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?")) {
            query.setLong(1, sequence);
            query.setInt(2, entriesMax);
            try (ResultSet rows = query.executeQuery()) {
                while (bytes < bytesMax && rows.next()) {
                    last = rows.getLong(1);
                    byte[] payload = rows.getBytes(3);
                    bytes += payload.length;
                    Entry entry = decode(last, rows.getInt(2), payload);
                    if (entry != null) {
                        found.add(new Sequenced(last, entry));
                    }
                }
            }
            return last;
        } catch (SQLException failed) {
            throw explain("reading entries after " + sequence, failed);
        }
    }

    private void readNewest(EntryKind kind, int entriesMax, List<Sequenced> found) throws StoreFailed {
        // The literal lets SQLite see that the partial index over all kinds but batches serves.
        String condition = kind == EntryKind.BATCH ? "kind = 1" : "kind = " + kind.code() + " AND kind > 1";
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, payload FROM entry"
                + " WHERE " + condition + " ORDER BY sequence DESC LIMIT ?")) {
            query.setInt(1, entriesMax);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Entry entry = decode(rows.getLong(1), kind, rows.getBytes(2));
                    if (entry != null) {
                        found.add(new Sequenced(rows.getLong(1), entry));
                    }
                }
            }
        } catch (SQLException failed) {
            throw explain("reading the newest entries", failed);
        }
    }

    private @Nullable Entry decode(long sequence, int kind, byte[] payload) {
        try {
            return decode(sequence, EntryKind.ofCode(kind), payload);
        } catch (IllegalArgumentException unknown) {
            state.reportDamage(sequence, unknown);
            return null;
        }
    }

    private @Nullable Entry decode(long sequence, EntryKind kind, byte[] payload) {
        try {
            return codec.decode(kind, payload);
        } catch (RuntimeException damage) {
            state.reportDamage(sequence, damage);
            return null;
        }
    }

    private StoreFailed explain(String doing, SQLException failed) {
        return Database.explain(Database.file(folder), doing, failed);
    }
}
