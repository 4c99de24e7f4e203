package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Expect;
import suimon.config.DecodeConfig.Format;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Decoder.Fault;
import suimon.pipeline.Decoder.Outcome;

/** Payloads that are too large, or nest so deep that a reader who follows would run out of stack. */
class DeepAndLargeTest {
    private static final int DEPTH = 300_000;

    @ParameterizedTest
    @EnumSource(value = Format.class)
    void aPayloadOverTheLimitIsRejectedUnread(Format format) {
        int most = format == Format.CAPTURE ? CaptureReader.BYTES_MAX : Decoder.PAYLOAD_BYTES_MAX;

        assertThat(decode(format, new byte[most + 1])).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
            assertThat(rejected.fault()).isEqualTo(Fault.SIZE);
            assertThat(rejected.reason()).contains("at most " + most);
        });
    }

    @ParameterizedTest
    @EnumSource(value = Format.class, names = {"JSON", "SENML", "LORAWAN"})
    void deepTextIsRejectedWithAReason(Format format) {
        for (String opening : List.of("[", "{\"a\":", "[{\"v\":", "{\"r\":[", "{\"object\":{\"a\":")) {
            byte[] deep = opening.repeat(DEPTH / opening.length()).getBytes(StandardCharsets.UTF_8);
            String closed = opening.startsWith("[") && opening.length() == 1
                    ? "[".repeat(DEPTH) + "]".repeat(DEPTH) : opening.repeat(DEPTH / opening.length()) + "1";

            assertThat(decode(format, deep)).as(opening).isInstanceOf(Outcome.Rejected.class);
            assertThat(decode(format, closed.getBytes(StandardCharsets.UTF_8))).as(opening)
                    .isInstanceOf(Outcome.Rejected.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Format.class, names = {"CBOR", "SENML"})
    void deepItemsAreRejectedWithAReason(Format format) {
        for (int opening : new int[] {0x81, 0x9f, 0xa1, 0xbf, 0xc1, 0xc4, 0xd8, 0x5f}) {
            byte[] deep = new byte[DEPTH];
            java.util.Arrays.fill(deep, (byte) opening);
            assertThat(decode(format, deep)).as("%x", opening).isInstanceOf(Outcome.Rejected.class);
        }
        ByteArrayOutputStream maps = new ByteArrayOutputStream();
        for (int level = 0; level < DEPTH / 3; level++) {
            maps.writeBytes(new byte[] {(byte) 0xa1, 0x61, 'r'});
        }
        maps.write(0);
        assertThat(decode(format, maps.toByteArray())).isInstanceOf(Outcome.Rejected.class);
    }

    @ParameterizedTest
    @EnumSource(value = Format.class, names = {"JSON", "CSV", "SENML"})
    void manyRecordsInOneMessageAreReadOrRejectedWhole(Format format) {
        String record = format == Format.CSV ? "1,2\n" : format == Format.SENML ? "{\"n\":\"a\",\"v\":1}," : "{\"t\":1,\"v\":1},";
        String many = record.repeat((Decoder.PAYLOAD_BYTES_MAX - 100) / record.length());
        String whole = switch (format) {
            case CSV -> "t,v\n" + many;
            case SENML -> "[" + many + "{\"n\":\"a\",\"v\":1}]";
            default -> "{\"r\":[" + many + "{\"t\":1,\"v\":1}]}";
        };
        int[] handed = {0};

        Outcome outcome = Decoder.of(List.of(rule(format))).decode("t", whole.getBytes(StandardCharsets.UTF_8), 0,
                (series, value, time, origin) -> handed[0]++);

        int expected = outcome instanceof Outcome.Decoded decoded ? decoded.readings() : 0;
        assertThat(handed[0]).isEqualTo(expected);
    }

    private static Outcome decode(Format format, byte[] payload) {
        return Decoder.of(List.of(rule(format))).decode("t", payload, 0, (series, value, time, origin) -> {
            throw new AssertionError("a reading of " + series);
        });
    }

    private static DecodeConfig rule(Format format) {
        return switch (format) {
            case JSON, CBOR -> new DecodeConfig("t", format, "s/{field}", null, Map.of("v", "$.v", "a", "$.a.a.a"), "$.r",
                    "$.t", TimeFormat.SECONDS, null, Expect.NUMBER, ",");
            case CSV -> new DecodeConfig("t", format, "s", "v", Map.of(), null, "t", TimeFormat.AUTO, null,
                    Expect.NUMBER, ",");
            case NUMBER, CAPTURE -> DecodeConfig.of("t", format, "s", null);
            case SENML -> DecodeConfig.of("t", format, "{$.n}", null);
            case LORAWAN -> new DecodeConfig("t", format, "{$.device}/{field}", null,
                    Map.of("*", "$.lpp", "port", "$.port"), null, null, TimeFormat.AUTO, null, Expect.NUMBER, ",");
        };
    }
}
