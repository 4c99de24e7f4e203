package suimon.reading;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * UCUM's atoms that occur at water, in crops, in mains and in electricity, with their factors to base
 * units (The Unified Code for Units of Measure, version 2.2, tables 1 to 21).
 *
 * <p>Two things are stricter here than there: a mole is a unit of its own, not a number, and
 * logarithmic units (pH, bel) are compared with themselves only.
 */
final class UnitAtoms {
    private static final Map<String, Double> PREFIXES = Map.ofEntries(
            Map.entry("Y", 1e24), Map.entry("Z", 1e21), Map.entry("E", 1e18), Map.entry("P", 1e15),
            Map.entry("T", 1e12), Map.entry("G", 1e9), Map.entry("M", 1e6), Map.entry("k", 1e3),
            Map.entry("h", 1e2), Map.entry("da", 1e1), Map.entry("d", 1e-1), Map.entry("c", 1e-2),
            Map.entry("m", 1e-3), Map.entry("u", 1e-6), Map.entry("n", 1e-9), Map.entry("p", 1e-12),
            Map.entry("f", 1e-15));
    private static final Map<String, UnitScale> METRIC = new HashMap<>();
    private static final Map<String, UnitScale> PLAIN = new HashMap<>();

    static {
        for (String base : new String[] {"m", "g", "s", "A", "K", "cd", "mol", "rad", "bit", "B", "eq"}) {
            METRIC.put(base, new UnitScale(1, 0, Map.of(base, 1)));
        }
        METRIC.put("L", scale(1e-3, "m", 3));
        METRIC.put("l", scale(1e-3, "m", 3));
        METRIC.put("ar", scale(100, "m", 2));
        METRIC.put("t", scale(1e6, "g", 1));
        METRIC.put("N", scale(1e3, "g", 1, "m", 1, "s", -2));
        METRIC.put("Pa", scale(1e3, "g", 1, "m", -1, "s", -2));
        METRIC.put("bar", scale(1e8, "g", 1, "m", -1, "s", -2));
        METRIC.put("m[H2O]", scale(9.80665e6, "g", 1, "m", -1, "s", -2));
        METRIC.put("m[Hg]", scale(1.333220e8, "g", 1, "m", -1, "s", -2));
        METRIC.put("J", scale(1e3, "g", 1, "m", 2, "s", -2));
        METRIC.put("eV", scale(1.60217733e-16, "g", 1, "m", 2, "s", -2));
        METRIC.put("cal", scale(4.184e3, "g", 1, "m", 2, "s", -2));
        METRIC.put("W", scale(1e3, "g", 1, "m", 2, "s", -3));
        METRIC.put("C", scale(1, "A", 1, "s", 1));
        METRIC.put("V", scale(1e3, "g", 1, "m", 2, "s", -3, "A", -1));
        METRIC.put("Ohm", scale(1e3, "g", 1, "m", 2, "s", -3, "A", -2));
        METRIC.put("S", scale(1e-3, "g", -1, "m", -2, "s", 3, "A", 2));
        METRIC.put("F", scale(1e-3, "g", -1, "m", -2, "s", 4, "A", 2));
        METRIC.put("Wb", scale(1e3, "g", 1, "m", 2, "s", -2, "A", -1));
        METRIC.put("T", scale(1e3, "g", 1, "s", -2, "A", -1));
        METRIC.put("H", scale(1e3, "g", 1, "m", 2, "s", -2, "A", -2));
        METRIC.put("Hz", scale(1, "s", -1));
        METRIC.put("Bq", scale(1, "s", -1));
        METRIC.put("Gy", scale(1, "m", 2, "s", -2));
        METRIC.put("Sv", scale(1, "m", 2, "s", -2));
        METRIC.put("kat", scale(1, "mol", 1, "s", -1));
        METRIC.put("By", scale(8, "bit", 1));
        METRIC.put("u", scale(1.6605402e-24, "g", 1));
        METRIC.put("sr", scale(1, "rad", 2));
        METRIC.put("lm", scale(1, "cd", 1, "rad", 2));
        METRIC.put("lx", scale(1, "cd", 1, "rad", 2, "m", -2));
        METRIC.put("B[SPL]", scale(1, "B[SPL]", 1));
        METRIC.put("Cel", new UnitScale(1, 273.15, Map.of("K", 1)));
        PLAIN.put("[degF]", new UnitScale(5.0 / 9, 459.67 * 5 / 9, Map.of("K", 1)));
        PLAIN.put("[pH]", scale(1, "[pH]", 1));
        PLAIN.put("10*", scale(10));
        PLAIN.put("10^", scale(10));
        PLAIN.put("%", scale(1e-2));
        PLAIN.put("[ppth]", scale(1e-3));
        PLAIN.put("[ppm]", scale(1e-6));
        PLAIN.put("[ppb]", scale(1e-9));
        PLAIN.put("min", scale(60, "s", 1));
        PLAIN.put("h", scale(3600, "s", 1));
        PLAIN.put("d", scale(86400, "s", 1));
        PLAIN.put("wk", scale(7 * 86400, "s", 1));
        PLAIN.put("mo", scale(365.25 * 86400 / 12, "s", 1));
        PLAIN.put("a", scale(365.25 * 86400, "s", 1));
        PLAIN.put("deg", scale(Math.PI / 180, "rad", 1));
        PLAIN.put("'", scale(Math.PI / 180 / 60, "rad", 1));
        PLAIN.put("''", scale(Math.PI / 180 / 3600, "rad", 1));
        PLAIN.put("atm", scale(1.01325e8, "g", 1, "m", -1, "s", -2));
        PLAIN.put("[psi]", scale(6.894757293168361e6, "g", 1, "m", -1, "s", -2));
        PLAIN.put("[in_i]", scale(0.0254, "m", 1));
        PLAIN.put("[ft_i]", scale(0.3048, "m", 1));
        PLAIN.put("[mi_i]", scale(1609.344, "m", 1));
        PLAIN.put("[nmi_i]", scale(1852, "m", 1));
        PLAIN.put("[kn_i]", scale(1852.0 / 3600, "m", 1, "s", -1));
        PLAIN.put("[lb_av]", scale(453.59237, "g", 1));
        PLAIN.put("[gal_us]", scale(3.785411784e-3, "m", 3));
    }

    private UnitAtoms() {}

    /** An atom, perhaps with a prefix; null when there is none of that name. */
    static @Nullable UnitScale of(String atom) {
        UnitScale plain = METRIC.containsKey(atom) ? METRIC.get(atom) : PLAIN.get(atom);
        for (int length = 1; plain == null && length <= 2 && length < atom.length(); length++) {
            Double prefix = PREFIXES.get(atom.substring(0, length));
            UnitScale base = METRIC.get(atom.substring(length));
            if (prefix != null && base != null) {
                return new UnitScale(prefix * base.factor(), base.offset(), base.dimensions());
            }
        }
        return plain;
    }

    private static UnitScale scale(double factor, Object... dimensions) {
        Map<String, Integer> all = new HashMap<>();
        for (int index = 0; index < dimensions.length; index += 2) {
            all.put((String) dimensions[index], (Integer) dimensions[index + 1]);
        }
        return new UnitScale(factor, 0, all);
    }
}
