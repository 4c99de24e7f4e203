package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Expect;
import suimon.config.DecodeConfig.Format;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Decoder.Fault;
import suimon.pipeline.Decoder.Outcome;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

class DecoderTest {
    private static final long RECEIVED = 1_795_392_000_000_000_000L;

    private final List<String> readings = new ArrayList<>();

    @Test
    void readsValueAndTimeFromJson() {
        Decoder decoder = Decoder.of(List.of(
                DecodeConfig.of("pens/{pen}/do", Format.JSON, "{pen}/do", "$.v").timed("$.ts", TimeFormat.AUTO)));

        Outcome outcome = decode(decoder, "pens/pen1/do", "{\"ts\":\"2026-11-23T09:00:01+09:00\",\"v\":7.10}");

        assertThat(outcome).isEqualTo(new Outcome.Decoded(1));
        assertThat(readings).containsExactly("pen1/do=Decimal[unscaled=710, scale=2]@1 SOURCE");
    }

    @Test
    void everyTypeOfValueIsKept() {
        Decoder decoder = Decoder.of(List.of(DecodeConfig.of("{t}", Format.JSON, "{t}", "$")));

        for (String json : List.of("1", "-0.0", "true", "null", "\"open\"", "18446744073709551615")) {
            decode(decoder, "x", json);
        }

        assertThat(readings).containsExactly(
                "x=Int64[value=1]@0 ARRIVAL", "x=Float64[value=-0.0]@0 ARRIVAL", "x=Bool[value=true]@0 ARRIVAL",
                "x=None[]@0 ARRIVAL", "x=Text[value=open]@0 ARRIVAL", "x=UInt64[bits=-1]@0 ARRIVAL");
    }

    @Test
    void severalFieldsOfAnArrayOfRecords() {
        Decoder decoder = Decoder.of(List.of(new DecodeConfig("site/#", Format.JSON, "{$$.site}/{$.id}/{field}", null,
                ordered("do", "$.values['d o']", "temp", "$.values.t"), "$.records", "$.at", TimeFormat.SECONDS, null,
                Expect.ANY, ",")));

        decode(decoder, "site/a/b", """
                {"site":"fuku","records":[
                  {"id":"p1","at":1795392001,"values":{"d o":7.1,"t":12}},
                  {"id":2,"at":1795392002,"values":{"t":13}}]}""");

        assertThat(readings).containsExactly(
                "fuku/p1/do=Decimal[unscaled=71, scale=1]@1 SOURCE", "fuku/p1/temp=Int64[value=12]@1 SOURCE",
                "fuku/2/temp=Int64[value=13]@2 SOURCE");
    }

    @Test
    void oneBadRecordRejectsTheMessageAsAWhole() {
        Decoder decoder = Decoder.of(List.of(new DecodeConfig("#", Format.JSON, "s", "$.v", Map.of(), "$", null,
                TimeFormat.AUTO, null, Expect.ANY, ",")));

        Outcome outcome = decode(decoder, "t", "[{\"v\":1},{\"w\":2}]");

        assertThat(outcome).isEqualTo(
                new Outcome.Rejected(Fault.VALUE, "no $.v in the payload (found keys: w)"));
        assertThat(readings).isEmpty();
    }

