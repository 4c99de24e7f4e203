package suimon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitsConfigTest {
    private static final String HEAD = """
            site: {id: pen-1, title: 生簀}
            data:
            web:
            series:
            """;
    private static final String INPUTS = """
              do: {unit: mg/L}
              t: {unit: Cel, rawUnit: "[degF]", standardName: sea_water_temperature}
              s: {unit: "[ppth]"}
            """;

    @TempDir
    Path folder;

    @Test
    void aValueIsConvertedFirstAndThenCalibratedInTheUnitOfTheSeries() throws Exception {
        SeriesConfig series = read(INPUTS + """
              warm: {unit: Cel, rawUnit: "[degF]", calibration: {offset: 0.5}}
            """).get("warm");

        assertThat(series).isNotNull();
        assertThat(series.line().apply(50)).isCloseTo(10.5, within(1e-12));
    }

    @Test
    void aDerivedSeriesIsReadWithWhatGoesIn() throws Exception {
        SeriesConfig series = read(INPUTS + """
              sat:
                unit: "1"
                derived: {formula: oxygen-saturation, from: {oxygen: do, temperature: t}, given: {salinity: 33}}
            """).get("sat");

        assertThat(series).isNotNull();
        assertThat(series.derived()).isNotNull();
        assertThat(series.derived().given()).containsEntry("salinity", 33.0);
        assertThat(series.line().apply(95)).isCloseTo(0.95, within(1e-12));
    }

    @Test
    void unitsThatDoNotFitAreNamed() throws Exception {
        assertThat(refusals("  a: {unit: Cel, rawUnit: mg/L}\n")).containsExactly(
                "'mg/L' where unit is 'Cel': a unit of the same quantity, such as [degF] where unit is Cel");
        assertThat(refusals("  a: {unit: mg/L, standardName: sea_water_temperature}\n")).containsExactly(
                "'sea_water_temperature' where unit is 'mg/L': a unit that converts to K");
        assertThat(refusals("  a: {unit: Cel, standardName: sea_water_temperatur}\n").getFirst())
                .contains("a CF standard name that is known here").contains("sea_water_temperature");
    }

    @Test
    void aFormulaThatLacksSomethingOrGetsTheWrongThingIsRefused() throws Exception {
        assertThat(refusals(INPUTS + """
              sat: {unit: "%", derived: {formula: oxygen-saturation, from: {oxygen: t, temp: t}}}
            """)).containsExactlyInAnyOrder(
                "'temp': one of [oxygen, salinity, temperature]" + Names.nearest("temp", List.of("oxygen", "salinity", "temperature")),
                "'t' in 'Cel': a series whose unit converts to mg/L",
                "no temperature: from: {temperature: SERIES} or given: {temperature: NUMBER} in Cel",
                "no salinity: from: {salinity: SERIES} or given: {salinity: NUMBER} in {PSU}");
        assertThat(refusals(INPUTS + """
              d: {unit: mg/L, derived: {formula: sea-water-density, from: {temperature: t, salinity: s}}}
            """)).isEmpty();
        assertThat(refusals(INPUTS + """
              d: {unit: Cel, derived: {formula: sea-water-density, from: {temperature: t, salinity: s}}}
            """)).containsExactly(
                "a result in kg/m3 where unit is 'Cel': unit: \"kg/m3\" or one that it converts to");
        assertThat(refusals("""
              a: {unit: kPa, derived: {formula: joukowsky-surge, from: {velocity: b}, given: {waveSpeed: 1200}}}
              b: {unit: m/s, derived: {formula: pipe-wave-speed, from: {temperature: b, diameter: c}, given: {wall: 7, modulus: 3}}}
              c: {unit: mm}
            """)).anyMatch(each -> each.startsWith("a circle back to 'b'"));
    }

    private List<String> refusals(String series) throws IOException {
        try {
            read(series);
            return List.of();
        } catch (ConfigRefused refused) {
            return refused.problems().stream().map(each -> each.found() + ": " + each.expected()).toList();
        }
    }

    private Map<String, SeriesConfig> read(String series) throws IOException, ConfigRefused {
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, HEAD + series);
        return ConfigFile.gateway(file, Kinds.none()).series();
    }
}
