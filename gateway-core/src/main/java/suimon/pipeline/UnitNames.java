package suimon.pipeline;

import java.util.Map;
import java.util.Set;

/**
 * Units as servers and makers write them, as UCUM codes. Only what is listed: a maker's "ft" is no femtotonne and its
 * "C" no coulomb, though UCUM would read them so.
 */
public final class UnitNames {
    private static final Set<String> CODES = Set.of("""
            Cel K [degF] % m cm mm um km nm dm m2 cm2 mm2 km2 m3 L mL dm3 cm3 hL
            m3/h m3/s L/min L/s L/h kg g mg ug t s min h d ms us ns a mo wk
            Pa kPa MPa hPa bar mbar [psi] N N.m J kJ MJ W kW MW kW.h W.h V mV kV A mA uA
            Ohm kOhm MOhm S mS uS uS/cm mS/cm S/m Hz kHz MHz lx lm cd {rev}/min {rev}/s
            m/s km/h cm/s mm/s m/s2 deg rad g/L mg/L mg/m3 kg/m3 g/cm3 ug/m3 [ppm] [ppb] mg/kg
            [pH] 1 dB W/m2 mol mol/m3 mmol/L kg/s kg/h kg/min V.A uL F C kA mmol T [ft_i] ug/L
            """.strip().split("\\s+"));
    private static final Map<String, String> WRITTEN = Map.of("degC", "Cel", "deg C", "Cel", "degF", "[degF]", "psi", "[psi]",
            "pH", "[pH]", "ppm", "[ppm]", "ppb", "[ppb]", "rpm", "{rev}/min", "l/min", "L/min", "kWh", "kW.h");

    private UnitNames() {}

    /** The UCUM code; empty when the name is not known here. */
    public static String ucumOf(String name) {
        String text = name.strip().replace("°C", "Cel").replace("℃", "Cel").replace("°F", "[degF]").replace("°", "deg")
                .replace("³", "3").replace("²", "2").replace("µ", "u").replace("μ", "u").replace("Ω", "Ohm");
        String code = WRITTEN.getOrDefault(text, text);
        boolean isSafe = CODES.contains(code) && !code.equals("C") && !code.equals("F");
        return isSafe ? code : "";
    }
}
