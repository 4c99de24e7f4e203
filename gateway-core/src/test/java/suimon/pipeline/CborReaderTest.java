package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Expect;
import suimon.config.DecodeConfig.Format;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Decoder.Outcome;

/** Encodings and values are those of RFC 8949, appendix A, where a comment says nothing else. */
class CborReaderTest {
    private final CborReader reader = new CborReader();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "00|Int64[value=0]", "17|Int64[value=23]", "1818|Int64[value=24]", "1903e8|Int64[value=1000]",
        "1a000f4240|Int64[value=1000000]", "1b000000e8d4a51000|Int64[value=1000000000000]",
        "1bffffffffffffffff|UInt64[bits=-1]", "c249010000000000000000|Float64[value=1.8446744073709552E19]",
        "3bffffffffffffffff|Float64[value=-1.8446744073709552E19]",
        "c349010000000000000000|Float64[value=-1.8446744073709552E19]",
        "20|Int64[value=-1]", "3863|Int64[value=-100]", "3903e7|Int64[value=-1000]",
        "f98000|Float32[value=-0.0]", "f93c00|Float32[value=1.0]", "fb3ff199999999999a|Float64[value=1.1]",
        "f97bff|Float32[value=65504.0]", "fa47c35000|Float32[value=100000.0]",
        "f90001|Float32[value=5.9604645E-8]", "f90400|Float32[value=6.1035156E-5]",
        "f97c00|Float32[value=Infinity]", "f97e00|Float32[value=NaN]", "f9fc00|Float32[value=-Infinity]",
        "fa7f800000|Float32[value=Infinity]", "fbfff0000000000000|Float64[value=-Infinity]",
        "f4|Bool[value=false]", "f5|Bool[value=true]", "f6|None[]", "f7|None[]",
        "60|Text[value=]", "6161|Text[value=a]", "62c3bc|Text[value=ü]", "63e6b0b4|Text[value=水]",
        "7f657374726561646d696e67ff|Text[value=streaming]",
        // 273.15 as a decimal fraction and 1.5 as a bigfloat: 3.4.4.
        "c48221196ab3|Decimal[unscaled=27315, scale=2]", "c5822003|Float64[value=1.5]",
        // The tag of CBOR itself changes nothing: 3.4.6.
        "d9d9f707|Int64[value=7]"
    })
    void readsEveryTypeOfValue(String hex, String value) {
        Tree tree = read(hex);

        assertThat(tree).as(reader.refusal()).isInstanceOfSatisfying(
                Tree.Scalar.class, scalar -> assertThat(scalar.value()).hasToString(value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "40|''", "4401020304|AQIDBA", "5f42010243030405ff|AQIDBAU", "d74401020304|AQIDBA"
    })
    void bytesAreTextInBase64url(String hex, String text) {
        assertThat(read(hex)).isEqualTo(
                new Tree.Scalar(new suimon.reading.Value.Text(text), Tree.Kind.OCTETS));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "9f018202039f0405ffff|83018202039f0405ff", "83018202039f0405ff|8301820203820405",
        "bf61610161629f0203ffff|a26161016162820203", "826161bf61626163ff|826161a161626163"
    })
    void indefiniteLengthsSayTheSameAsDefiniteOnes(String open, String closed) {
        assertThat(read(open)).isNotNull().isEqualTo(read(closed));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "\"\"|not CBOR: it ends at byte 0 where an item was expected", "18|not CBOR: cut off at byte 1",
        "1c|not CBOR at byte 0", "0000|more after the CBOR item at byte 1", "ff|not CBOR at byte 0",
        "62c328|text that is not UTF-8 at byte 1", "7f61c361bcff|text that is not UTF-8 at byte 2",
        "7f4161ff|\"not CBOR at byte 1, expected a chunk of the string or its end\"",
        "7f7f6161ffff|not CBOR at byte 1", "bf6161ff|not CBOR at byte 3",
        "9bffffffffffffffff|\"not CBOR: a length of 18446744073709551615 before byte 9, where 0 bytes are left\"",
        "5a7fffffff00|\"not CBOR: a length of 2147483647 before byte 5, where 1 bytes are left\"",
        "a18001|\"a key that is an array at byte 1, expected text or an integer\"",
        "c001|\"tag 0 on a number before byte 1, expected text\"",
        "c482196ab321|\"tag 4 on an array before byte 1, expected an array of exponent and mantissa within"
                + " the range of a double\"",
        "f0|\"simple value 16 before byte 1, expected true, false, null, undefined or a float\""
    })
    void whatIsMalformedIsRefusedWithItsPlace(String hex, String reason) {
        assertThat(read(hex)).isNull();
        assertThat(reader.refusal()).isEqualTo(reason);
    }

    @Test
    void nestingAndItemsAreBounded() {
        assertThat(read("81".repeat(64) + "00")).isNotNull();
        assertThat(read("81".repeat(65) + "00")).isNull();
        assertThat(reader.refusal()).isEqualTo("nested deeper than 64 at byte 65");
        assertThat(read("c6".repeat(500_000))).isNull();
        assertThat(read("9f" + "00".repeat(CborReader.ITEMS_MAX) + "ff")).isNull();
        assertThat(reader.refusal()).isEqualTo("more than 65536 items");
    }

    @Test
    void thePathsOfJsonFindValuesAndTaggedTimes() {
        Decoder decoder = Decoder.of(List.of(new DecodeConfig("{pen}", Format.CBOR, "{pen}/{$.1}/{field}", null,
                Map.of("do", "$.v[0]"), "$.r", "$.t", TimeFormat.MILLISECONDS, null, Expect.ANY, ",")));
        StringBuilder found = new StringBuilder();

        // {"r": [{"t": 1(1363896240.5), 1: "a", "v": [7.5]}, {"t": 1000, 1: 2, "v": [null]}]}
        Outcome outcome = decoder.decode("p", bytes("a1617282" + "a36174c1fb41d452d9ec20000001" + "6161617681f94780"
                + "a361741903e80102617681f6"), 0, (series, value, time, origin) ->
                found.append(series).append(' ').append(value).append(' ').append(time).append('\n'));

        assertThat(outcome).isEqualTo(new Outcome.Decoded(2));
        assertThat(found).hasToString("""
                p/a/do Float32[value=7.5] 1363896240500000000
                p/2/do None[] 1000000000
                """);
    }

    private @Nullable Tree read(String hex) {
        byte[] bytes = bytes(hex);
        return reader.read(bytes, 0, bytes.length);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
