package suimon.store;

import java.util.Arrays;

/**
 * A binary arithmetic coder with carry (Martin, "Range encoding", 1979; the adaptive binary form of
 * LZMA) with 48 bits of range and 16-bit words. A context is one int of an array made by
 * {@link #contexts}: the probability of a one in the upper 16 bits and how often it was used in the
 * lower ones, so that a fresh context learns fast and an old one is steady.
 *
 * <p>Not safe for several threads.
 */
final class ArithmeticEncoder {
    static final long RANGE_FULL = 1L << 48;
    static final long RANGE_LOW = 1L << 32;
    /** More bits at once would use up the range. */
    static final int DIRECT_BITS_MAX = 16;

    private static final int EVEN = 0x8000_0000;
    /** A context goes on moving by 1/90 of the error: what a sensor does changes within hours. */
    private static final int USES_MAX = 88;
    private static final int[] RATES = rates();

    private byte[] bytes = new byte[1024];
    private int size;
    private long low;
    private long range = RANGE_FULL;

    /** Contexts that know nothing yet. */
    static int[] contexts(int count) {
        int[] contexts = new int[count];
        Arrays.fill(contexts, EVEN);
        return contexts;
    }

    /** The context after it met a bit. */
    static int learn(int context, boolean bit) {
        int uses = context & 0xFF;
        int chance = context >>> 16;
        int rate = RATES[uses];
        chance += bit ? (0xFFFF - chance) * rate >>> 16 : -(chance * rate >>> 16);
        return chance << 16 | (uses < USES_MAX ? uses + 1 : uses);
    }

    void clear() {
        size = 0;
        low = 0;
        range = RANGE_FULL;
    }

    void put(int[] contexts, int at, boolean bit) {
        int context = contexts[at];
        long ones = (range >>> 16) * (context >>> 16);
        if (bit) {
            range = ones;
        } else {
            low += ones;
            range -= ones;
        }
        contexts[at] = learn(context, bit);
        if (range < RANGE_LOW) {
            shift();
        }
    }

    /** The lowest bits of a value, at most {@link #DIRECT_BITS_MAX}, without learning. */
    void putDirect(int value, int bits) {
        range >>>= bits;
        low += value * range;
        if (range < RANGE_LOW) {
            shift();
        }
    }

    /** The lowest bits of a value, up to all 64. */
    void putBits(long value, int bits) {
        for (int left = bits; left > 0; left -= DIRECT_BITS_MAX) {
            int now = Math.min(left, DIRECT_BITS_MAX);
            putDirect((int) (value >>> left - now) & (1 << now) - 1, now);
        }
    }

    /** An unsigned number of any size; zero takes a bit, others seven and their own after the first. */
    void putNumber(long number) {
        putDirect(number == 0 ? 0 : 1, 1);
        if (number != 0) {
            int following = Long.SIZE - 1 - Long.numberOfLeadingZeros(number);
            putDirect(following, 6);
            putBits(number, following);
        }
    }

    /** A signed number of any size; small magnitudes take few bits. */
    void putSigned(long number) {
        putNumber((number << 1) ^ (number >> 63));
    }

    /** Ends the code and appends it; it can be cut where only zeros follow. */
    void finish(ByteWriter to) {
        int trailing = 47;
        long end = low + range;
        long value = roundUp(low, trailing);
        while (value >= end) {
            value = roundUp(low, --trailing);
        }
        low = value;
        for (int word = 0; word < 3; word++) {
            shift();
        }
        while (size > 0 && bytes[size - 1] == 0) {
            size--;
        }
        to.putRaw(bytes, 0, size);
    }

    private void shift() {
        if (low >= RANGE_FULL) {
            int at = size - 1;
            while (++bytes[at] == 0) {
                at--;
            }
        }
        if (size + 2 > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        bytes[size++] = (byte) (low >>> 40);
        bytes[size++] = (byte) (low >>> 32);
        low = (low & RANGE_LOW - 1) << 16;
        range <<= 16;
    }

    private static long roundUp(long value, int zeros) {
        return (value + (1L << zeros) - 1) >>> zeros << zeros;
    }

    private static int[] rates() {
        int[] rates = new int[USES_MAX + 1];
        for (int uses = 0; uses <= USES_MAX; uses++) {
            rates[uses] = (int) (65536 / (uses + 1.6));
        }
        return rates;
    }
}
