package suimon.connector.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.jspecify.annotations.Nullable;

/** What a server remembers of its nodes; survives the server, as a historian's disk does. */
public final class Historian {
    /** At so many values of one node the oldest goes. */
    public static final int VALUES_MAX = 200_000;

    private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();

    /** Values of one node by the order they came in. */
    private static final class Shelf {
        private final List<DataValue> values = new ArrayList<>();
        private long forgotten;
    }

    /**
     * A part of a node's history.
     *
     * @param next where the next part begins; -1 when this was the last
     */
    public record Part(List<DataValue> values, long next) {}

    /** Keeps a value with a source time. */
    public void keep(String node, DataValue value) {
        Shelf shelf = shelves.computeIfAbsent(node, any -> new Shelf());
        synchronized (shelf) {
            if (shelf.values.size() >= VALUES_MAX) {
                shelf.values.subList(0, VALUES_MAX / 10).clear();
                shelf.forgotten += VALUES_MAX / 10;
            }
            shelf.values.add(value);
        }
    }

    /** Forgets everything, as a server without a disk does when it restarts. */
    public void forget() {
        shelves.clear();
    }

    /** The newest value; null when there is none. */
    public @Nullable DataValue newest(String node) {
        Shelf shelf = shelves.get(node);
        if (shelf == null) {
            return null;
        }
        synchronized (shelf) {
            return shelf.values.isEmpty() ? null : shelf.values.getLast();
        }
    }

    /**
     * Values with a source time in the range, both ends included, from the place {@code begin} on.
     *
     * @param from in units of 100 ns since 1601, as {@code DateTime} counts
     */
    public Part read(String node, long from, long to, long begin, int most) {
        Shelf shelf = shelves.get(node);
        if (shelf == null) {
            return new Part(List.of(), -1);
        }
        synchronized (shelf) {
            List<DataValue> found = new ArrayList<>();
            int index = (int) Math.max(0, begin - shelf.forgotten);
            for (; index < shelf.values.size(); index++) {
                DataValue value = shelf.values.get(index);
                long time = value.sourceTime() == null ? 0 : value.sourceTime().utcTime();
                if (time >= from && time <= to) {
                    if (found.size() == most) {
                        return new Part(found, index + shelf.forgotten);
                    }
                    found.add(value);
                }
            }
            return new Part(found, -1);
        }
    }
}
