package suimon.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "[degF] Cel 50 10", "Cel [degF] -40 -40", "K Cel 273.15 0", "Cel K 10 283.15",
        "[psi] kPa 1 6.894757293168361", "bar kPa 1.5 150", "m[H2O] kPa 1 9.80665", "mm[Hg] Pa 1 133.322",
        "atm hPa 1 1013.25", "m3/h L/s 36 10", "L/min m3/h 100 6", "[gal_us]/min L/min 1 3.785411784",
        "mg/L g/m3 7 7", "ug/L mg/L 7 0.007", "[ppm] % 5000 0.5", "mS/cm S/m 42.914 4.2914",
        "uS/cm mS/cm 500 0.5", "km/h m/s 36 10", "[kn_i] m/s 1 0.5144444444444445", "kW.h MJ 1 3.6",
        "deg rad 180 3.141592653589793", "mmol/m3 umol/L 3 3", "ug{N}/L mg{N}/L 5 0.005",
        "{cells}/mL {cells}/L 2 2000", "10*3{cells}/mL {cells}/mL 2 2000", "har m2 1 10000", "W/(m2.K) W/m2/K 3 3",
        "/min Hz 60 1", "dbar kPa 1 10", "mo d 12 365.25", "Cel/h K/s 3600 1", "% 1 55 0.55"})
    void valuesAreConverted(String from, String to, double value, double expected) {
        Calibration line = new Unit(from).to(new Unit(to)).orElseThrow();

        assertThat(line.apply(value)).isCloseTo(expected, within(Math.abs(expected) * 1e-12 + 1e-11));
        assertThat(line.inverse().apply(line.apply(value))).isCloseTo(value, within(Math.abs(value) * 1e-12 + 1e-11));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "mg/L Cel", "mg{N}/L mg{NO3}/L", "{NTU} {FNU}", "mol/L g/L", "[pH] 1", "{cells}/mL 1/mL", "m2 m3", "dB %"})
    void differentThingsAreNotConverted(String from, String to) {
        assertThat(new Unit(from).to(new Unit(to))).isEmpty();
    }

    @Test
    void aFactorOfPrefixesIsExact() {
        assertThat(new Unit("ug/L").to(new Unit("mg/L"))).contains(new Calibration(0, 0.001));
        assertThat(new Unit("l").isSame(new Unit("L"))).isTrue();
        assertThat(new Unit("mg/L").isSame(new Unit("g/m3"))).isTrue();
        assertThat(new Unit("mg/L").isSame(new Unit("ug/mL"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mg//L", "mg/", ".m", "xyz", "m(", "m)", "()", "kk", "m3/hr", "Cel ", "{a", "{}", "0", "m+"})
    void whatIsNoCodeIsRefused(String code) {
        assertThatThrownBy(() -> new Unit(code)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no UCUM unit known here");
    }

    @ParameterizedTest
    @CsvSource({"°C,Cel", "psu,{PSU}", "ppm,[ppm]", "kWh,kW.h", "µS/cm,uS/cm", "m3/hr,m3/h"})
    void theUsualMistakesAreAnsweredWithTheRightCode(String written, String right) {
        assertThatThrownBy(() -> new Unit(written)).hasMessage(
                "'" + written + "' is no UCUM unit known here; expected " + right);
    }

    @Test
    void aDeeplyNestedCodeIsRefusedAndALongOneIsNotEvenRead() {
        assertThatThrownBy(() -> new Unit("(".repeat(20) + "m" + ")".repeat(20))).hasMessageContaining("no UCUM unit");
        assertThatThrownBy(() -> new Unit("m".repeat(5000) + "!")).hasMessageContaining("no UCUM unit");
    }

    @Test
    void twoLinesMakeOne() {
        Calibration fahrenheit = new Unit("[degF]").to(new Unit("Cel")).orElseThrow();

        assertThat(fahrenheit.then(new Calibration(0.5, 2)).apply(50)).isCloseTo(20.5, within(1e-12));
        assertThat(fahrenheit.then(Calibration.NONE)).isEqualTo(fahrenheit);
        assertThat(Calibration.NONE.then(fahrenheit)).isEqualTo(fahrenheit);
    }
}
