package suimon.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Series;

/** Series by name and by number, as last defined. Safe for many threads. */
final class SeriesNames {
    private final ByName<Series> byName = new ByName<>(Series::name);
    private final BySeries<Series> byId = new BySeries<>();
    private int highest;

    synchronized void put(Series series) {
        byName.put(series);
        byId.put(series.id(), series);
        highest = Math.max(highest, series.id());
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
        return highest + 1;
    }

    synchronized Collection<Series> all() {
        List<Series> all = new ArrayList<>();
        byId.forEach((id, series) -> all.add(series));
        all.sort(Comparator.comparingInt(Series::id));
        return List.copyOf(all);
    }
}
