package suimon.hub;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import suimon.backhaul.Epoch;
import suimon.store.Log;

/**
 * An epoch the hub has heard of.
 *
 * @param order rising with each new one
 * @param latest measured time of the newest reading it had then; Long.MIN_VALUE in the first
 */
record Known(long order, long latest) {
    static final String OWNER = "hub";

    /** Those that the log keeps, the oldest first. */
    static Map<Epoch, Known> load(Log log) {
        TreeMap<Long, Map.Entry<Epoch, Known>> ordered = new TreeMap<>();
        log.kept(OWNER).forEach((key, bytes) -> {
            if (key.startsWith("epoch/")) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                Known known = new Known(buffer.getLong(), buffer.getLong());
                ordered.put(known.order(),
                        Map.entry(new Epoch(Long.parseUnsignedLong(key.substring(6), 16)), known));
            }
        });
        Map<Epoch, Known> found = new LinkedHashMap<>();
        ordered.values().forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }
}
