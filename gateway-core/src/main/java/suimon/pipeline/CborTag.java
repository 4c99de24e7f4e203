package suimon.pipeline;

import java.math.BigInteger;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/**
 * What the tags of RFC 8949, 3.4 make of their content: times, bignums, decimal fractions and
 * bigfloats. Other tags leave their content as it is, as the RFC allows a reader that doesn't know
 * them.
 */
final class CborTag {
    /** A bignum of more bytes is beyond every double and refused. */
    private static final int BIGNUM_BYTES_MAX = 128;

    private static final int EXPONENT_MAX = 2000;

    private CborTag() {}

    /** The content as the tag means it; null when it can't be tagged so. */
    static @Nullable Tree apply(long tag, Tree content) {
        if (tag < 0 || tag > 5) {
            return content;
        }
        return switch ((int) tag) {
            case 0 -> isPlain(content) && value(content) instanceof Value.Text text
                    ? new Tree.Scalar(text, Tree.Kind.TIME) : null;
            case 1 -> isPlain(content) && Numbers.isNumber(value(content))
                    ? new Tree.Scalar(value(content), Tree.Kind.TIME) : null;
            case 2, 3 -> scalar(number(bignum(tag == 3, content)));
            case 4, 5 -> scalar(fraction(tag == 4, content));
            default -> throw new IllegalStateException("tag " + tag);
        };
    }

    static String expected(long tag) {
        return switch ((int) tag) {
            case 0 -> "text";
            case 1 -> "a number";
            case 2, 3 -> "at most " + BIGNUM_BYTES_MAX + " bytes of a number that a double can hold";
            default -> "an array of exponent and mantissa within the range of a double";
        };
    }

    private static @Nullable Tree scalar(@Nullable Value value) {
        return value == null ? null : new Tree.Scalar(value, Tree.Kind.PLAIN);
    }

    private static boolean isPlain(Tree content) {
        return content instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.PLAIN;
    }

    private static Value value(Tree content) {
        return content instanceof Tree.Scalar scalar ? scalar.value() : new Value.None();
    }

    private static @Nullable BigInteger bignum(boolean isNegative, Tree content) {
        boolean isOctets = content instanceof Tree.Scalar scalar && scalar.kind() == Tree.Kind.OCTETS;
        if (!isOctets || !(value(content) instanceof Value.Text text)
                || text.value().length() > (BIGNUM_BYTES_MAX * 4 + 2) / 3) {
            return null;
        }
        BigInteger size = new BigInteger(1, Base64.getUrlDecoder().decode(text.value()));
        return isNegative ? size.not() : size;
    }

    /** The integer in 64 bits where it fits, else the nearest double; null beyond that. */
    private static @Nullable Value number(@Nullable BigInteger exact) {
        if (exact == null) {
            return null;
        }
        if (exact.bitLength() <= 63) {
            return new Value.Int64(exact.longValue());
        }
        if (exact.signum() > 0 && exact.bitLength() == 64) {
            return new Value.UInt64(exact.longValue());
        }
        double nearest = exact.doubleValue();
        return Double.isInfinite(nearest) ? null : new Value.Float64(nearest);
    }

    private static @Nullable Value fraction(boolean isDecimal, Tree content) {
        boolean isPair = content instanceof Tree.Items pair && pair.items().size() == 2;
        if (!isPair || !(content instanceof Tree.Items pair)
                || !isPlain(pair.items().getFirst()) || !isPlain(pair.items().getLast())
                || !(value(pair.items().getFirst()) instanceof Value.Int64 exponent)
                || exponent.value() > EXPONENT_MAX || exponent.value() < -EXPONENT_MAX) {
            return null;
        }
        Value mantissa = value(pair.items().getLast());
        if (isDecimal) {
            return Numbers.decimal(mantissa, (int) -exponent.value());
        }
        boolean isExact = mantissa instanceof Value.Int64 || mantissa instanceof Value.UInt64;
        double scaled = Math.scalb(mantissa.asDouble(), (int) exponent.value());
        return isExact && Double.isFinite(scaled) ? new Value.Float64(scaled) : null;
    }
}
