package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Readings;

/** Goes over the rows of entries and of chunks together, in the order of the log. */
final class LogWalk implements AutoCloseable {
    /** A reading in a chunk counts for so many bytes, about what it takes in a batch. */
    private static final long BYTES_PER_READING = 4;

    private final Connection connection;
    private final LogState state;
    private final EntryCodec entries;
    private final ChunkCodec chunks;
    private final long from;
    private final int rowsMax;
    private final Iterator<Span> sealed;
    private @Nullable PreparedStatement entryQuery;
    private @Nullable PreparedStatement chunkQuery;
    private @Nullable ResultSet entryRows;
    private @Nullable ResultSet chunkRows;
    private long entryAt;
    private long chunkAt;
    private long sequence;
    private long bytes;

    LogWalk(Connection connection, LogState state, EntryCodec entries, ChunkCodec chunks, long from,
            int rowsMax, Spans.View view) throws SQLException {
        this.connection = connection;
        this.state = state;
        this.entries = entries;
        this.chunks = chunks;
        this.from = from;
        this.rowsMax = rowsMax;
        this.sequence = from;
        this.sealed = from >= view.lastSealed()
                ? List.<Span>of().iterator() : view.sealedAfter(from).iterator();
        PreparedStatement query = connection.prepareStatement("SELECT sequence, kind, payload"
                + " FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?");
        entryQuery = query;
        query.setLong(1, from);
        query.setInt(2, rowsMax);
        entryRows = query.executeQuery();
        nextEntry();
        nextChunk();
    }

    /** The sequence of the row taken last. */
    long sequence() {
        return sequence;
    }

    /** What was read so far, about. */
    long bytes() {
        return bytes;
    }

    boolean hasNext() {
        return Math.min(entryAt, chunkAt) < Long.MAX_VALUE;
    }

    /** The next entry; null when it is damaged. */
    @Nullable Entry next() throws SQLException {
        if (chunkAt < entryAt) {
            return nextOfChunks();
        }
        ResultSet row = entryRows;
        if (row == null) {
            throw new IllegalStateException("the walk is over");
        }
        sequence = entryAt;
        byte[] payload = row.getBytes(3);
        bytes += payload.length;
        Entry entry = null;
        try {
            entry = entries.decode(EntryKind.ofCode(row.getInt(2)), payload);
        } catch (RuntimeException damage) {
            state.reportDamage(sequence, damage);
        }
        nextEntry();
        return entry;
    }

    private @Nullable Entry nextOfChunks() throws SQLException {
        ResultSet row = chunkRows;
        if (row == null) {
            throw new IllegalStateException("the walk is over");
        }
        sequence = chunkAt;
        Entry entry = null;
        try {
            ChunkRow chunkRow = ChunkRow.of(row.getBytes(2));
            bytes += BYTES_PER_READING * chunkRow.readings();
            entry = batchOf(chunkRow, Long.MIN_VALUE, Long.MAX_VALUE, sequence, chunks, state);
        } catch (RuntimeException damage) {
            state.reportDamage(sequence, damage);
        }
        nextChunk();
        return entry;
    }

    /** All chunks of the row that may hold something of [from, to); damaged ones are left out. */
    static @Nullable Entry batchOf(
            ChunkRow row, long from, long to, long sequence, ChunkCodec codec, LogState state) {
        Readings.Builder rows = new Readings.Builder((int) Math.min(1 << 20, row.readings()));
        for (int index = 0; index < row.size(); index++) {
            try {
                byte[] chunk = row.chunk(index);
                if (from > Long.MIN_VALUE || to < Long.MAX_VALUE) {
                    ChunkHeader header = ChunkCodec.header(chunk);
                    if (header.timeMax() < from || header.timeMin() >= to) {
                        continue;
                    }
                }
                Readings readings = codec.read(chunk, row.series(index));
                for (int at = 0; at < readings.size(); at++) {
                    rows.addRow(readings, at);
                }
            } catch (RuntimeException damage) {
                state.reportDamage(sequence, damage);
            }
        }
        return rows.size() == 0 ? null : new Entry.Batch(rows.build(), row.clock());
    }

    private void nextEntry() throws SQLException {
        entryAt = entryRows != null && entryRows.next() ? entryRows.getLong(1) : Long.MAX_VALUE;
    }

    private void nextChunk() throws SQLException {
        while (chunkRows == null || !chunkRows.next()) {
            if (!sealed.hasNext()) {
                chunkAt = Long.MAX_VALUE;
                return;
            }
            open(sealed.next());
        }
        chunkAt = chunkRows.getLong(1);
    }

    private void open(Span stretch) throws SQLException {
        if (chunkQuery == null) {
            chunkQuery = connection.prepareStatement("SELECT sequence, payload FROM chunk"
                    + " WHERE id BETWEEN ? AND ? AND sequence > ? ORDER BY id LIMIT ?");
        }
        chunkQuery.setLong(1, stretch.chunkFirst());
        chunkQuery.setLong(2, stretch.chunkLast());
        chunkQuery.setLong(3, from);
        chunkQuery.setInt(4, rowsMax);
        chunkRows = chunkQuery.executeQuery();
    }

    @Override
    public void close() throws SQLException {
        if (entryQuery != null) {
            entryQuery.close();
        }
        if (chunkQuery != null) {
            chunkQuery.close();
        }
    }
}
