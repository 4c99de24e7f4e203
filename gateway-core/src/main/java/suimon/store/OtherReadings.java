package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * Readings of series beside the one that is being settled, of the whole log: what is sealed and what
 * is not, with the grades they have by now. Used by the sealing thread.
 */
final class OtherReadings {
    /** Of more readings between two times only the earliest are seen. */
    private static final int ROWS_MAX = Settling.AROUND_MAX;

    private final Connection connection;
    private final LogState state;
    private final EntryCodec entries = new EntryCodec();
    private final ChunkCodec chunks = new ChunkCodec();

    OtherReadings(Connection connection, LogState state) {
        this.connection = connection;
        this.state = state;
    }

    /** As {@link #read}, for those who know no SQL. */
    Readings show(int series, long from, long to) throws StoreFailed {
        try {
            return read(series, from, to);
        } catch (SQLException failed) {
            throw new StoreFailed("readings of series " + series + " can't be read", failed);
        }
    }

    /** By time, of each time the one that counts. */
    Readings read(int series, long from, long to) throws SQLException {
        return read(series, from, to, span -> true);
    }

    /** The same of those sealed stretches alone. */
    Readings readSealed(int series, long from, long to, Predicate<Span> spans) throws SQLException {
        return read(series, from, to, span -> span.isSealed() && spans.test(span));
    }

    /** Whether such stretches may hold any. */
    boolean hasSealed(int series, long from, long to, Predicate<Span> spans) throws SQLException {
        for (Span span : state.spans().view().holding(from, to)) {
            if (span.isSealed() && spans.test(span)
                    && !Directory.find(connection, span, series, from, to).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private Readings read(int series, long from, long to, Predicate<Span> spans) throws SQLException {
        TimeSorted sorted = new TimeSorted(ROWS_MAX);
        TimeScan scan = new TimeScan(connection, state, entries, chunks, from, to);
        try (ReadTransaction snapshot = ReadTransaction.begin(connection, state.spans())) {
            for (Span span : snapshot.view().holding(from, to)) {
                if (spans.test(span)) {
                    scan.visitSeries(span, List.of(series), LogReader.rowsOf(series, from, to, sorted));
                }
            }
        }
        return sorted.toReadings();
    }
}
