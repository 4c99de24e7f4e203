package suimon.dataset;

import java.util.Set;

/**
 * Which readings are wanted.
 *
 * @param series numbers of the series; empty for all
 * @param fromNanos measured at or after, nanoseconds since the epoch
 * @param toNanos measured before
 * @param after the cursor of the last export, {@link ExportCursor#START} at first
 * @param rowsMax at most so many rows
 */
public record ExportRequest(Set<Integer> series, long fromNanos, long toNanos, ExportCursor after, long rowsMax) {
    public ExportRequest {
        series = Set.copyOf(series);
        if (rowsMax < 1) {
            throw new IllegalArgumentException("rowsMax is " + rowsMax + ", expected at least 1");
        }
    }

    boolean wants(int ofSeries, long measured) {
        return measured >= fromNanos && measured < toNanos && (series.isEmpty() || series.contains(ofSeries));
    }
}
