package suimon.connector.sparkplug;

import org.jspecify.annotations.Nullable;

/**
 * A message of an edge node as it came.
 *
 * @param device empty where the message is of the node itself
 * @param receivedNanos the wall clock on arrival, nanoseconds since the epoch
 */
record Incoming(
        Kind kind, String group, String node, String device, String topic, byte[] bytes, long receivedNanos) {
    /** What a topic says; commands are not for us. */
    enum Kind {
        NBIRTH,
        NDEATH,
        NDATA,
        DBIRTH,
        DDEATH,
        DDATA;

        boolean isOfDevice() {
            return this == DBIRTH || this == DDEATH || this == DDATA;
        }
    }

    /** Null for topics that carry no data, such as commands, and for what is not Sparkplug. */
    static @Nullable Incoming of(String topic, byte[] bytes, long receivedNanos) {
        String[] levels = topic.split("/", -1);
        if (levels.length < 4 || levels.length > 5 || !levels[0].equals("spBv1.0")) {
            return null;
        }
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(levels[2]) && kind.isOfDevice() == (levels.length == 5)) {
                return new Incoming(kind, levels[1], levels[3], levels.length == 5 ? levels[4] : "", topic, bytes,
                        receivedNanos);
            }
        }
        return null;
    }
}
