package suimon.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.reading.Unit;

class UdunitsTest {
    /** Each was held to the program udunits2 of UDUNITS 2.2. */
    @ParameterizedTest
    @CsvSource({"mg/L,mg/L", "Cel,degree_Celsius", "[degF],degree_Fahrenheit", "1,1", "%,percent", "[ppth],1e-3",
        "{NTU},1", "{cells}/mL,(1)/mL", "mol/(m2.s),mol/(m2.s)", "uS/cm,uS/cm", "kPa,kPa", "m3/h,m3/h", "L/s,L/s",
        "deg,degree", "[pH],1", "kOhm,kohm", "10*3/uL,(1e3)/uL", "mm[Hg],mmHg", "cm[H2O],(98.0665 Pa)", "kg/m3,kg/m3",
        "[kn_i],knot", "W/m2,W/m2", "dbar,dbar", "g/kg,g/kg", "[gal_us]/min,US_liquid_gallon/min", "mg{N}/L,mg/L",
        "umol/(m2.s),umol/(m2.s)", "kW.h,kW.h", "ug/L,ug/L", "[psi],psi", "[ft_i],international_foot", "lx,lx"})
    void unitsThatSensorsHaveAreNamedAsUdunitsHasThem(String ucum, String udunits) {
        assertThat(Udunits.of(new Unit(ucum).code())).isEqualTo(udunits);
    }

    @Test
    void whatHasNoNameThereHasNone() {
        assertThat(Udunits.of("")).isNull();
        assertThat(Udunits.of("B[SPL]")).isNull();
        assertThat(Udunits.of("mo")).isNull();
    }
}
