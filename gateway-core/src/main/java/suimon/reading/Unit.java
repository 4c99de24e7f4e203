package suimon.reading;

import java.util.Map;
import java.util.Optional;

/**
 * A unit as a UCUM code (The Unified Code for Units of Measure, case sensitive form): {@code mg/L},
 * {@code Cel}, {@code m3/h}, {@code {cells}/mL}, {@code 1}. Empty when nobody said.
 *
 * <p>Of UCUM's atoms the ones of water, air, crops, mains and electricity are known, see
 * {@link UnitAtoms}. Unlike UCUM, which ignores annotations, units with different annotations are
 * not converted into each other: nitrate in {@code mg{N}/L} is not nitrate in {@code mg{NO3}/L}.
 */
public record Unit(String code) {
    public static final Unit UNKNOWN = new Unit("");

    private static final Map<String, String> USUAL_MISTAKES = Map.ofEntries(
            Map.entry("°C", "Cel"), Map.entry("℃", "Cel"), Map.entry("degC", "Cel"),
            Map.entry("°F", "[degF]"), Map.entry("degF", "[degF]"), Map.entry("pH", "[pH]"),
            Map.entry("ppm", "[ppm]"), Map.entry("ppb", "[ppb]"), Map.entry("ppt", "[ppth]"),
            Map.entry("‰", "[ppth]"), Map.entry("psu", "{PSU}"), Map.entry("PSU", "{PSU}"),
            Map.entry("NTU", "{NTU}"), Map.entry("FNU", "{FNU}"), Map.entry("psi", "[psi]"),
            Map.entry("µS/cm", "uS/cm"), Map.entry("μS/cm", "uS/cm"), Map.entry("µg/L", "ug/L"),
            Map.entry("m³/h", "m3/h"), Map.entry("m³", "m3"), Map.entry("m3/hr", "m3/h"),
            Map.entry("cells/mL", "{cells}/mL"), Map.entry("kWh", "kW.h"), Map.entry("Wh", "W.h"),
            Map.entry("rpm", "{rev}/min"), Map.entry("mH2O", "m[H2O]"), Map.entry("mmHg", "mm[Hg]"),
            Map.entry("sec", "s"), Map.entry("hour", "h"), Map.entry("day", "d"), Map.entry("°", "deg"),
            Map.entry("ohm", "Ohm"), Map.entry("Ω", "Ohm"), Map.entry("lux", "lx"), Map.entry("kt", "[kn_i]"),
            Map.entry("knots", "[kn_i]"), Map.entry("ft", "[ft_i]"), Map.entry("gal", "[gal_us]"));

    public Unit {
        if (!code.isEmpty() && UnitScale.of(code) == null) {
            String instead = USUAL_MISTAKES.get(code);
            throw new IllegalArgumentException("'" + code + "' is no UCUM unit known here; expected "
                    + (instead == null ? "a code such as mg/L, Cel, m3/h, uS/cm, {NTU}, % or 1" : instead));
        }
    }

    /**
     * The line that turns values in this unit into values in another; empty when one of them is
     * unknown or they measure different things.
     */
    public Optional<Calibration> to(Unit other) {
        if (code.equals(other.code)) {
            return Optional.of(Calibration.NONE);
        }
        UnitScale from = UnitScale.of(code);
        UnitScale to = UnitScale.of(other.code);
        return from == null || to == null ? Optional.empty() : from.to(to);
    }

    /** Whether it is the same unit, perhaps written otherwise, as {@code l} and {@code L}. */
    public boolean isSame(Unit other) {
        return to(other).filter(Calibration.NONE::equals).isPresent();
    }

    @Override
    public String toString() {
        return code;
    }
}
