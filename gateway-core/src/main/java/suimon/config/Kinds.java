package suimon.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The records that a {@code kind} key chooses from, per place: which sources, links and gates this
 * installation has. Made by the application from what it finds on the class path.
 */
public record Kinds(Map<Class<?>, SortedMap<String, Class<? extends Record>>> byPlace) {
    public Kinds {
        byPlace = Map.copyOf(byPlace);
    }

    public static Kinds none() {
        return new Kinds(Map.of());
    }

    /** The kinds for one place, sorted by name; empty when the installation has none. */
    public SortedMap<String, Class<? extends Record>> at(Class<?> place) {
        SortedMap<String, Class<? extends Record>> found = byPlace.get(place);
        return found == null ? new TreeMap<>() : found;
    }
}
