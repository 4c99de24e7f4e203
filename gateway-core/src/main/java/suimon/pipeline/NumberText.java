package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import suimon.reading.Decimals;
import suimon.reading.Value;

/**
 * Numbers as sensors write them, kept exactly where that is possible.
 *
 * <p>An integer becomes an Int64, or a UInt64 when it needs the 64th bit. A number with a point or
 * an exponent becomes a Decimal when it has at most {@link Decimals#DIGITS_MAX} significant digits,
 * trailing zeros included. Everything longer is the nearest double. Negative zero is a double,
 * since neither integers nor decimals have one. {@code NaN}, {@code Infinity} and {@code Inf} are
 * doubles, in any case and with a sign, as data loggers write them.
 */
public final class NumberText {
    /** Longer text is no number; a double in full has 17 digits. */
    public static final int CHARACTERS_MAX = 400;

    private NumberText() {}

    /** The number that the text is, or null. */
    public static @Nullable Value parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    /** The number that these bytes are, without space around it, or null. */
    static @Nullable Value parse(byte[] bytes, int from, int to) {
        if (from >= to || to - from > CHARACTERS_MAX) {
            return null;
        }
        boolean isNegative = bytes[from] == '-';
        int at = isNegative || bytes[from] == '+' ? from + 1 : from;
        if (at == to) {
            return null;
        }
        int first = bytes[at] | 0x20;
        if (first == 'n' || first == 'i') {
            return word(bytes, at, to, isNegative);
        }
        long unscaled = 0;
        int significant = 0;
        int integerDigits = 0;
        int fractionDigits = 0;
        boolean hasPoint = false;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                significant += significant > 0 || digit > 0 ? 1 : 0;
                unscaled = significant > Decimals.DIGITS_MAX ? unscaled : unscaled * 10 + digit;
                integerDigits += hasPoint ? 0 : 1;
                fractionDigits += hasPoint ? 1 : 0;
            } else if (digit == '.' - '0' && !hasPoint) {
                hasPoint = true;
            } else {
                break;
            }
        }
        if (integerDigits + fractionDigits == 0) {
            return null;
        }
        boolean isInteger = at == to && !hasPoint;
        int exponent = at == to ? 0 : exponent(bytes, at, to);
        if (exponent == Integer.MIN_VALUE) {
            return null;
        }
        if (significant == 0 && isNegative) {
            return new Value.Float64(-0.0);
        }
        if (significant > Decimals.DIGITS_MAX) {
            return isInteger ? longInteger(bytes, from, to) : nearest(bytes, from, to);
        }
        long signed = isNegative ? -unscaled : unscaled;
        if (isInteger) {
            return new Value.Int64(signed);
        }
        int scale = fractionDigits - exponent;
        return scale >= Byte.MIN_VALUE && scale <= Byte.MAX_VALUE
                ? new Value.Decimal(signed, scale)
                : nearest(bytes, from, to);
    }

    /** The exponent that these bytes are, e first; Integer.MIN_VALUE when they are none. */
    private static int exponent(byte[] bytes, int from, int to) {
        if ((bytes[from] | 0x20) != 'e') {
            return Integer.MIN_VALUE;
        }
        int at = from + 1;
        boolean isNegative = at < to && bytes[at] == '-';
        if (at < to && (isNegative || bytes[at] == '+')) {
            at++;
        }
        if (at == to) {
            return Integer.MIN_VALUE;
        }
        int exponent = 0;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MIN_VALUE;
            }
            exponent = Math.min(exponent * 10 + digit, 99_999);
        }
        return isNegative ? -exponent : exponent;
    }

    private static @Nullable Value word(byte[] bytes, int at, int to, boolean isNegative) {
        return switch (ascii(bytes, at, to).toLowerCase(java.util.Locale.ROOT)) {
            case "nan" -> new Value.Float64(Double.NaN);
            case "inf", "infinity" ->
                new Value.Float64(isNegative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
            default -> null;
        };
    }

    private static @Nullable Value longInteger(byte[] bytes, int from, int to) {
        java.math.BigInteger exact = new java.math.BigInteger(ascii(bytes, from, to));
        if (exact.bitLength() <= 63) {
            return new Value.Int64(exact.longValue());
        }
        boolean isUnsigned = exact.signum() > 0 && exact.bitLength() == 64;
        return isUnsigned ? new Value.UInt64(exact.longValue()) : nearest(bytes, from, to);
    }

    /** Null when it is beyond the range of a double: infinity is not what the sensor wrote. */
    private static @Nullable Value nearest(byte[] bytes, int from, int to) {
        double nearest = Double.parseDouble(ascii(bytes, from, to));
        return Double.isInfinite(nearest) ? null : new Value.Float64(nearest);
    }

    private static String ascii(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
