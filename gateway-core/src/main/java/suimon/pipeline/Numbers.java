package suimon.pipeline;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import suimon.reading.Decimals;
import suimon.reading.Value;

/** Arithmetic on values that keeps them exact where their types are. */
final class Numbers {
    private Numbers() {}

    static boolean isNumber(Value value) {
        return switch (value) {
            case Value.Int64 ignored -> true;
            case Value.UInt64 ignored -> true;
            case Value.Decimal ignored -> true;
            case Value.Float32 ignored -> true;
            case Value.Float64 ignored -> true;
            case Value.Bool ignored -> false;
            case Value.Text ignored -> false;
            case Value.None ignored -> false;
        };
    }

    /**
     * The number in decimal digits; of a float the shortest that is read back as the same float, which
     * is what its sender meant. Null when it is no number, NaN or infinite.
     */
    static @Nullable BigDecimal exact(Value value) {
        return switch (value) {
            case Value.Int64 whole -> BigDecimal.valueOf(whole.value());
            case Value.UInt64 whole -> new BigDecimal(Long.toUnsignedString(whole.bits()));
            case Value.Decimal decimal -> BigDecimal.valueOf(decimal.unscaled(), decimal.scale());
            case Value.Float32 number ->
                Float.isFinite(number.value()) ? new BigDecimal(Float.toString(number.value())) : null;
            case Value.Float64 number ->
                Double.isFinite(number.value()) ? new BigDecimal(Double.toString(number.value())) : null;
            case Value.Bool ignored -> null;
            case Value.Text ignored -> null;
            case Value.None ignored -> null;
        };
    }

    /** An integer times ten to the minus scale; null when it is no integer or beyond a double. */
    static @Nullable Value decimal(Value mantissa, int scale) {
        boolean isInteger = mantissa instanceof Value.Int64 || mantissa instanceof Value.UInt64;
        BigDecimal exact = isInteger ? exact(mantissa) : null;
        return exact == null ? null : of(exact.scaleByPowerOfTen(-scale));
    }

    /** The sum; a double where one of them is a float. Null when it is beyond a double. */
    static @Nullable Value sum(Value one, Value other) {
        BigDecimal exactOne = isFloat(one) ? null : exact(one);
        BigDecimal exactOther = isFloat(other) ? null : exact(other);
        if (exactOne != null && exactOther != null) {
            return of(exactOne.add(exactOther));
        }
        return new Value.Float64(one.asDouble() + other.asDouble());
    }

    private static boolean isFloat(Value value) {
        return value instanceof Value.Float32 || value instanceof Value.Float64;
    }

    private static @Nullable Value of(BigDecimal exact) {
        boolean fits = exact.precision() <= Decimals.DIGITS_MAX
                && exact.scale() >= Byte.MIN_VALUE && exact.scale() <= Byte.MAX_VALUE;
        if (fits) {
            long unscaled = exact.unscaledValue().longValueExact();
            return exact.scale() == 0 ? new Value.Int64(unscaled) : new Value.Decimal(unscaled, exact.scale());
        }
        double nearest = exact.doubleValue();
        return Double.isInfinite(nearest) ? null : new Value.Float64(nearest);
    }
}
