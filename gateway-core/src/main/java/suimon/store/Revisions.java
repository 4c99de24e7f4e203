package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import suimon.reading.Entry;
import suimon.reading.Readings;

/**
 * Tells which readings have another one for the same time elsewhere in the log, which they revise or
 * which revises them: were the revision left out, what it revised would come back. For one thread.
 */
final class Revisions {
    private final Connection connection;
    private final LogState state;
    private final EntryCodec entries = new EntryCodec();
    private final ChunkCodec chunks = new ChunkCodec();

    Revisions(Connection connection, LogState state) {
        this.connection = connection;
        this.state = state;
    }

    /** The rows of which the log holds more than these; of one series by time, and not none. */
    BitSet elsewhere(Readings sorted) throws SQLException {
        long[] times = new long[sorted.size()];
        for (int row = 0; row < times.length; row++) {
            times[row] = sorted.measured(row);
        }
        int[] found = new int[times.length];
        int series = sorted.series(0);
        TimeScan scan = new TimeScan(
                connection, state, entries, chunks, times[0], times[times.length - 1] + 1);
        try (ReadTransaction snapshot = ReadTransaction.begin(connection, state.spans())) {
            for (Span span : snapshot.view().holding(times[0], times[times.length - 1] + 1)) {
                scan.visitSeries(span, List.of(series), (sequence, entry) -> {
                    if (entry instanceof Entry.Batch batch) {
                        count(batch.readings(), series, times, found);
                    }
                    return true;
                });
            }
        }
        BitSet elsewhere = new BitSet(times.length);
        for (int row = 0; row < times.length; row++) {
            if (found[row] != countOf(times, row)) {
                elsewhere.set(row);
            }
        }
        return elsewhere;
    }

    /** Each is counted at all rows of its time. */
    private static void count(Readings readings, int series, long[] times, int[] found) {
        for (int row = 0; row < readings.size(); row++) {
            int at = readings.series(row) == series ? Arrays.binarySearch(times, readings.measured(row)) : -1;
            if (at >= 0) {
                for (int same = first(times, at); same < times.length && times[same] == times[at]; same++) {
                    found[same]++;
                }
            }
        }
    }

    private static int first(long[] times, int at) {
        int first = at;
        while (first > 0 && times[first - 1] == times[at]) {
            first--;
        }
        return first;
    }

    private static int countOf(long[] times, int row) {
        int first = first(times, row);
        int end = row;
        while (end < times.length && times[end] == times[row]) {
            end++;
        }
        return end - first;
    }
}
