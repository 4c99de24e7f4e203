package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases follow the y_ and n_ files of nst/JSONTestSuite. */
class JsonTapeTest {
    private final JsonTape tape = new JsonTape();

    @ParameterizedTest
    @ValueSource(strings = {
        "[[]   ]", "[\"\"]", "[]", "[\"a\"]", "[false]", "[null, 1, \"1\", {}]", "[null]", "[1\n]", " [1]",
        "[1,null,null,null,2]", "[2] ", "[123e65]", "[0e+1]", "[0e1]", "[ 4]", "[-0.000000000000000001]",
        "[20e1]", "[-0]", "[-123]", "[-1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[123]",
        "[123.456789]", "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", "{}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
        "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", "{\"a\":[]}", "[\"\\u0060\\u012a\\u12AB\"]",
        "[\"\\uD801\\udc37\"]", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\\u0000\"]", "[\"a/*b*/c/*d//e\"]",
        "[\"\\uDBFF\\uDFFF\"]", "[\"\u2028\"]", "[\"\ud83d\ude39\"]", "[\"\u007f\"]", "false", "42", "-0.1",
        "null", "\"asd\"", "true", "\"\"", "[true]", " [] ", "{\"a\":\"b\",\"a\":\"b\"}"})
    void takesWhatRfc8259Allows(String json) {
        assertThat(tape.read(bytes(json), false)).as("%s: %s", json, tape.refusal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "[1 true]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]", "[\"x\"",
        "[x", "[3[4]]", "[1:2]", "[,]", "[-]", "[   , \"\"]", "[\"a\",\n4\n,1,", "[1,]", "[1,,]", "[*]", "[\"\"",
        "[1,", "[1,\n1\n,1", "[{}", "[fals]", "[nul]", "[tru]", "[++1234]", "[+1]", "[+Inf]", "[-01]", "[-1.0.]",
        "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]", "[0.3e]", "[0.e1]", "[0E+]", "[0e]",
        "[1.0e+]", "[1.0e-]", "[1 000.0]", "[1eE2]", "[2.e+3]", "[9.e+]", "[Inf]", "[NaN]", "[\uff11]", "[1+2]",
        "[0x1]", "[Infinity]", "[-Infinity]", "[-foo]", "[- 1]", "[-012]", "[-.123]", "[-1x]", "[1ea]", "[1.]",
        "[.123]", "[1.2a-3]", "[012]", "[\"x\", truth]", "{[: \"x\"}", "{\"x\", null}", "{\"x\"::\"b\"}",
        "{\"a\":\"a\" 123}", "{key: 'value'}", "{\"a\" b}", "{:\"b\"}", "{\"a\" \"b\"}", "{\"a\":", "{\"a\"",
        "{1:1}", "{null:null}", "{\"id\":0,,,,,}", "{'a':0}", "{\"id\":0,}", "{\"a\":\"b\"}/**/",
        "{\"a\":\"b\"}//", "{\"a\":\"b\",,\"c\":\"d\"}", "{a: \"b\"}", "{\"a\":\"a", "{ \"foo\" : \"bar\", \"a\" }",
        "{\"a\":\"b\"}#", "[\"\\uD800\\\"]", "[\"\\uD800\\u\"]", "[\"\\uD800\\u1\"]", "[\"\\uD800\\u1x\"]",
        "[\u00e9]", "[\"\\x00\"]", "[\"\\\\\\\"]", "[\"\\\t\"]", "[\"\\\ud83c\udf00\"]", "[\"\\\"]",
        "[\"\\u00A\"]", "[\"\\uD834\\uDd\"]", "[\"\\uD800\\uD800\\x\"]", "[\"\\a\"]", "[\"\\uqqqq\"]",
        "[\\u0020\"asd\"]", "[\\n]", "\"", "['single quote']", "abc", "[\"\\", "[\"new\nline\"]", "[\"\t\"]",
        "\"\\UA66D\"", "\"x\"#", "[\u2060]", "<.>", "[<null>]", "[1]x", "[1]]", "[\"asd]", "a\u00e5", "[True]", "1]",
        "{\"x\": true,", "[][]", "]", "\u00ef\u00bb\u00bf{}x", "[", "{", "{]", "[}", "\u2060", "{\"a\":/*x*/\"b\"}",
        "[\"\\uD800\"]", "[\"\\uDC00\\uD800\"]", "[\f]", "[1\u0000]", "not json"})
    void refusesWhatRfc8259Forbids(String json) {
        assertThat(tape.read(bytes(json), false)).as(json).isFalse();

        assertThat(tape.refusal()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c0af", "eda080", "f4bfbfbf", "fc83bfbfbfbf", "e0ff", "81", "c3", "e6978a8a", "f0808080"})
    void refusesBytesThatAreNotUtf8(String hex) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write(bytes("[\""));
        text.write(java.util.HexFormat.of().parseHex(hex));
        text.write(bytes("\"]"));

        assertThat(tape.read(text.toByteArray(), false)).isFalse();

        assertThat(tape.refusal()).matches("not (UTF-8|JSON) at byte \\d+");
    }

    @Test
    void depthIsBounded() {
        int most = JsonTape.DEPTH_MAX;

        assertThat(tape.read(bytes("[".repeat(most) + "]".repeat(most)), false)).isTrue();
        assertThat(tape.read(bytes("[".repeat(100_000)), false)).isFalse();
        assertThat(tape.refusal()).isEqualTo("nested deeper than 64 at byte 64");
    }

    @Test
    void nodesAreBounded() {
        assertThat(tape.read(bytes("[" + "0,".repeat(JsonTape.NODES_MAX) + "0]"), false)).isFalse();
        assertThat(tape.refusal()).isEqualTo("more than 65536 values");
    }

    @Test
    void damagedTextNeverThrowsAndNeverHangs() {
        byte[] whole = bytes("{\"ts\":\"2026-11-23T00:00:00Z\",\"v\":[1.50,-2e3,null,true,\"\\u65e5\\n\"],\"q\":{\"a\":{}}}");
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            for (int count = random.nextInt(1, 4); count > 0; count--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }

            boolean isRead = tape.read(damaged, random.nextBoolean());

            assertThat(isRead).as("seed=%d", seed).isEqualTo(tape.refusal().isEmpty());
        }
    }

    @Test
    void everyPrefixOfATextIsRefused() {
        String json = "{\"a\":[1.5,{\"b\":\"\\ud83d\\ude39\"}],\"c\":null}";
        for (int length = 0; length < json.length(); length++) {
            assertThat(tape.read(bytes(json.substring(0, length)), false)).as("%d bytes", length).isFalse();
        }
    }

    @Test
    void escapesAreResolved() {
        tape.read(bytes("\"\\u65e5\\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude39\""), false);

        assertThat(tape.text(0)).isEqualTo("日\"\\/\b\f\n\r\t\ud83d\ude39");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
