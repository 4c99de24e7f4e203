package suimon.dataset;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Units for those who read them by UDUNITS-2 (Unidata), as CF and ERDDAP have them, from UCUM codes.
 * What is counted ({@code {cells}}) has no name there and is a pure number.
 */
public final class Udunits {
    private static final Pattern ANNOTATION = Pattern.compile("\\{[^}]*}");
    private static final Pattern ATOM = Pattern.compile("10[*^]|[A-Za-z%']*\\[[^\\]]*]|[A-Za-z%']+");
    private static final Pattern DIVIDED = Pattern.compile("([0-9.e-]+)(/.*)");
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("Cel", "degree_Celsius"), Map.entry("[degF]", "degree_Fahrenheit"), Map.entry("deg", "degree"),
            Map.entry("'", "arc_minute"), Map.entry("''", "arc_second"), Map.entry("[pH]", "1"),
            Map.entry("[ppth]", "1e-3"), Map.entry("[ppm]", "1e-6"), Map.entry("[ppb]", "1e-9"),
            Map.entry("%", "percent"), Map.entry("10*", "1e"), Map.entry("10^", "1e"), Map.entry("wk", "week"),
            Map.entry("a", "Julian_year"), Map.entry("ar", "are"), Map.entry("[psi]", "psi"),
            Map.entry("[in_i]", "international_inch"), Map.entry("[ft_i]", "international_foot"),
            Map.entry("[mi_i]", "international_mile"), Map.entry("[nmi_i]", "nautical_mile"),
            Map.entry("[kn_i]", "knot"), Map.entry("[lb_av]", "pound"), Map.entry("[gal_us]", "US_liquid_gallon"),
            Map.entry("m[H2O]", "(9806.65 Pa)"), Map.entry("cm[H2O]", "(98.0665 Pa)"),
            Map.entry("mm[H2O]", "(9.80665 Pa)"), Map.entry("mm[Hg]", "mmHg"), Map.entry("cm[Hg]", "cmHg"));
    /** What UDUNITS has no name for, or has another unit under. */
    private static final Pattern UNKNOWN = Pattern.compile("\\[|\\b(mo|bit|By|eq)\\b");

    private Udunits() {}

    /** The unit; null when it is unknown or UDUNITS has none. */
    public static @Nullable String of(String ucum) {
        if (ucum.isEmpty()) {
            return null;
        }
        StringBuilder named = new StringBuilder();
        Matcher atoms = ATOM.matcher(ANNOTATION.matcher(ucum).replaceAll(""));
        while (atoms.find()) {
            String name = NAMES.getOrDefault(atoms.group(), atoms.group());
            atoms.appendReplacement(named, Matcher.quoteReplacement(
                    name.endsWith("Ohm") ? name.substring(0, name.length() - 3) + "ohm" : name));
        }
        atoms.appendTail(named);
        String unit = named.isEmpty() ? "1" : named.charAt(0) == '/' ? "1" + named : named.toString();
        if (UNKNOWN.matcher(unit).find()) {
            return null;
        }
        // UDUNITS reads a number in front of a stroke as a part of it.
        Matcher divided = DIVIDED.matcher(unit);
        return divided.matches() ? "(" + divided.group(1) + ")" + divided.group(2) : unit;
    }
}
