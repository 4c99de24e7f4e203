package suimon.reading;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A unit code taken apart: a value in base units is {@code factor * value + offset}.
 *
 * @param dimensions the exponent of each base unit and annotation; none of them 0
 */
record UnitScale(double factor, double offset, Map<String, Integer> dimensions) {
    /** Twelve digits are more than any factor in the table has but those that are exact. */
    private static final MathContext DIGITS = new MathContext(12);

    UnitScale {
        dimensions = Map.copyOf(dimensions);
    }

    /** The scale of a code; null when it is none. */
    static @Nullable UnitScale of(String code) {
        UnitScale scale = new Parser(code).whole();
        return scale == null || !Double.isFinite(scale.factor) || scale.factor == 0 ? null : scale;
    }

    Optional<Calibration> to(UnitScale other) {
        if (!dimensions.equals(other.dimensions)) {
            return Optional.empty();
        }
        double gain = tidy(factor / other.factor);
        double shift = tidy((offset - other.offset) / other.factor);
        return Optional.of(gain == 1 && shift == 0 ? Calibration.NONE : new Calibration(shift, gain));
    }

    /** Takes back what the multiplication of factors such as 1e-6 and 1e3 rounded off. */
    private static double tidy(double number) {
        double round = new BigDecimal(number).round(DIGITS).doubleValue();
        return Math.abs(round - number) <= 8 * Math.ulp(number) ? round : number;
    }

    UnitScale times(UnitScale other, int sign) {
        Map<String, Integer> all = new TreeMap<>(dimensions);
        other.dimensions.forEach((name, exponent) -> all.merge(name, sign * exponent, Integer::sum));
        all.values().removeIf(exponent -> exponent == 0);
        // In a product a degree is a difference: Cel/h is K/h.
        return new UnitScale(sign > 0 ? factor * other.factor : factor / other.factor, 0, all);
    }

    private UnitScale power(int exponent) {
        Map<String, Integer> all = new TreeMap<>();
        dimensions.forEach((name, each) -> all.put(name, each * exponent));
        all.values().removeIf(each -> each == 0);
        return exponent == 1 ? this : new UnitScale(Math.pow(factor, exponent), 0, all);
    }

    /** UCUM's grammar: components joined by {@code .} and {@code /}, perhaps in parentheses. */
    private static final class Parser {
        private static final int DEPTH_MAX = 8;
        private static final int CHARACTERS_MAX = 100;
        private static final Pattern SIMPLE = Pattern.compile(
                "(?<atom>10[*^]|(?:\\[[A-Za-z0-9_]+\\]|[A-Za-z%'])+)?(?<exponent>[+-]?\\d{1,2})?"
                        + "(?<note>\\{[\\x21-\\x7e&&[^{}]]+\\})?");
        private static final UnitScale ONE = new UnitScale(1, 0, Map.of());

        private final String code;
        private int at;
        private int depth;

        Parser(String code) {
            this.code = code;
        }

        @Nullable UnitScale whole() {
            if (code.isEmpty() || code.length() > CHARACTERS_MAX) {
                return null;
            }
            UnitScale scale = terms();
            return at == code.length() ? scale : null;
        }

        private @Nullable UnitScale terms() {
            UnitScale all = ONE;
            boolean isFirst = true;
            int sign = 1;
            if (takes('/')) {
                sign = -1;
                isFirst = false;
            }
            while (true) {
                UnitScale next = component();
                if (next == null) {
                    return null;
                }
                all = isFirst ? next : all.times(next, sign);
                isFirst = false;
                if (takes('.')) {
                    sign = 1;
                } else if (takes('/')) {
                    sign = -1;
                } else {
                    return all;
                }
            }
        }

        private @Nullable UnitScale component() {
            if (takes('(')) {
                if (++depth > DEPTH_MAX) {
                    return null;
                }
                UnitScale inner = terms();
                depth--;
                return takes(')') ? inner : null;
            }
            int end = at;
            boolean isNoted = false;
            while (end < code.length() && (isNoted || "./()".indexOf(code.charAt(end)) < 0)) {
                isNoted = code.charAt(end) == '{' || isNoted && code.charAt(end) != '}';
                end++;
            }
            String simple = code.substring(at, end);
            at = end;
            return simple(simple);
        }

        private static @Nullable UnitScale simple(String text) {
            Matcher match = SIMPLE.matcher(text);
            if (text.isEmpty() || !match.matches()) {
                return null;
            }
            String atom = match.group("atom");
            String exponent = match.group("exponent");
            String note = match.group("note");
            UnitScale scale = ONE;
            if (atom != null) {
                scale = UnitAtoms.of(atom);
            } else if (exponent != null) {
                // A number by itself, as in 10.L/min; a sign makes it none.
                scale = exponent.matches("[1-9]\\d*") ? new UnitScale(Integer.parseInt(exponent), 0, Map.of()) : null;
                exponent = null;
            }
            if (scale == null) {
                return null;
            }
            scale = exponent == null ? scale : scale.power(Integer.parseInt(exponent));
            return note == null ? scale : scale.times(new UnitScale(1, 0, Map.of(note, 1)), 1);
        }

        private boolean takes(char wanted) {
            boolean isThere = at < code.length() && code.charAt(at) == wanted;
            at += isThere ? 1 : 0;
            return isThere;
        }
    }
}
