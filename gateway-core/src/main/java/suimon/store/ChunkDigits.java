package suimon.store;

import suimon.reading.Readings;
import suimon.reading.ValueType;

/**
 * At which digits after the point the numbers of one chunk, or of one series in a batch, are whole numbers.
 *
 * @param decimals for decimals and integers beside them; -1 when they stay as they are
 * @param trimmedTo fewest digits that are left when closing zeros are dropped, 0 or 1; -1 when the
 *     decimals' own digits don't follow from their value
 * @param floats for doubles and floats; -1 when too few of them are decimals
 */
record ChunkDigits(int decimals, int trimmedTo, int floats) {
    static final int DIGITS_MAX = 18;
    /** More digits than these a double can't carry beside a whole part. */
    static final int FLOAT_DIGITS_MAX = 12;

    /** More digits than these of a float cost more than its bits. */
    private static final int SINGLE_DIGITS_MAX = 6;
    private static final double UNSCALED_MAX = 1L << 51;
    private static final double SINGLE_UNSCALED_MAX = 1L << 23;
    private static final long SCALED_MAX = 1L << 61;
    private static final int DIGITS_BITS = 5;
    private static final int TRIMMED_BITS = 2;
    private static final int EXCEPTIONS_MIN = 16;
    private static final int EXCEPTIONS_SHARE = 8;
    private static final long[] POWERS = powers();

    /** Of the rows from start up to end. */
    static ChunkDigits of(Readings rows, int start, int end) {
        int scale = -1;
        boolean isMixed = false;
        boolean hasIntegers = false;
        boolean hasFloats = false;
        for (int row = start; row < end; row++) {
            ValueType type = rows.type(row);
            int own = rows.scale(row);
            if (type == ValueType.DECIMAL && own >= 0 && own <= DIGITS_MAX) {
                isMixed |= scale >= 0 && scale != own;
                scale = Math.max(scale, own);
            }
            hasIntegers |= type == ValueType.INT64;
            hasFloats |= type == ValueType.FLOAT64 || type == ValueType.FLOAT32;
        }
        boolean isTrimmed = scale > 0 && (isMixed || hasIntegers);
        return new ChunkDigits(scale, isTrimmed ? (hasIntegers ? 0 : 1) : -1,
                hasFloats ? floatDigits(rows, start, end) : -1);
    }

    void write(ArithmeticEncoder to) {
        to.putDirect(decimals + 1, DIGITS_BITS);
        to.putDirect(trimmedTo + 1, TRIMMED_BITS);
        to.putDirect(floats + 1, DIGITS_BITS);
    }

    static ChunkDigits read(ArithmeticDecoder from) {
        int decimals = from.getDirect(DIGITS_BITS) - 1;
        int trimmedTo = from.getDirect(TRIMMED_BITS) - 1;
        int floats = from.getDirect(DIGITS_BITS) - 1;
        if (decimals > DIGITS_MAX || floats > DIGITS_MAX) {
            throw new IllegalArgumentException("numbers of " + decimals + " and " + floats + " digits");
        }
        return new ChunkDigits(decimals, trimmedTo, floats);
    }

    /** Whether a decimal or integer can be brought to the chunk's digits. */
    boolean fits(ValueType type, long unscaled, int scale) {
        boolean isNumber = type == ValueType.DECIMAL || type == ValueType.INT64 && scale == 0;
        return isNumber && scale >= 0 && scale <= decimals
                && Math.abs(unscaled) >= 0 && Math.abs(unscaled) <= SCALED_MAX / POWERS[decimals - scale];
    }

    long scaled(long unscaled, int scale) {
        return unscaled * POWERS[decimals - scale];
    }

    long unscaled(long scaled, int scale) {
        return scale == decimals ? scaled : scaled / POWERS[decimals - scale];
    }

    /** The digits that are left when closing zeros are dropped. */
    int trimmed(long scaled) {
        int digits = decimals;
        long rest = scaled;
        while (digits > trimmedTo && rest % 10 == 0) {
            rest /= 10;
            digits--;
        }
        return digits;
    }

    static ValueType trimmedType(int digits) {
        return digits == 0 ? ValueType.INT64 : ValueType.DECIMAL;
    }

    boolean isDecimalFloat(ValueType type, long bits) {
        return floats >= 0 && isExact(type == ValueType.FLOAT32, bits, floats);
    }

    long ofFloat(ValueType type, long bits) {
        return (long) Math.rint(asDouble(type == ValueType.FLOAT32, bits) * POWERS[floats]);
    }

    long toFloat(ValueType type, long scaled) {
        return bitsOf(type == ValueType.FLOAT32, scaled, floats);
    }

    /** The digits that carry nearly all of the floats exactly; the others go by their bits. */
    private static int floatDigits(Readings rows, int start, int end) {
        int digits = 0;
        int floats = 0;
        int exceptions = 0;
        for (int row = start; row < end; row++) {
            boolean isSingle = rows.type(row) == ValueType.FLOAT32;
            if (!isSingle && rows.type(row) != ValueType.FLOAT64) {
                continue;
            }
            floats++;
            int needed = digitsOf(isSingle, rows.bits(row), digits);
            digits = Math.max(digits, needed);
            exceptions += needed < 0 ? 1 : 0;
            if (exceptions > EXCEPTIONS_MIN && exceptions > floats / EXCEPTIONS_SHARE) {
                return -1;
            }
        }
        return exceptions > floats / 2 ? -1 : digits;
    }

    private static int digitsOf(boolean isSingle, long bits, int least) {
        if (!Double.isFinite(asDouble(isSingle, bits))) {
            return -1;
        }
        int most = isSingle ? SINGLE_DIGITS_MAX : FLOAT_DIGITS_MAX;
        for (int digits = least; digits <= most; digits++) {
            if (isExact(isSingle, bits, digits)) {
                return digits;
            }
        }
        return -1;
    }

    private static boolean isExact(boolean isSingle, long bits, int digits) {
        double scaled = asDouble(isSingle, bits) * POWERS[digits];
        return Math.abs(scaled) < (isSingle ? SINGLE_UNSCALED_MAX : UNSCALED_MAX)
                && bitsOf(isSingle, (long) Math.rint(scaled), digits) == bits;
    }

    private static double asDouble(boolean isSingle, long bits) {
        return isSingle ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
    }

    private static long bitsOf(boolean isSingle, long scaled, int digits) {
        double value = (double) scaled / POWERS[digits];
        return isSingle ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
    }

    /** Ten to the power of at most {@link #DIGITS_MAX}. */
    static long power(int digits) {
        return POWERS[digits];
    }

    private static long[] powers() {
        long[] powers = new long[DIGITS_MAX + 1];
        powers[0] = 1;
        for (int digits = 1; digits <= DIGITS_MAX; digits++) {
            powers[digits] = powers[digits - 1] * 10;
        }
        return powers;
    }
}
