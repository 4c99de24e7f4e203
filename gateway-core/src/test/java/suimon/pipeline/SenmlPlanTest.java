package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Format;
import suimon.pipeline.Decoder.Outcome;
import suimon.reading.TimeOrigin;
import suimon.reading.Unit;
import suimon.reading.Value;

/** Packs are those of RFC 8428, 5.1 and 6, where a name says so. */
class SenmlPlanTest {
    private static final long RECEIVED = 1_795_392_000_000_000_000L;

    private final Decoder decoder =
            Decoder.of(List.of(DecodeConfig.of("{site}", Format.SENML, "{site}/{$.n}", null)));
    private final List<String> readings = new ArrayList<>();

    @Test
    void aSingleDatapointOfNow() {
        assertThat(decode("[{\"n\":\"urn:dev:ow:10e2073a01080063\",\"u\":\"Cel\",\"v\":23.1}]"))
                .isEqualTo(new Outcome.Decoded(1));

        assertThat(readings).containsExactly("s/urn:dev:ow:10e2073a01080063 Decimal[unscaled=231, scale=1] "
                + RECEIVED + " ARRIVAL");
    }

    @Test
    void multipleDatapointsBeforeABaseTime() {
        decode("""
                [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
                  "n":"voltage","u":"V","v":120.1},
                 {"n":"current","t":-5,"v":1.2},{"n":"current","v":1.7}]""");

        assertThat(readings).containsExactly(
                "s/urn:dev:ow:10e2073a0108006:voltage Decimal[unscaled=1201, scale=1] 1276020076001000000 SOURCE",
                "s/urn:dev:ow:10e2073a0108006:current Decimal[unscaled=12, scale=1] 1276020071001000000 SOURCE",
                "s/urn:dev:ow:10e2073a0108006:current Decimal[unscaled=17, scale=1] 1276020076001000000 SOURCE");
    }

    @Test
    void multipleMeasurementsWhereTheNameIsTheBaseName() {
        decode("""
                [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
                 {"n":":lon","u":"lon","v":24.30621},{"n":":lat","u":"lat","v":60.07965},{"t":60,"v":20.3}]""");

        assertThat(readings).containsExactly(
                "s/urn:dev:ow:10e2073a01080063 Int64[value=20] 1320067464000000000 SOURCE",
                "s/urn:dev:ow:10e2073a01080063:lon Decimal[unscaled=2430621, scale=5] 1320067464000000000 SOURCE",
                "s/urn:dev:ow:10e2073a01080063:lat Decimal[unscaled=6007965, scale=5] 1320067464000000000 SOURCE",
                "s/urn:dev:ow:10e2073a01080063 Decimal[unscaled=203, scale=1] 1320067524000000000 SOURCE");
    }

    @Test
    void manyMeasurementsOfOneSensor() {
        decode("""
                [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
                 {"u":"lon","n":"/lon","v":24.30621},{"u":"lat","n":"/lat","v":60.07965},{"t":60,"v":20.3},
                 {"u":"lon","n":"/lon","t":60,"v":24.30622},{"u":"lat","n":"/lat","t":60,"v":60.07965},
                 {"t":120,"v":20.7},{"u":"lon","n":"/lon","t":120,"v":24.30623},
                 {"u":"lat","n":"/lat","t":120,"v":60.07966},{"u":"%EL","n":"/battery","t":150,"v":98},
                 {"t":180,"v":21.2},{"u":"lon","n":"/lon","t":180,"v":24.30628}]""");

        assertThat(readings).hasSize(12).contains(
                "s/urn:dev:ow:10e2073a01080063/battery Int64[value=98] 1320067614000000000 SOURCE",
                "s/urn:dev:ow:10e2073a01080063 Decimal[unscaled=212, scale=1] 1320067644000000000 SOURCE");
    }

    @Test
    void aPackOfResolvedRecordsIsReadAsItStands() {
        decode("""
                [{"n":"urn:dev:ow:10e2073a0108006:voltage","u":"V","t":1.276020076001e+09,"v":120.1},
                 {"n":"urn:dev:ow:10e2073a0108006:current","u":"A","t":1.276020071001e+09,"v":1.2}]""");

        assertThat(readings).containsExactly(
                "s/urn:dev:ow:10e2073a0108006:voltage Decimal[unscaled=1201, scale=1] 1276020076001000000 SOURCE",
                "s/urn:dev:ow:10e2073a0108006:current Decimal[unscaled=12, scale=1] 1276020071001000000 SOURCE");
    }

