package suimon.reading;

import java.math.BigDecimal;

/** Decimals that stay what the sensor wrote. */
public final class Decimals {
    /** More digits than these do not fit a long for certain; such numbers are kept as doubles. */
    public static final int DIGITS_MAX = 18;

    private static final double[] POWERS = new double[23];

    static {
        double power = 1;
        for (int exponent = 0; exponent < POWERS.length; exponent++) {
            POWERS[exponent] = power;
            power *= 10;
        }
    }

    private Decimals() {}

    /** The value of a type other than text from its stored form. */
    public static Value valueOf(ValueType type, long bits, int scale) {
        return switch (type) {
            case NONE -> new Value.None();
            case FLOAT64 -> new Value.Float64(Double.longBitsToDouble(bits));
            case FLOAT32 -> new Value.Float32(Float.intBitsToFloat((int) bits));
            case INT64 -> new Value.Int64(bits);
            case UINT64 -> new Value.UInt64(bits);
            case DECIMAL -> new Value.Decimal(bits, scale);
            case BOOLEAN -> new Value.Bool(bits != 0);
            case TEXT -> throw new IllegalArgumentException("text has no bits");
        };
    }

    /** The double nearest to {@code unscaled * 10^-scale}, as {@link Double#parseDouble} gives. */
    public static double toDouble(long unscaled, int scale) {
        boolean isExact = Math.abs(unscaled) <= 1L << 53 && Math.abs(scale) < POWERS.length;
        if (isExact) {
            // Both operands are exact, so the one rounding is the right one (Clinger 1990).
            return scale >= 0 ? unscaled / POWERS[scale] : unscaled * POWERS[-scale];
        }
        return BigDecimal.valueOf(unscaled, scale).doubleValue();
    }
}
