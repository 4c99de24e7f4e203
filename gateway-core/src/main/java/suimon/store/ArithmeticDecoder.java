package suimon.store;

/**
 * Reads what {@link ArithmeticEncoder} wrote. Damage gives other numbers, never more reading: after
 * the end come zeros, and every loop is the caller's own and bounded. Not safe for several threads.
 */
final class ArithmeticDecoder {
    private final byte[] bytes;
    private final int end;
    private int position;
    private long code;
    private long range = ArithmeticEncoder.RANGE_FULL;

    ArithmeticDecoder(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
        code = (long) word() << 32 | (long) word() << 16 | word();
    }

    ArithmeticDecoder(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    boolean get(int[] contexts, int at) {
        int context = contexts[at];
        long ones = (range >>> 16) * (context >>> 16);
        boolean bit = code < ones;
        if (bit) {
            range = ones;
        } else {
            code -= ones;
            range -= ones;
        }
        contexts[at] = ArithmeticEncoder.learn(context, bit);
        if (range < ArithmeticEncoder.RANGE_LOW) {
            shift();
        }
        return bit;
    }

    int getDirect(int bits) {
        range >>>= bits;
        int value = (int) Math.min(code / range, (1 << bits) - 1);
        code -= value * range;
        if (range < ArithmeticEncoder.RANGE_LOW) {
            shift();
        }
        return value;
    }

    long getBits(int bits) {
        long value = 0;
        for (int left = bits; left > 0; left -= ArithmeticEncoder.DIRECT_BITS_MAX) {
            int now = Math.min(left, ArithmeticEncoder.DIRECT_BITS_MAX);
            value = value << now | getDirect(now);
        }
        return value;
    }

    long getNumber() {
        if (getDirect(1) == 0) {
            return 0;
        }
        int following = getDirect(6);
        return 1L << following | getBits(following);
    }

    long getSigned() {
        long number = getNumber();
        return (number >>> 1) ^ -(number & 1);
    }

    private void shift() {
        code = code << 16 | word();
        range <<= 16;
    }

    private int word() {
        int high = position < end ? bytes[position] & 0xFF : 0;
        int low = position + 1 < end ? bytes[position + 1] & 0xFF : 0;
        position += 2;
        return high << 8 | low;
    }
}
