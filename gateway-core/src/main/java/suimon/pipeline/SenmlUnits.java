package suimon.pipeline;

import java.util.Map;

/**
 * SenML's units (RFC 8428, 12.1; RFC 8798) as UCUM codes. Most are the same; here are those that
 * are not. A unit of neither list stays as it was written, in braces as UCUM writes annotations.
 */
final class SenmlUnits {
    private static final Map<String, String> DIFFERENT = Map.ofEntries(
            Map.entry("lat", "deg"), Map.entry("lon", "deg"), Map.entry("pH", "[pH]"),
            Map.entry("dBW", "{dBW}"), Map.entry("dBm", "{dBm}"), Map.entry("Bspl", "B[SPL]"),
            Map.entry("count", "{count}"), Map.entry("/", "1"), Map.entry("/100", "%"),
            Map.entry("/1000", "[ppth]"), Map.entry("%RH", "%{RH}"), Map.entry("%EL", "%{EL}"),
            Map.entry("EL", "s{EL}"), Map.entry("beat/min", "{beat}/min"), Map.entry("beats", "{beat}"),
            Map.entry("NTU", "{NTU}"), Map.entry("VA", "V.A"), Map.entry("VAs", "V.A.s"),
            Map.entry("var", "{var}"), Map.entry("vars", "{var}.s"), Map.entry("ppm", "[ppm]"),
            Map.entry("hPa", "hPa"), Map.entry("Ah", "A.h"), Map.entry("Wh", "W.h"),
            Map.entry("kWh", "kW.h"), Map.entry("kVA", "kV.A"), Map.entry("kvar", "{kvar}"),
            Map.entry("kVAh", "kV.A.h"), Map.entry("varh", "{var}.h"), Map.entry("kvarh", "{kvar}.h"),
            Map.entry("Wh/km", "W.h/km"), Map.entry("km/h", "km/h"), Map.entry("ppb", "[ppb]"));

    private SenmlUnits() {}

    /** The UCUM code; empty for no unit. */
    static String toUcum(String unit) {
        String different = DIFFERENT.get(unit);
        return different != null ? different : SenmlUnits.isUcum(unit) ? unit : "{" + unit + "}";
    }

    private static boolean isUcum(String unit) {
        if (unit.isEmpty()) {
            return true;
        }
        try {
            return !new suimon.reading.Unit(unit).code().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
