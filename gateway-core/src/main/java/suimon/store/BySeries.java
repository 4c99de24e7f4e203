package suimon.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Something for each series, found by its number in an array: numbers are given from 1 upwards, and
 * this is asked for every reading. Not safe for several threads.
 */
public final class BySeries<T> {
    /** Numbers from here on are kept in a map; no gateway has so many series. */
    private static final int DENSE_MAX = 1 << 17;

    private @Nullable Object[] dense = new Object[64];
    private final Map<Integer, T> others = new HashMap<>();

    /** Takes what belongs to a series. */
    public interface Visitor<T> {
        void visit(int series, T what);
    }

    /** What belongs to the series; null when nothing does. */
    @SuppressWarnings("unchecked")
    public @Nullable T get(int series) {
        if (series < 0 || series >= DENSE_MAX) {
            return others.get(series);
        }
        return series < dense.length ? (T) dense[series] : null;
    }

    T computeIfAbsent(int series, IntFunction<T> made) {
        T known = get(series);
        if (known != null) {
            return known;
        }
        T fresh = made.apply(series);
        put(series, fresh);
        return fresh;
    }

    /** Gives the series something instead of what it had. */
    public void put(int series, T fresh) {
        if (series < 0 || series >= DENSE_MAX) {
            others.put(series, fresh);
        } else {
            if (series >= dense.length) {
                dense = Arrays.copyOf(dense, Math.max(series + 1, Math.min(DENSE_MAX, dense.length + dense.length / 4)));
            }
            dense[series] = fresh;
        }
    }

    /** Nothing belongs to the series any more. */
    void remove(int series) {
        if (series < 0 || series >= DENSE_MAX) {
            others.remove(series);
        } else if (series < dense.length) {
            dense[series] = null;
        }
    }

    /** Visits what is there, in the order of the numbers as far as they are dense. */
    @SuppressWarnings("unchecked")
    public void forEach(Visitor<T> visitor) {
        for (int series = 0; series < dense.length; series++) {
            Object found = dense[series];
            if (found != null) {
                visitor.visit(series, (T) found);
            }
        }
        others.forEach(visitor::visit);
    }
}