    @Test
    void reasonsNameWhatWasFound() {
        Decoder decoder = Decoder.of(List.of(
                DecodeConfig.of("t", Format.JSON, "s", "$.v").timed("$.ts", TimeFormat.ISO)));

        assertThat(reason(decoder, "t", "not json")).isEqualTo("not JSON at byte 0");
        assertThat(reason(decoder, "t", "")).isEqualTo("not JSON at byte 0");
        assertThat(reason(decoder, "t", "{\"ts\":\"2026-11-23T00:00:00Z\",\"q\":1}"))
                .isEqualTo("no $.v in the payload (found keys: ts, q)");
        assertThat(reason(decoder, "t", "{\"ts\":\"yesterday\",\"v\":1}"))
                .isEqualTo("time 'yesterday' is not ISO 8601 with offset");
        assertThat(reason(decoder, "t", "{\"ts\":null,\"v\":1}"))
                .isEqualTo("time at $.ts is null and is not ISO 8601 with offset");
        assertThat(reason(decoder, "t", "{\"v\":1,\"v\":2,\"ts\":\"2026-11-23T00:00:00Z\"}"))
                .isEqualTo("$.v is there twice in the payload");
        assertThat(reason(decoder, "t", "{\"v\":{},\"ts\":\"2026-11-23T00:00:00Z\"}"))
                .isEqualTo("$.v is an object, expected a number, text, true, false or null");
        assertThat(reason(decoder, "t", "{\"v\":1,\"ts\":\"2026-11-23T00:00:00Z\"}}"))
                .startsWith("more after the JSON text");
        assertThat(reason(decoder, "u", "{}")).isEqualTo("no decode rule for topic 'u'");
        assertThat(decoder.decode("t", new byte[Decoder.PAYLOAD_BYTES_MAX + 1], 0, this::take))
                .isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void numbersInQuotesAndNanAreNumbersOnlyWhereConfigured() {
        DecodeConfig any = DecodeConfig.of("any", Format.JSON, "any", "$.v");
        DecodeConfig number = new DecodeConfig("number", Format.JSON, "number", "$.v", Map.of(), null, null,
                TimeFormat.AUTO, null, Expect.NUMBER, ",");
        Decoder decoder = Decoder.of(List.of(any, number));

        decode(decoder, "any", "{\"v\":\"NaN\"}");
        decode(decoder, "number", "{\"v\":\" 7.1 \"}");
        decode(decoder, "number", "{\"v\":NaN}");
        decode(decoder, "number", "{\"v\":-Infinity}");

        assertThat(readings).containsExactly("any=Text[value=NaN]@0 ARRIVAL",
                "number=Decimal[unscaled=71, scale=1]@0 ARRIVAL", "number=Float64[value=NaN]@0 ARRIVAL",
                "number=Float64[value=-Infinity]@0 ARRIVAL");
        assertThat(reason(decoder, "any", "{\"v\":NaN}")).isEqualTo("not JSON at byte 5");
        assertThat(reason(decoder, "number", "{\"v\":\"high\"}")).isEqualTo("$.v is 'high', expected a number");
    }

    @Test
    void csvWithNamesAndLocalTime() {
        Decoder decoder = Decoder.of(List.of(new DecodeConfig("log/{box}", Format.CSV, "{box}/{field}", null,
                ordered("do", "DO mg/l", "temp", "2"), null, "time", TimeFormat.AUTO, ZoneId.of("Asia/Tokyo"),
                Expect.ANY, ";")));

        decode(decoder, "log/b1", "time;Temp;DO mg/l\r\n2026/11/23 09:00:01;12.0;\r\n\"2026-11-23 09:00:02\";NAN;\"7\"\r\n");

        assertThat(readings).containsExactly(
                "b1/do=None[]@1 SOURCE", "b1/temp=Decimal[unscaled=120, scale=1]@1 SOURCE",
                "b1/do=Int64[value=7]@2 SOURCE", "b1/temp=Float64[value=NaN]@2 SOURCE");
    }

    @Test
    void csvInLongFormNamesSeriesByColumn() {
        Decoder decoder = Decoder.of(List.of(
                DecodeConfig.of("#", Format.CSV, "{$.1}/{$.2}", "3")));

        decode(decoder, "x", "p1,do,7.1\np2,do,6.9\n");

        assertThat(readings).containsExactly("p1/do=Decimal[unscaled=71, scale=1]@0 ARRIVAL",
                "p2/do=Decimal[unscaled=69, scale=1]@0 ARRIVAL");
        assertThat(reason(decoder, "x", "p1,do")).isEqualTo("no column 3 in line 1 (found 2 columns)");
        assertThat(reason(decoder, "x", "p1,\"do,7")).isEqualTo("not CSV: a quote without its end");
        assertThat(reason(decoder, "x", "\n\n")).isEqualTo("no line of CSV");
    }

    @Test
    void plainNumbers() {
        Decoder decoder = Decoder.of(List.of(DecodeConfig.of("+/{s}/value", Format.NUMBER, "{s}", null)));

        decode(decoder, "a/tank/value", " 7.10\n");

        assertThat(readings).containsExactly("tank=Decimal[unscaled=710, scale=2]@0 ARRIVAL");
        assertThat(reason(decoder, "a/tank/value", "on")).isEqualTo("'on' is not a number");
        assertThat(reason(decoder, "a/tank/value", "")).isEqualTo("an empty payload is not a number");
    }

    @Test
    void theFirstMatchingRuleDecidesAndWildcardsDoNotSeeDollarTopics() {
        Decoder decoder = Decoder.of(List.of(
                DecodeConfig.of("a/{x}", Format.NUMBER, "first/{x}", null),
                DecodeConfig.of("#", Format.NUMBER, "rest", null)));

        decode(decoder, "a/b", "1");
        decode(decoder, "a/b/c", "2");

        assertThat(readings).containsExactly("first/b=Int64[value=1]@0 ARRIVAL", "rest=Int64[value=2]@0 ARRIVAL");
        assertThat(reason(decoder, "$SYS/x", "1")).isEqualTo("no decode rule for topic '$SYS/x'");
    }

    @Test
    void topicsAndSeriesAreBounded() {
        Decoder decoder = Decoder.of(List.of(DecodeConfig.of("#", Format.JSON, "{$.id}", "$.v")));
        for (int number = 0; number < Decoder.SERIES_MAX; number++) {
            decode(decoder, "t/" + number, "{\"id\":" + number + ",\"v\":1}");
        }

        assertThat(reason(decoder, "t", "{\"id\":\"more\",\"v\":1}"))
                .isEqualTo("series 'more' would be one more than 10000 of this source");
        assertThat(reason(decoder, "t", "{\"id\":\"a\\u0000b\",\"v\":1}"))
                .startsWith("series name 'a?b', expected 1 to 200 printable characters");
        assertThat(decode(decoder, "t", "{\"id\":7,\"v\":1}")).isEqualTo(new Outcome.Decoded(1));
        assertThat(decoder.topics()).isLessThanOrEqualTo(Decoder.TOPICS_MAX);
    }

    @Test
    void aRuleThatCannotWorkIsRefusedWithItsRemedy() {
        assertThatThrownBy(() -> DecodeConfig.of("a/{x}", Format.JSON, "{y}", "$.v"))
                .hasMessage("series names {y}, which the topic template 'a/{x}' does not have");
        assertThatThrownBy(() -> DecodeConfig.of("a", Format.JSON, "s", "v"))
                .hasMessageStartingWith("value: 'v', expected a JSON path such as $.v");
        assertThatThrownBy(() -> DecodeConfig.of("a", Format.JSON, "s", null))
                .hasMessage("expected one of value and fields, for format json");
        assertThatThrownBy(() -> DecodeConfig.of("a/#/b", Format.NUMBER, "s", null))
                .hasMessage("topic 'a/#/b', expected # at the end only");
    }

    private Outcome decode(Decoder decoder, String topic, String payload) {
        return decoder.decode(topic, payload.getBytes(StandardCharsets.UTF_8), RECEIVED, this::take);
    }

    private @Nullable String reason(Decoder decoder, String topic, String payload) {
        return decode(decoder, topic, payload) instanceof Outcome.Rejected rejected ? rejected.reason() : null;
    }

    private void take(SeriesLabel series, Value value, long measured, TimeOrigin origin) {
        readings.add(series + "=" + value + "@" + (measured - RECEIVED) / 1_000_000_000L + " " + origin);
    }

    private static Map<String, String> ordered(String key, String path, String otherKey, String otherPath) {
        Map<String, String> fields = new java.util.LinkedHashMap<>();
        fields.put(key, path);
        fields.put(otherKey, otherPath);
        return fields;
    }
}
