package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Expect;
import suimon.config.DecodeConfig.Format;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Decoder.Outcome;

/** Good messages that were damaged: each is decoded or rejected with a reason on one line. */
class MalformedMessagesTest {
    private static final int MESSAGES = 100_000;
    private static final long SEED = 8428;
    private static final int REASON_CHARACTERS_MAX = 600;

    @ParameterizedTest
    @EnumSource(value = Format.class, mode = EnumSource.Mode.EXCLUDE, names = "CAPTURE")
    void aHundredThousandDamagedMessagesAreDecodedOrRejected(Format format) {
        Decoder decoder = Decoder.of(List.of(rule(format)));
        Random random = new Random(SEED);
        int rejected = 0;
        assertThat(decoder.decode("t", good(format), 0, (s, v, t, o) -> { })).isInstanceOf(Outcome.Decoded.class);

        for (int number = 0; number < MESSAGES; number++) {
            byte[] message = damaged(good(format), random);
            String shown = "seed=" + SEED + " message=" + number + " " + HexFormat.of().formatHex(message);
            Outcome outcome;
            try {
                outcome = decoder.decode("t", message, 1_795_392_000_000_000_000L, (s, v, t, o) -> { });
            } catch (RuntimeException e) {
                throw new AssertionError(shown, e);
            }
            if (outcome instanceof Outcome.Rejected refused) {
                rejected++;
                assertThat(refused.reason()).as(shown).isNotBlank().doesNotContain("\n")
                        .hasSizeLessThan(REASON_CHARACTERS_MAX);
            }
        }

        // A share that says that the damage reaches the checks, and that not everything is refused.
        assertThat(rejected).isBetween(MESSAGES / 10, MESSAGES - 1);
    }

    private static DecodeConfig rule(Format format) {
        return switch (format) {
            case JSON, CBOR -> new DecodeConfig("t", format, "s/{field}", null, Map.of("v", "$.v"), "$.r", "$.t",
                    TimeFormat.SECONDS, null, Expect.NUMBER, ",");
            case CSV -> new DecodeConfig("t", format, "s", "v", Map.of(), null, "t", TimeFormat.AUTO, null,
                    Expect.NUMBER, ",");
            case NUMBER -> DecodeConfig.of("t", format, "s", null);
            case SENML -> DecodeConfig.of("t", format, "{$.n}", null);
            case LORAWAN -> new DecodeConfig("t", format, "{$.device}/{field}", null,
                    Map.of("*", "$.lpp", "port", "$.port"), null, null, TimeFormat.AUTO, null, Expect.NUMBER, ",");
            case CAPTURE -> throw new IllegalArgumentException("captures have tests of their own");
        };
    }

    private static byte[] good(Format format) {
        return switch (format) {
            case JSON -> text("{\"r\":[{\"t\":1795392000.5,\"v\":-7.25e1},{\"t\":1,\"v\":\"12\"}]}");
            case CSV -> text("t,v\n2026-11-23T09:00:00.5+09:00,\"7.1\"\n1795392000,-8e2\n");
            case NUMBER -> text(" -12345.678e-2\n");
            case CBOR -> HexFormat.of().parseHex(
                    "a161729fa26174c1fb41d452d9ec2000006176f94780a261740161767f61316132ffff");
            case LORAWAN -> text("{\"time\":\"2026-11-23T00:00:00.5Z\",\"deviceInfo\":{\"devEui\":\"00000000000000a1\"},"
                    + "\"fCnt\":7,\"fPort\":2,\"data\":\"A2cBEAVnAP8BiAZ2X/KWCgAD6A==\",\"rxInfo\":[{\"rssi\":-36}]}");
            case CAPTURE -> throw new IllegalArgumentException("captures have tests of their own");
            case SENML -> HexFormat.of().parseHex(
                    "82a52162613a22fb41d303a15b001062200500616202" + "19012ca4006163062402c48221196ab3016143");
        };
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] message = good.clone();
        for (int count = random.nextInt(4); count >= 0; count--) {
            int at = random.nextInt(Math.max(1, message.length));
            switch (random.nextInt(5)) {
                case 0 -> message = Arrays.copyOf(message, at);
                case 1 -> message = inserted(message, at, random);
                case 2 -> message = repeated(message, at, random.nextInt(200));
                default -> {
                    if (message.length > 0) {
                        int flipped = message[at] ^ 1 << random.nextInt(8);
                        message[at] = (byte) (random.nextBoolean() ? random.nextInt() : flipped);
                    }
                }
            }
        }
        return message;
    }

    private static byte[] inserted(byte[] message, int at, Random random) {
        byte[] longer = new byte[message.length + 1];
        System.arraycopy(message, 0, longer, 0, at);
        longer[at] = (byte) random.nextInt();
        System.arraycopy(message, at, longer, at + 1, message.length - at);
        return longer;
    }

    /** One byte many times: deep nesting where it opens something. */
    private static byte[] repeated(byte[] message, int at, int times) {
        if (message.length == 0) {
            return message;
        }
        byte[] longer = new byte[message.length + times];
        System.arraycopy(message, 0, longer, 0, at);
        Arrays.fill(longer, at, at + times, message[at]);
        System.arraycopy(message, at, longer, at + times, message.length - at);
        return longer;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
