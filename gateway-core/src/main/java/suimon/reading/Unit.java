package suimon.reading;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A unit as a UCUM code (The Unified Code for Units of Measure, case sensitive form): {@code mg/L},
 * {@code Cel}, {@code m3/h}, {@code {cells}/mL}, {@code 1}. Empty when nobody said.
 *
 * <p>Of UCUM's atoms the ones of water, air, crops, mains and electricity are known; the grammar is
 * terms joined by {@code .} and {@code /}, each with an optional prefix and exponent.
 */
public record Unit(String code) {
    public static final Unit UNKNOWN = new Unit("");

    private static final Set<String> METRIC = Set.of(
            "m", "g", "s", "A", "K", "mol", "cd", "L", "l", "Pa", "bar", "Hz", "V", "W", "J", "N", "S",
            "Ohm", "lx", "lm", "eq", "t", "rad", "sr", "Bq", "Gy", "Sv", "kat", "bit", "B", "C", "F", "T", "Wb", "H", "Cel", "[pH]", "u", "eV");
    private static final Set<String> PLAIN = Set.of(
            "%", "[ppth]", "[ppm]", "[ppb]", "min", "h", "d", "wk", "mo", "a", "deg", "'", "''", "ar",
            "har", "[psi]", "m[Hg]", "m[H2O]", "dB", "[degF]", "1", "10*3", "10*6", "[pH]", "B[SPL]");
    private static final List<String> PREFIXES =
            List.of("da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f");
    private static final Pattern TERM =
            Pattern.compile("(?<atom>(?:10\\*\\d+)|(?:[A-Za-z%'\\[\\]]+[A-Za-z0-9%'\\[\\]]*?))?"
                    + "(?<exponent>[+-]?\\d+)?(?<note>\\{[\\x21-\\x7e&&[^{}]]+\\})?");

    public Unit {
        String wrong = code.isEmpty() ? "" : problem(code);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(wrong);
        }
    }

    @Override
    public String toString() {
        return code;
    }

    private static String problem(String code) {
        for (String term : code.split("[./]", -1)) {
            Matcher match = TERM.matcher(term);
            boolean isNumber = term.matches("\\d+");
            if (!isNumber && (term.isEmpty() || !match.matches() || !isKnown(match))) {
                return "'" + term + "' is no UCUM unit known here; expected a code such as mg/L, Cel,"
                        + " m3/h, uS/cm, {NTU}, % or 1";
            }
        }
        return "";
    }

    private static boolean isKnown(Matcher term) {
        String atom = term.group("atom");
        if (atom == null) {
            return term.group("note") != null;
        }
        if (METRIC.contains(atom) || PLAIN.contains(atom) || atom.startsWith("10*")) {
            return true;
        }
        return PREFIXES.stream()
                .anyMatch(prefix -> atom.startsWith(prefix) && METRIC.contains(atom.substring(prefix.length())));
    }
}
