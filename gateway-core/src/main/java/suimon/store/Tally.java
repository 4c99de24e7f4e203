package suimon.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Counters under keys. */
final class Tally<K> {
    private final int width;
    private final Map<K, long[]> counts = new HashMap<>();

    Tally(int width) {
        this.width = width;
    }

    /** The counters of the key, zero at first; the caller may change them. */
    long[] of(K key) {
        return counts.computeIfAbsent(key, missing -> new long[width]);
    }

    void add(K key, long... deltas) {
        long[] row = of(key);
        for (int index = 0; index < deltas.length; index++) {
            row[index] += deltas[index];
        }
    }

    void addAll(Tally<K> other) {
        other.counts.forEach(this::add);
    }

    Map<K, long[]> counts() {
        return counts;
    }

    boolean isZero() {
        for (long[] row : counts.values()) {
            if (!isZero(row)) {
                return false;
            }
        }
        return true;
    }

    <B> Map<K, B> toBooks(Function<long[], B> book) {
        Map<K, B> books = new HashMap<>();
        counts.forEach((key, row) -> books.put(key, book.apply(row)));
        return books;
    }

    /** Writes the rows that are not zero. */
    void write(ByteWriter to, KeyWriter<K> keys) {
        to.putVarint(counts.values().stream().filter(row -> !isZero(row)).count());
        counts.forEach((key, row) -> {
            if (!isZero(row)) {
                keys.write(key, to);
                for (long count : row) {
                    to.putSigned(count);
                }
            }
        });
    }

    void read(ByteReader from, Function<ByteReader, K> keys) {
        int rows = from.getCount(1);
        for (int row = 0; row < rows; row++) {
            K key = keys.apply(from);
            long[] deltas = new long[width];
            for (int index = 0; index < width; index++) {
                deltas[index] = from.getSigned();
            }
            add(key, deltas);
        }
    }

    private static boolean isZero(long[] row) {
        for (long count : row) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes a key. */
    interface KeyWriter<K> {
        void write(K key, ByteWriter to);
    }
}
