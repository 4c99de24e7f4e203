package suimon.connector.opcua;

import java.util.HashMap;
import java.util.Map;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.UnitNames;

/**
 * Units of a server as UCUM: by the UNECE Recommendation 20 common code that a unit id holds (Part 8,
 * 5.6.4.3), else by the name a maker gave it where that is one of the same codes.
 */
final class EngineeringUnits {
    static final String NAMESPACE = "http://www.opcfoundation.org/UA/units/un/cefact";

    private static final String UNKNOWN = "?";

    private static final String COMMON = """
            CEL Cel,KEL K,FAH [degF],P1 %,MTR m,CMT cm,MMT mm,4H um,KMT km,C45 nm,DMT dm
            MTK m2,CMK cm2,MMK mm2,KMK km2,MTQ m3,LTR L,MLT mL,DMQ dm3,CMQ cm3,HLT hL
            MQH m3/h,MQS m3/s,L2 L/min,G51 L/s,E32 L/h,KGM kg,GRM g,MGM mg,MC ug,TNE t
            SEC s,MIN min,HUR h,DAY d,C26 ms,B98 us,C47 ns,ANN a,MON mo,WEE wk
            PAL Pa,KPA kPa,MPA MPa,A97 hPa,BAR bar,MBR mbar,PS [psi],NEW N,NU N.m,JOU J,KJO kJ,3B MJ
            WTT W,KWT kW,MAW MW,KWH kW.h,WHR W.h,VLT V,2Z mV,KVT kV,AMP A,4K mA,B84 uA
            OHM Ohm,B49 kOhm,B75 MOhm,SIE S,C27 mS,B99 uS,G42 uS/cm,H61 mS/cm,D10 S/m
            HTZ Hz,KHZ kHz,MHZ MHz,LUX lx,LUM lm,CDL cd,RPM {rev}/min,RPS {rev}/s
            MTS m/s,KMH km/h,2M cm/s,C16 mm/s,MSK m/s2,DD deg,C81 rad
            GL g/L,M1 mg/L,GP mg/m3,KMQ kg/m3,23 g/cm3,GQ ug/m3,59 [ppm],61 [ppb],NA mg/kg
            Q30 [pH],C62 1,2N dB,D54 W/m2,C34 mol,C36 mol/m3,M33 mmol/L,KGS kg/s,E93 kg/h,F31 kg/min
            D46 V.A,4G uL,FAR F,COU C,B22 kA,C18 mmol,D33 T,FOT [ft_i]
            """;

    private static final Map<String, String> BY_COMMON_CODE = new HashMap<>();

    static {
        for (String pair : COMMON.strip().split("[,\n]")) {
            String[] words = pair.strip().split(" ");
            BY_COMMON_CODE.put(words[0], words[1]);
        }
    }

    private EngineeringUnits() {}

    /** The table, UNECE code to UCUM. */
    static Map<String, String> table() {
        return Map.copyOf(BY_COMMON_CODE);
    }

    /** The UCUM code; empty when it is not known here. */
    static String ucumOf(EUInformation unit) {
        String byCode = NAMESPACE.equals(unit.getNamespaceUri()) || unit.getNamespaceUri() == null
                ? BY_COMMON_CODE.getOrDefault(commonCode(unit.getUnitId()), "") : "";
        return byCode.isEmpty() ? byName(unit.getDisplayName()) : byCode;
    }

    /** The UCUM code; or, where it is not known here, the server's own word for it with a mark before it. */
    static String told(EUInformation unit) {
        String code = ucumOf(unit);
        LocalizedText name = unit.getDisplayName();
        return !code.isEmpty() ? code : UNKNOWN + (name == null || name.text() == null ? unit.getUnitId()
                : ReverseHello.shown(name.text()));
    }

    /** The UCUM code of what {@link #told} gave; empty when it was not known. */
    static String known(String told) {
        return told.startsWith(UNKNOWN) ? "" : told;
    }

    /** The characters of the code are the bytes of the id, the first the highest. */
    static String commonCode(int unitId) {
        StringBuilder code = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            int one = unitId >>> shift & 0xFF;
            if (one != 0) {
                code.append((char) one);
            }
        }
        return code.toString();
    }

    private static String byName(@Nullable LocalizedText name) {
        String text = name == null ? null : name.text();
        return text == null ? "" : UnitNames.ucumOf(text);
    }
}
