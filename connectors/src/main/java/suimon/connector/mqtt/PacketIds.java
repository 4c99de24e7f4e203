package suimon.connector.mqtt;

import java.util.Arrays;

/** A growing list of packet identifiers. For one thread. */
final class PacketIds {
    private int[] ids = new int[64];
    private int size;

    int size() {
        return size;
    }

    /** The first {@link #size} of these; valid until something is added. */
    int[] ids() {
        return ids;
    }

    void add(int[] more) {
        if (size + more.length > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(size + more.length, 2 * ids.length));
        }
        System.arraycopy(more, 0, ids, size, more.length);
        size += more.length;
    }

    void clear() {
        size = 0;
    }
}
