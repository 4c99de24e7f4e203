package suimon.backhaul;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;

/**
 * What one or several frames hold, before packing. Series numbers are the gateway's.
 *
 * @param series definitions of the numbers that the lane uses here for the first time in the epoch
 * @param objects pieces of captures, in order
 */
public record Content(
        List<Series> series, List<Block> blocks, List<Entry> entries, List<Missing> missing,
        @Nullable Heartbeat heartbeat, List<ObjectPiece> objects) {
    public static final Content EMPTY =
            new Content(List.of(), List.of(), List.of(), List.of(), null);

    public Content {
        series = List.copyOf(series);
        blocks = List.copyOf(blocks);
        entries = List.copyOf(entries);
        missing = List.copyOf(missing);
        objects = List.copyOf(objects);
    }

    /** Without pieces of objects. */
    public Content(
            List<Series> series, List<Block> blocks, List<Entry> entries, List<Missing> missing,
            @Nullable Heartbeat heartbeat) {
        this(series, blocks, entries, missing, heartbeat, List.of());
    }

    /** Readings that were committed under the same clock. */
    public record Block(ClockStamp clock, Readings readings) {}

    /** Why entries are not sent; the codes are those of the .proto. */
    public enum Reason {
        /** Older than the destination's maximum age. */
        EXPIRED,
        /** The quota took them before they could be sent. */
        REMOVED,
        /** A single one that {@link Frame#PARTS_MAX} frames can't carry. */
        TOO_LARGE
    }

    /**
     * Entries of the lane that will not come.
     *
     * @param count in the unit of the lane's books: readings in P3, entries elsewhere
     * @param from the first moment they were measured at, as far as it is known
     * @param to the last such moment
     * @param series empty when it is unknown or concerns several
     */
    public record Missing(Reason reason, long count, Instant from, Instant to, String series) {}

    /**
     * A sign of life.
     *
     * @param behind how many log sequence numbers each lane is behind, P0 first
     */
    public record Heartbeat(Instant at, List<Long> behind) {
        public Heartbeat {
            behind = List.copyOf(behind);
        }
    }
}
