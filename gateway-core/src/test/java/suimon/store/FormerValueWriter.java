package suimon.store;

import suimon.reading.Readings;
import suimon.reading.ValueType;

/** The values of one series as {@link ValueColumn} reads them. */
final class FormerValueWriter {
    private static final int INTEGERS = 0;
    private static final int RAW_32 = 1;
    private static final int RAW_64 = 2;
    /** Plus the number of digits after the point. */
    private static final int DECIMAL_32 = 16;
    private static final int DECIMAL_64 = 32;
    private static final int DIGITS_MAX = 9;
    private static final double UNSCALED_MAX = 1L << 51;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

    private FormerValueWriter() {}

    static void write(Readings rows, int[] order, int start, int end, ByteWriter to) {
        int mode = modeOf(rows, order, start, end);
        to.putByte(mode);
        long last = 0;
        for (int index = start; index < end; index++) {
            long bits = rows.bits(order[index]);
            if (mode == RAW_32) {
                to.putInt((int) (bits ^ last));
            } else if (mode == RAW_64) {
                to.putLong(bits ^ last);
            } else {
                bits = mode == INTEGERS ? bits : unscaled(asDouble(mode, bits), digitsOf(mode));
                to.putSigned(bits - last);
            }
            last = bits;
        }
    }

    private static int modeOf(Readings rows, int[] order, int start, int end) {
        boolean isAllDoubles = true;
        boolean isAllFloats = true;
        boolean isAnyFloating = false;
        for (int index = start; index < end; index++) {
            ValueType type = rows.type(order[index]);
            long bits = rows.bits(order[index]);
            isAllDoubles &= type == ValueType.FLOAT64;
            isAllFloats &= type == ValueType.FLOAT32 && bits == (int) bits;
            isAnyFloating |= type == ValueType.FLOAT64 || type == ValueType.FLOAT32;
        }
        if (!isAnyFloating) {
            return INTEGERS;
        }
        if (!isAllDoubles && !isAllFloats) {
            return RAW_64;
        }
        int base = isAllDoubles ? DECIMAL_64 : DECIMAL_32;
        int digits = digitsFor(base, rows, order, start, end);
        if (digits < 0) {
            return isAllDoubles ? RAW_64 : RAW_32;
        }
        return base + digits;
    }

    /** The fewest digits that carry all values exactly, or -1. */
    private static int digitsFor(int base, Readings rows, int[] order, int start, int end) {
        int digits = 0;
        for (int index = start; index < end; index++) {
            while (!isExact(base + digits, rows.bits(order[index]))) {
                if (++digits > DIGITS_MAX) {
                    return -1;
                }
            }
        }
        // Values accepted with fewer digits are proved again with the final number.
        for (int index = start; index < end; index++) {
            if (!isExact(base + digits, rows.bits(order[index]))) {
                return -1;
            }
        }
        return digits;
    }

    private static boolean isExact(int mode, long bits) {
        double scaled = asDouble(mode, bits) * POWERS[digitsOf(mode)];
        return Math.abs(scaled) < UNSCALED_MAX && bitsOf(mode, (long) Math.rint(scaled)) == bits;
    }

    private static long unscaled(double value, int digits) {
        return (long) Math.rint(value * POWERS[digits]);
    }

    private static int digitsOf(int mode) {
        return mode >= DECIMAL_64 ? mode - DECIMAL_64 : mode - DECIMAL_32;
    }

    private static double asDouble(int mode, long bits) {
        return mode >= DECIMAL_64 ? Double.longBitsToDouble(bits) : Float.intBitsToFloat((int) bits);
    }

    private static long bitsOf(int mode, long unscaled) {
        double value = unscaled / POWERS[digitsOf(mode)];
        return mode >= DECIMAL_64
                ? Double.doubleToRawLongBits(value)
                : Float.floatToRawIntBits((float) value);
    }
}
