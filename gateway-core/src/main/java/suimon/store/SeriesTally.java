package suimon.store;

import java.util.Arrays;

/**
 * Counters of some series, in flat columns: every commit has one of these with all its series, and
 * lives long enough to be copied by the collector.
 */
final class SeriesTally {
    private static final int ROOM_MIN = 8;

    private final int width;
    private int[] series = new int[ROOM_MIN];
    private long[] counts;
    /** One more than the place in series, at the series' slot or behind it with no gap between; 0 is free. */
    private int[] table = new int[2 * ROOM_MIN];
    private int size;

    /** So many counters for each series. */
    SeriesTally(int width) {
        this.width = width;
        counts = new long[ROOM_MIN * width];
    }

    /** Adds to the first counters of a series. */
    void add(int id, long... deltas) {
        int at = width * placeOf(id);
        for (int index = 0; index < deltas.length; index++) {
            counts[at + index] += deltas[index];
        }
    }

    boolean isZero() {
        return Arrays.stream(counts, 0, width * size).allMatch(count -> count == 0);
    }

    /** Shows all series, those too whose counters are zero again. */
    void forEach(LongsBySeries.Visitor visitor) {
        for (int place = 0; place < size; place++) {
            visitor.visit(series[place], counts, width * place);
        }
    }

    /** Writes the series that are not zero. */
    void write(ByteWriter to) {
        int written = 0;
        for (int place = 0; place < size; place++) {
            written += isZero(place) ? 0 : 1;
        }
        to.putVarint(written);
        for (int place = 0; place < size; place++) {
            if (!isZero(place)) {
                to.putSigned(series[place]);
                for (int index = 0; index < width; index++) {
                    to.putSigned(counts[width * place + index]);
                }
            }
        }
    }

    void read(ByteReader from) {
        for (int left = from.getCount(1); left > 0; left--) {
            int at = width * placeOf((int) from.getSigned());
            for (int index = 0; index < width; index++) {
                counts[at + index] += from.getSigned();
            }
        }
    }

    private boolean isZero(int place) {
        for (int index = 0; index < width; index++) {
            if (counts[width * place + index] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The place of the series, which is given one when it has none. */
    private int placeOf(int id) {
        int slot = slotOf(id);
        if (table[slot] == 0) {
            if (size == series.length) {
                grow();
                slot = slotOf(id);
            }
            series[size] = id;
            size++;
            table[slot] = size;
        }
        return table[slot] - 1;
    }

    private int slotOf(int id) {
        int slot = (int) ((id * 0x9E3779B9 & 0xFFFF_FFFFL) * table.length >>> Integer.SIZE);
        while (table[slot] != 0 && series[table[slot] - 1] != id) {
            slot = slot + 1 == table.length ? 0 : slot + 1;
        }
        return slot;
    }

    private void grow() {
        series = Arrays.copyOf(series, 2 * size);
        counts = Arrays.copyOf(counts, 2 * size * width);
        table = new int[4 * size];
        for (int place = 0; place < size; place++) {
            table[slotOf(series[place])] = place + 1;
        }
    }
}
