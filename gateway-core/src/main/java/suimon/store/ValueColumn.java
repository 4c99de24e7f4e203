package suimon.store;

/**
 * The values of one series in one batch of {@link FormerBatches}: differences of integers, or of the
 * unscaled integers of doubles and floats that are short decimals, or the bits themselves.
 */
final class ValueColumn {
    private static final int RAW_32 = 1;
    private static final int RAW_64 = 2;
    /** Plus the number of digits after the point. */
    private static final int DECIMAL_32 = 16;
    private static final int DECIMAL_64 = 32;
    private static final int DIGITS_MAX = 9;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

    private ValueColumn() {}

    static void read(long[] bits, int[] order, int start, int end, ByteReader from) {
        int mode = from.getByte();
        boolean isDecimal = mode >= DECIMAL_32 && mode <= DECIMAL_64 + DIGITS_MAX;
        if (!isDecimal && mode > RAW_64 || isDecimal && digitsOf(mode) > DIGITS_MAX) {
            throw new IllegalArgumentException("no value coding has the number " + mode);
        }
        long last = 0;
        for (int index = start; index < end; index++) {
            if (mode == RAW_32) {
                last = (int) last ^ from.getInt();
            } else if (mode == RAW_64) {
                last ^= from.getLong();
            } else {
                last += from.getSigned();
            }
            bits[order[index]] = isDecimal ? bitsOf(mode, last) : last;
        }
    }

    private static int digitsOf(int mode) {
        return mode >= DECIMAL_64 ? mode - DECIMAL_64 : mode - DECIMAL_32;
    }

    private static long bitsOf(int mode, long unscaled) {
        double value = unscaled / POWERS[digitsOf(mode)];
        return mode >= DECIMAL_64
                ? Double.doubleToRawLongBits(value)
                : Float.floatToRawIntBits((float) value);
    }
}
