package suimon.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;
import suimon.reading.ValueType;

/** The last readings judged, found by series and time; the oldest make room. Makes no objects. */
final class RecentReadings {
    private static final int NONE = -1;

    private final int capacity;
    private final int[] series;
    private final long[] time;
    private final byte[] type;
    private final byte[] scale;
    private final long[] bits;
    private final int[] status;
    private final @Nullable String[] text;
    private final int[] heads;
    private final int[] next;
    private int size;
    private int oldest;

    /** The same readings in one that takes more; the capacity is a power of two. */
    RecentReadings grown(int larger) {
        RecentReadings grown = new RecentReadings(larger);
        for (int index = 0; index < size; index++) {
            int slot = (oldest + index) % size;
            grown.take(series[slot], time[slot], type[slot], scale[slot], bits[slot], status[slot], text[slot]);
        }
        return grown;
    }

    int capacity() {
        return capacity;
    }

    /** The capacity is a power of two. */
    RecentReadings(int capacity) {
        this.capacity = capacity;
        series = new int[capacity];
        time = new long[capacity];
        type = new byte[capacity];
        scale = new byte[capacity];
        bits = new long[capacity];
        status = new int[capacity];
        text = new String[capacity];
        heads = new int[capacity * 2];
        next = new int[capacity];
        Arrays.fill(heads, NONE);
    }

    void add(int ofSeries, long measured, Value value, int statusCode) {
        take(ofSeries, measured, (byte) value.type().code(), (byte) value.scale(), value.bits(), statusCode,
                value instanceof Value.Text words ? words.value() : null);
    }

    private void take(int ofSeries, long measured, byte ofType, byte ofScale, long ofBits, int statusCode,
            @Nullable String words) {
        int slot = size < capacity ? size++ : evict();
        series[slot] = ofSeries;
        time[slot] = measured;
        type[slot] = ofType;
        scale[slot] = ofScale;
        bits[slot] = ofBits;
        status[slot] = statusCode;
        text[slot] = words;
        int head = headOf(ofSeries, measured);
        next[slot] = heads[head];
        heads[head] = slot;
    }

    /** The slot of the reading added last for that time, or -1. */
    int find(int ofSeries, long measured) {
        int slot = heads[headOf(ofSeries, measured)];
        while (slot != NONE && (series[slot] != ofSeries || time[slot] != measured)) {
            slot = next[slot];
        }
        return slot;
    }

    boolean holds(int slot, Value value, int statusCode) {
        return type[slot] == value.type().code()
                && bits[slot] == value.bits()
                && scale[slot] == value.scale()
                && status[slot] == statusCode
                && (type[slot] != ValueType.TEXT.code()
                        || value instanceof Value.Text words && words.value().equals(text[slot]));
    }

    private int evict() {
        int slot = oldest;
        oldest = (oldest + 1) & (capacity - 1);
        int head = headOf(series[slot], time[slot]);
        if (heads[head] == slot) {
            heads[head] = next[slot];
            return slot;
        }
        int before = heads[head];
        while (next[before] != slot) {
            before = next[before];
        }
        next[before] = next[slot];
        return slot;
    }

    private int headOf(int ofSeries, long measured) {
        long mixed = (measured + ofSeries) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (heads.length - 1);
    }
}