    @Test
    void aCollectionOfResourcesAndARequestToSetAValue() {
        decode("""
                [{"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":27.2},
                 {"n":"humidity","u":"%RH","v":80}]""");
        decode("[{\"bn\":\"2001:db8::1/lamp\",\"vb\":true}]");

        assertThat(readings).hasSize(3).contains(
                "s/2001:db8::2/humidity Int64[value=80] 1320078429000000000 SOURCE",
                "s/2001:db8::1/lamp Bool[value=true] " + RECEIVED + " ARRIVAL");
    }

    @Test
    void everyTypeOfValue() {
        decode("""
                [{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
                 {"n":"label","vs":"Machine Room"},{"n":"open","vb":false},{"n":"nfc-reader","vd":"aGkgCg"}]""");

        assertThat(readings).extracting(reading -> reading.split(" ", 2)[1].replaceAll(" \\d+ ARRIVAL", ""))
                .containsExactly("Decimal[unscaled=231, scale=1]", "Text[value=Machine Room]", "Bool[value=false]",
                        "Text[value=aGkgCg]");
    }

    @Test
    void theCborFormOfMultipleDatapoints() {
        byte[] pack = HexFormat.of().parseHex("82a721781b75726e3a6465763a6f773a313065323037336130313038303036"
                + "3a22fb41d303a15b00106223614120050067766f6c7461676501615602fb405e066666666666"
                + "a3006763757272656e74062402fb3ff3333333333333");

        assertThat(decoder.decode("s", pack, RECEIVED, this::take)).isEqualTo(new Outcome.Decoded(2));

        assertThat(readings).containsExactly(
                "s/urn:dev:ow:10e2073a0108006:voltage Float64[value=120.1] 1276020076001000000 SOURCE",
                "s/urn:dev:ow:10e2073a0108006:current Float64[value=1.2] 1276020071001000000 SOURCE");
    }

    @Test
    void baseValueAndBaseSumAreAddedAndASumIsASeriesOfItsOwn() {
        decode("""
                [{"bn":"tank/"},{"bv":20,"n":"a","v":0.125},{"n":"b"},
                 {"bs":100,"n":"c","s":0.5,"v":1},{"n":"d","vs":"x"}]""");

        assertThat(readings).extracting(reading -> reading.replaceAll(" \\d+ ARRIVAL", "")).containsExactly(
                "s/tank/a Decimal[unscaled=20125, scale=3]", "s/tank/b Int64[value=20]",
                "s/tank/c Int64[value=21]", "s/tank/c/sum Decimal[unscaled=1005, scale=1]",
                "s/tank/d Text[value=x]", "s/tank/d/sum Int64[value=100]");
    }

    @Test
    void timesBelowTwoToThe28AreRelativeToTheArrival() {
        decode("[{\"n\":\"a\",\"t\":-2.5,\"v\":1},{\"n\":\"b\",\"t\":268435455,\"v\":1},"
                + "{\"n\":\"c\",\"t\":268435456,\"v\":1}]");

        assertThat(readings).containsExactly(
                "s/a Int64[value=1] " + (RECEIVED - 2_500_000_000L) + " ARRIVAL",
                "s/b Int64[value=1] " + (RECEIVED + 268_435_455_000_000_000L) + " ARRIVAL",
                "s/c Int64[value=1] 268435456000000000 SOURCE");
    }

