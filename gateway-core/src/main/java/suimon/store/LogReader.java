package suimon.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
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
    private final ChunkCodec chunks = new ChunkCodec();
    private final Stand stand;
    private final ShownStretches shown;

    LogReader(Path folder, Connection connection, LogState state) {
        this.folder = folder;
        this.connection = connection;
        this.state = state;
        this.stand = new Stand(state.pins());
        this.shown = new ShownStretches(state);
    }

    /** Takes readings as they are found. */
    @FunctionalInterface
    public interface RowVisitor {
        /** Returns false to end the visit. */
        boolean visit(long sequence, Readings readings, int row);

        /** Takes neighbouring rows at once, from the first up to but without the end. */
        default boolean visitRows(long sequence, Readings readings, int first, int end) {
            for (int row = first; row < end; row++) {
                if (!visit(sequence, readings, row)) {
                    return false;
                }
            }
            return true;
        }

        /** A reading shown earlier has this grade from here on, see {@link Entry.Regrade}. */
        default void regrade(long sequence, Entry.Regrade regrade) {}
    }

    /**
     * Entries after the sequence, oldest first: at most so many entries and about so many bytes.
     * Entries that retention has removed are skipped.
     *
     * <p>Readings that were sealed since they were committed come as the batch of a row of chunks, by
     * series. No reading is missed or shown twice by who goes on from any entry he was shown: until
     * the next call or {@link #close} what was shown stays as it is.
     */
    public List<Sequenced> after(long sequence, int entriesMax, long bytesMax) throws StoreFailed {
        List<Sequenced> found = new ArrayList<>();
        while (true) {
            long begun = stand.begin();
            // Once more where everything found was damaged: an empty answer means the log's end.
            long last = sequence;
            List<Sequenced> recent = state.recent().after(sequence, entriesMax, bytesMax, BYTES_PER_READING);
            if (recent != null) {
                found.addAll(recent);
                last = found.getLast().sequence();
            }
            for (long before = -1; found.isEmpty() && last != before; ) {
                before = last;
                last = readAfter(last, entriesMax, bytesMax, found);
            }
            if (stand.settle(sequence, last, begun)) {
                return found;
            }
            found.clear();
        }
    }

    /**
     * Stands at the place that is found, as after having been shown what comes up to it: a place
     * that is only remembered may be sealed over before the first look. Returns the place.
     *
     * @param place finds it; asked again when something was rewritten around it meanwhile
     */
    public long standAt(LongSupplier place) {
        return stand.standAt(place);
    }

    /** Holds one more place that is found, such as a walk's end, until {@link #close}; returns it. */
    public long hold(LongSupplier place) {
        return stand.hold(place);
    }

    /**
     * Entries of the given kinds after the sequence, oldest first, at most so many and about so many
     * bytes. Other entries cost nothing. Not for batches.
     */
    public List<Sequenced> after(
            List<Class<? extends Entry>> kinds, long sequence, int entriesMax, long bytesMax)
            throws StoreFailed {
        if (kinds.contains(Entry.Batch.class)) {
            throw new IllegalArgumentException("batches are walked over with all other entries");
        }
        String codes = kinds.stream()
                .map(type -> Integer.toString(EntryKind.ofType(type).code()))
                .collect(java.util.stream.Collectors.joining(","));
        List<Sequenced> found = new ArrayList<>();
        // The literal lets SQLite see that the partial index over all kinds but batches serves.
        try (PreparedStatement query = connection.prepareStatement("SELECT sequence, kind, payload"
                + " FROM entry WHERE kind IN (" + codes + ") AND kind > 1"
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

    /** The newest measured time of any reading there ever was; Long.MIN_VALUE when there is none. */
    public long latestMeasured() {
        return state.newestTimes().latest();
    }

    /** The newest entries of the given kinds, newest first. Not for batches. */
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
        visitEntries(List.of(series), fromNanos, toNanos, rowsOf(series, fromNanos, toNanos, visitor));
    }

    /** Shows of batches and regrades what is about the series and measured in [from, to). */
    static EntryVisitor rowsOf(int series, long fromNanos, long toNanos, RowVisitor visitor) {
        return (sequence, entry) -> switch (entry) {
            case Entry.Batch batch ->
                    visitRows(sequence, batch.readings(), series, fromNanos, toNanos, visitor);
            case Entry.Regrade regrade -> {
                if (regrade.series() == series) {
                    visitor.regrade(sequence, regrade);
                }
                yield true;
            }
            // The queries ask for those two alone.
            default -> true;
        };
    }

    /** Takes batches and regrades. */
    interface EntryVisitor {
        /** Returns false to end the visit. */
        boolean visit(long sequence, Entry entry);
    }

    /**
     * Shows the batches and regrades that may concern readings of the series measured in [from, to):
     * of equal times the later shown is the one that counts.
     */
    void visitEntries(List<Integer> series, long fromNanos, long toNanos, EntryVisitor visitor)
            throws StoreFailed {
        TimeScan scan = new TimeScan(connection, state, codec, chunks, fromNanos, toNanos);
        try (ReadTransaction snapshot = snapshot()) {
            for (Span span : snapshot.view().holding(fromNanos, toNanos)) {
                if (!scan.visitSeries(span, series, visitor)) {
                    return;
                }
            }
        } catch (SQLException failed) {
            throw explain("reading by time", failed);
        }
    }

    /**
     * Batches and regrades after the sequence that may concern readings measured in [from, to),
     * oldest first: at most so many and about so many bytes in memory. Stretches of the log that
     * hold other times are not read. What was shown is held as by {@link #after}.
     */
    public List<Sequenced> inTime(
            long sequence, long fromNanos, long toNanos, int entriesMax, long bytesMax) throws StoreFailed {
        while (true) {
            long begun = stand.begin();
            List<Sequenced> found = readInTime(sequence, fromNanos, toNanos, entriesMax, bytesMax);
            long last = found.isEmpty() ? sequence : found.getLast().sequence();
            if (stand.settle(sequence, last, begun)) {
                return found;
            }
        }
    }

    private List<Sequenced> readInTime(
            long sequence, long fromNanos, long toNanos, int entriesMax, long bytesMax) throws StoreFailed {
        List<Sequenced> found = new ArrayList<>();
        long[] bytes = {0};
        TimeScan scan = new TimeScan(connection, state, codec, chunks, fromNanos, toNanos);
        try (ReadTransaction snapshot = snapshot()) {
            for (Span span : snapshot.view().holding(fromNanos, toNanos)) {
                boolean goesOn = span.last() <= sequence || scan.visitAll(span, sequence, (at, entry) -> {
                    found.add(new Sequenced(at, entry));
                    bytes[0] += entry instanceof Entry.Batch batch
                            ? batch.readings().size() * BYTES_PER_READING : BYTES_PER_READING;
                    return found.size() < entriesMax && bytes[0] < bytesMax;
                });
                if (!goesOn) {
                    break;
                }
            }
            return found;
        } catch (SQLException failed) {
            throw explain("reading by time", failed);
        }
    }

    /** How many of the sequences between the two, both excluded, vanished when they were sealed, as last shown. */
    public long mergedBetween(long after, long before) {
        return shown.mergedBetween(after, before);
    }

    /** Takes times of which there are readings. */
    interface RangeVisitor {
        void visit(int series, long from, long to);
    }

    /**
     * Shows what times the closed stretches may hold readings of, without reading the stretches;
     * returns the sequence they end at, where a walk over the rest begins.
     */
    long visitRanges(RangeVisitor visitor) throws StoreFailed {
        try {
            while (true) {
                long begun = stand.begin();
                long last;
                try (ReadTransaction snapshot = snapshot()) {
                    CoverageTable.visit(connection, visitor);
                    last = snapshot.view().lastCovered();
                }
                if (stand.settle(last, last, begun)) {
                    return last;
                }
            }
        } catch (SQLException failed) {
            throw explain("reading what times are covered", failed);
        }
    }

    /**
     * One-minute statistics of a series, oldest first, for intervals that begin in [from, to) and
     * hold readings; of raw values, see {@link Bucket#calibrated}. The newest seconds may be missing.
     */
    public List<Bucket> buckets(int series, long fromNanos, long toNanos) throws StoreFailed {
        try {
            return new RollupSearch(connection, state).minutes(series, fromNanos, toNanos);
        } catch (SQLException failed) {
            throw explain("reading rollups", failed);
        }
    }

    /** The same by the hour, for charts of weeks and more: of past days the minutes are not read. */
    public List<Bucket> hours(int series, long fromNanos, long toNanos) throws StoreFailed {
        try {
            return new RollupSearch(connection, state).hours(series, fromNanos, toNanos);
        } catch (SQLException failed) {
            throw explain("reading rollups", failed);
        }
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        stand.release();
        try {
            connection.close();
        } catch (SQLException ignored) {
            // A connection that only read has nothing to lose.
        }
    }

    static boolean visitRows(
            long sequence, Readings readings, int series, long from, long to, RowVisitor visitor) {
        int row = 0;
        while (row < readings.size()) {
            int first = row;
            while (row < readings.size() && readings.series(row) == series
                    && readings.measured(row) >= from && readings.measured(row) < to) {
                row++;
            }
            if (row > first && !visitor.visitRows(sequence, readings, first, row)) {
                return false;
            }
            row++;
        }
        return true;
    }

    private long readAfter(long sequence, int entriesMax, long bytesMax, List<Sequenced> found)
            throws StoreFailed {
        try (ReadTransaction snapshot = snapshot();
                LogWalk rows = new LogWalk(connection, state, codec, chunks, sequence, entriesMax,
                        snapshot.view())) {
            shown.take(snapshot.view());
            for (int taken = 0; taken < entriesMax && rows.bytes() < bytesMax && rows.hasNext(); taken++) {
                Entry entry = rows.next();
                if (entry != null) {
                    found.add(new Sequenced(rows.sequence(), entry));
                }
            }
            return rows.sequence();
        } catch (SQLException failed) {
            throw explain("reading entries after " + sequence, failed);
        }
    }

    private ReadTransaction snapshot() throws SQLException {
        return ReadTransaction.begin(connection, state.spans());
    }

    private void readNewest(EntryKind kind, int entriesMax, List<Sequenced> found) throws StoreFailed {
        // The literal lets SQLite see that the partial index over all kinds but batches serves.
        String condition = "kind = " + kind.code() + " AND kind > 1";
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
