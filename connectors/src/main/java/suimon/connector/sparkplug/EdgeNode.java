package suimon.connector.sparkplug;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is known of one edge node and its devices. For one thread. */
final class EdgeNode {
    /** So many messages ahead of their turn are held; with one more those missing are given up. */
    static final int HELD_MAX = 64;

    private static final int SEQUENCES = 256;

    final String group;
    final String name;
    final Map<Long, Known> byAlias = new HashMap<>();
    final Map<String, Known> byName = new HashMap<>();
    final Set<String> alive = new HashSet<>();
    /** Ahead of their turn, by how far. */
    final TreeMap<Integer, Held> held = new TreeMap<>();
    boolean isOnline;
    long bdSeq = -1;
    int expected;
    long heldSinceTicks;
    /** Messages that came while no birth was known, and when the first of them came. */
    int unborn;
    long unbornNanos;
    long lastNanos;
    boolean wasAsked;
    long askedTicks;
    /** When it counts as dead if it was not born again; meaningful while {@link #isAwaited}. */
    long awaitedUntilTicks;
    boolean isAwaited;

    /** A metric of a birth. */
    record Known(String device, String name, int type) {}

    record Held(Incoming message, Metric.Payload payload) {}

    EdgeNode(String group, String name) {
        this.group = group;
        this.name = name;
    }

    /** The metric that a message means; null when no birth told of it. */
    @Nullable Known known(String device, Metric metric) {
        if (!metric.name().isEmpty()) {
            return byName.get(key(device, metric.name()));
        }
        Known found = byAlias.get(metric.alias());
        return found == null || !found.device.equals(device) ? null : found;
    }

    /** Takes over what a birth says of the node itself or of a device. */
    void born(String device, List<Metric> metrics) {
        byName.values().removeIf(known -> known.device.equals(device));
        byAlias.values().removeIf(known -> known.device.equals(device));
        for (Metric metric : metrics) {
            Known known = new Known(device, metric.name(), metric.type());
            byName.put(key(device, metric.name()), known);
            if (metric.alias() >= 0) {
                byAlias.put(metric.alias(), known);
            }
        }
        alive.add(device);
    }

    /** How far a message is ahead of its turn: 0 is its turn, 128 and more is behind. */
    int ahead(int sequence) {
        return Math.floorMod(sequence - expected, SEQUENCES);
    }

    void expectAfter(int sequence) {
        expected = (sequence + 1) % SEQUENCES;
    }

    @Override
    public String toString() {
        return group + "/" + name;
    }

    private static String key(String device, String metric) {
        return device + "\n" + metric;
    }
}
