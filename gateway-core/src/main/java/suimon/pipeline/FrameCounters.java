package suimon.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the frame counters of LoRaWAN devices say: whether an uplink came before, how many did not
 * come, whether the device began anew. For one thread; after a restart the first uplink of a device
 * says nothing.
 */
final class FrameCounters {
    /** Of more devices the one that was silent longest is forgotten: its next uplink says nothing. */
    static final int DEVICES_MAX = Decoder.SERIES_MAX;

    /** Repeats of one frame come within seconds; the same frame much later is a device that began anew. */
    static final long REPEAT_WITHIN_NANOS = 120_000_000_000L;

    /** A counter that is back by more than this, in time order, was reset rather than overtaken. */
    private static final long LATE_WITHIN_NANOS = 10_000_000_000L;

    private final Map<String, Frame> newest = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * One uplink.
     *
     * @param session what changes when the device joins again
     * @param counter FCntUp, 0 to 2^32 - 1
     * @param payload the FRMPayload as the server wrote it
     */
    record Frame(String session, long counter, long measuredNanos, String payload) {}

    /** What an uplink is in the order of its device. */
    enum Place {
        /** The first that is known of. */
        FIRST,
        NEXT,
        /** The device joined again or lost its counter. */
        RESET,
        /** Overtaken by a newer one on the way. */
        LATE,
        /** The same frame once more, by another way. */
        REPEAT
    }

    /** Where the frame stands; nothing is remembered until {@link #keep}. */
    Place place(String device, Frame frame) {
        Frame before = newest.get(device);
        if (before == null) {
            return Place.FIRST;
        }
        if (!before.session.equals(frame.session)) {
            return Place.RESET;
        }
        if (frame.counter > before.counter) {
            return Place.NEXT;
        }
        long later = frame.measuredNanos - before.measuredNanos;
        if (frame.counter == before.counter) {
            boolean isRepeat = frame.payload.equals(before.payload) && Math.abs(later) <= REPEAT_WITHIN_NANOS;
            return isRepeat ? Place.REPEAT : later > 0 ? Place.RESET : Place.LATE;
        }
        return later > LATE_WITHIN_NANOS ? Place.RESET : Place.LATE;
    }

    /** How many frames between the newest and this one did not come; null where nothing is known. */
    @Nullable Long missed(String device, Frame frame) {
        Frame before = newest.get(device);
        return before == null || place(device, frame) != Place.NEXT ? null : frame.counter - before.counter - 1;
    }

    /** The uplink was decoded. */
    void keep(String device, Frame frame, Place place) {
        if (place == Place.LATE || place == Place.REPEAT) {
            return;
        }
        newest.put(device, frame);
        if (newest.size() > DEVICES_MAX) {
            newest.remove(newest.keySet().iterator().next());
        }
    }
}