    @Test
    void whatIsNotUnderstoodIsIgnoredUnlessItMustBe() {
        assertThat(decode("[{\"n\":\"a\",\"v\":1,\"ct\":60}]")).isEqualTo(new Outcome.Decoded(1));
        assertThat(reason("[{\"n\":\"a\",\"v\":1,\"ct_\":60}]")).isEqualTo("SenML record 1 has the field 'ct_',"
                + " which must be understood and is not (RFC 8428, 4.4)");
        assertThat(reason("[{\"n\":\"a\",\"bver\":11,\"v\":1}]"))
                .isEqualTo("SenML record 1 is of another version than 1 to 10");
        assertThat(reason("[{\"n\":\"a\",\"v\":1},{\"n\":\"a\",\"bver\":5,\"v\":1}]"))
                .isEqualTo("SenML record 2 has another version than the records before it");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}|not SenML: an object, expected an array of records",
        "[]|not SenML: an empty array, expected an array of records",
        "[1]|SenML record 1 is a number, expected an object",
        "[{\"n\":\"a\"}]|SenML record 1 has no v, vs, vb, vd or s",
        "[{\"bn\":\"a\"}]|no record has a value or a sum",
        "[{\"v\":1}]|SenML record 1 has the name '', expected letters, digits and - : . / _"
                + " with a letter or digit first",
        "[{\"n\":\"a\",\"v\":\"1\"}]|SenML record 1 has v as text, expected a number",
        "[{\"n\":\"a\",\"v\":1,\"vb\":true}]|SenML record 1 has more than one of v, vs, vb and vd",
        "[{\"n\":\"a\",\"v\":1,\"v\":2}]|SenML record 1 has v twice",
        "[{\"n\":\"a\",\"vd\":\"a=\"}]|SenML record 1 has vd as text, expected bytes, in JSON as base64url"
                + " without padding",
        "[{\"n\":\"a\",\"t\":1e30,\"v\":1}]|SenML record 1 has a time that is no number of seconds between"
                + " 1678 and 2262",
        "[{\"n\":\"a\",\"v\":1e999}]|a number beyond the range of a double"
    })
    void aBadPackIsRefusedAsAWholeWithItsReason(String packAndReason) {
        String[] parts = packAndReason.split("\\|");

        assertThat(reason(parts[0])).isEqualTo(parts[1]);
        assertThat(readings).isEmpty();
    }

    @Test
    void aUnitThatChangesIsRefusedAndARefusedPackDecidesNothing() {
        assertThat(reason("[{\"n\":\"a\",\"u\":\"K\",\"v\":1},{\"n\":\"b\"}]")).contains("record 2");
        assertThat(decode("[{\"n\":\"a\",\"u\":\"Cel\",\"v\":1}]")).isEqualTo(new Outcome.Decoded(1));

        assertThat(reason("[{\"n\":\"a\",\"u\":\"K\",\"v\":1}]")).isEqualTo(
                "unit 'K' of series 's/a', which comes in 'Cel'; send that, or under another name,"
                        + " or set rawUnit of the series");
        assertThat(decode("[{\"n\":\"a\",\"v\":1}]")).isEqualTo(new Outcome.Decoded(1));
    }

    @Test
    void aRuleWithoutTheResolvedNameIsRefused() {
        assertThatThrownBy(() -> DecodeConfig.of("{x}", Format.SENML, "{x}", null))
                .hasMessage("series '{x}' needs {$.n}, or all records are one");
        assertThatThrownBy(() -> DecodeConfig.of("{x}", Format.SENML, "{$.bn}", null))
                .hasMessage("series: of SenML only {$.n}, not {$.bn}");
        assertThatThrownBy(() -> DecodeConfig.of("{x}", Format.SENML, "{$.n}", "$.v"))
                .hasMessage("format senml takes no value, fields or time");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "m", "kg", "g", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C", "V", "F", "Ohm",
        "S", "Wb", "T", "H", "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2", "m3", "l", "m/s", "m/s2", "m3/s",
        "l/s", "W/m2", "cd/m2", "bit", "bit/s", "lat", "lon", "pH", "dB", "dBW", "Bspl", "count", "/", "%RH",
        "%EL", "EL", "1/s", "1/min", "beat/min", "beats", "S/m", "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3",
        "deg", "NTU", "ms", "min", "h", "MHz", "kW", "kVA", "kvar", "Ah", "Wh", "kWh", "varh", "kvarh", "kVAh",
        "Wh/km", "KiB", "GB", "Mbit/s", "B/s", "MB/s", "mV", "mA", "dBm", "ug/m3", "mm/h", "m/h", "ppm", "/100",
        "/1000", "hPa", "mm", "cm", "km", "km/h", "something else"
    })
    void everyUnitBecomesAUcumCodeOrAnAnnotation(String unit) {
        String code = SenmlUnits.toUcum(unit);

        assertThat(code).isNotEmpty();
        if (!unit.contains(" ")) {
            assertThat(new Unit(code)).hasToString(code);
        }
    }

    private Outcome decode(String pack) {
        return decoder.decode("s", pack.getBytes(StandardCharsets.UTF_8), RECEIVED, this::take);
    }

    private String reason(String pack) {
        return decode(pack) instanceof Outcome.Rejected rejected ? rejected.reason() : "decoded";
    }

    private void take(SeriesLabel series, Value value, long measured, TimeOrigin origin) {
        readings.add(series + " " + value + " " + measured + " " + origin);
    }
}
