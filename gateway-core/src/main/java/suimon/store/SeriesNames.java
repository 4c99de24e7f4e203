package suimon.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.reading.Series;

/** Series by name and by number, as last defined. Safe for many threads. */
final class SeriesNames {
    private final Map<String, Series> byName = new HashMap<>();
    private final TreeMap<Integer, Series> byId = new TreeMap<>();

    synchronized void put(Series series) {
        byName.put(series.name(), series);
        byId.put(series.id(), series);
    }

    synchronized @Nullable Series named(String name) {
        return byName.get(name);
    }

    /** Null when it was never defined. */
    synchronized @Nullable Series find(int id) {
        return byId.get(id);
    }

    synchronized Series numbered(int id) {
        Series found = byId.get(id);
        if (found == null) {
            throw new IllegalArgumentException("no series has the number " + id);
        }
        return found;
    }

    synchronized int nextId() {
        return byId.isEmpty() ? 1 : byId.lastKey() + 1;
    }

    synchronized Collection<Series> all() {
        List<Series> all = new ArrayList<>(byId.values());
        return List.copyOf(all);
    }
}
