package suimon.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import suimon.reading.Entry;

/**
 * Messages that could not be decoded: the first of a kind per source and hour is kept whole, the
 * others are counted, so that rubbish at full rate fills no disk. One thread.
 */
final class Rejects {
    /** A longer payload is cut. */
    static final int PAYLOAD_BYTES_MAX = 4096;

    /** More kinds than these in an hour are counted under the kind {@code other}. */
    static final int KINDS_MAX = 256;

    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final Map<Kind, Count> counts = new HashMap<>();
    private final List<Entry> ready = new ArrayList<>();

    private record Kind(String source, String reason) {}

    private static final class Count {
        private final long hour;
        private long unwritten;
        private String address;
        private long lastAt;

        Count(long hour, String address) {
            this.hour = hour;
            this.address = address;
        }
    }

    /** Notes a reject; digits in the reason don't make another kind. */
    void add(String source, String address, byte[] payload, long receivedNanos, String reason) {
        String general = reason.replaceAll("[0-9]+", "#").replaceAll("'[^']*'", "'...'");
        Kind kind = new Kind(source, counts.size() < KINDS_MAX ? general : "other");
        Count count = counts.get(kind);
        long hour = receivedNanos / HOUR_NANOS;
        if (count != null && count.hour != hour) {
            writeCount(kind, count);
            count = null;
        }
        if (count != null) {
            count.unwritten++;
            count.address = address;
            count.lastAt = receivedNanos;
            return;
        }
        counts.put(kind, new Count(hour, address));
        byte[] kept = payload.length <= PAYLOAD_BYTES_MAX ? payload : Arrays.copyOf(payload, PAYLOAD_BYTES_MAX);
        ready.add(new Entry.Reject(
                source, address, instant(receivedNanos), reason, new Entry.Payload(kept), 0));
    }

    /** Once a minute: what was only counted becomes an entry. */
    void writeCounts() {
        for (Iterator<Map.Entry<Kind, Count>> each = counts.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Kind, Count> next = each.next();
            if (next.getValue().unwritten > 0) {
                writeCount(next.getKey(), next.getValue());
            }
        }
    }

    /** A new hour: the next of each kind is kept whole again. */
    void forgetHoursBefore(long nowNanos) {
        long hour = nowNanos / HOUR_NANOS;
        counts.entrySet().removeIf(each -> each.getValue().unwritten == 0 && each.getValue().hour < hour);
    }

    /** Hands over what should be committed. */
    List<Entry> drain() {
        List<Entry> drained = List.copyOf(ready);
        ready.clear();
        return drained;
    }

    private void writeCount(Kind kind, Count count) {
        ready.add(new Entry.Reject(kind.source, count.address, instant(count.lastAt), kind.reason,
                Entry.Payload.NONE, count.unwritten - 1));
        count.unwritten = 0;
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
    }
}
