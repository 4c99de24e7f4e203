package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Expect;
import suimon.config.DecodeConfig.Format;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.fuzz.FuzzContract;
import suimon.fuzz.Subject;
import suimon.pipeline.Decoder.Outcome;

/** Everything that a payload can be: each is decoded or rejected with a reason on one line. */
class PayloadFuzzTest extends FuzzContract {
    private static final int REASON_CHARACTERS_MAX = 600;
    /** What a decoder remembers of topics and names begins anew so often. */
    private static final int FRESH_EVERY = 2000;
    /** A Cayenne LPP frame stands in an uplink of ChirpStack. */
    private static final String UPLINK = "{\"time\":\"2026-11-23T00:00:00.5Z\",\"deviceInfo\":"
            + "{\"devEui\":\"00000000000000a1\"},\"fCnt\":7,\"fPort\":2,\"data\":\"";

    @Override
    protected List<Subject> subjects() {
        return List.of(
                of("json", new DecodeConfig("t", Format.JSON, "s/{field}", null,
                                Map.of("v", "$.v", "deep", "$.a[1].b", "all", "$$.x"), "$.r", "$.t",
                                TimeFormat.SECONDS, null, Expect.NUMBER, ","),
                        text("{\"r\":[{\"t\":1795392000.5,\"v\":-7.25e1},{\"t\":1,\"v\":\"12\",\"a\":[0,{\"b\":true}]}],"
                                + "\"x\":9}"),
                        text("{\"r\":[{\"t\":1,\"v\":7,\"n\":\"\\ud83d\\ude00\\u6c34 \\n\"}]}")),
                of("csv", new DecodeConfig("t", Format.CSV, "s", "v", Map.of(), null, "t", TimeFormat.AUTO, null,
                                Expect.NUMBER, ","),
                        text("t,v\n2026-11-23T09:00:00.5+09:00,\"7.1\"\n1795392000,-8e2\n")),
                of("number", DecodeConfig.of("t", Format.NUMBER, "s", null), text(" -12345.678e-2\n")),
                of("cbor", new DecodeConfig("t", Format.CBOR, "s/{field}", null, Map.of("v", "$.v"), "$.r", "$.t",
                                TimeFormat.SECONDS, null, Expect.NUMBER, ","),
                        hex("a161729fa26174c1fb41d452d9ec2000006176f94780a261740161767f61316132ffff"),
                        hex("a1617281a261741a6b03c7006176c48221196ab3")),
                of("senml", DecodeConfig.of("t", Format.SENML, "{$.n}", null),
                        hex("82a52162613a22fb41d303a15b001062200500616202" + "19012ca4006163062402c48221196ab3016143"),
                        text("[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"bt\":1.320067464e+09,\"bu\":\"%RH\",\"v\":20},"
                                + "{\"n\":\"lon\",\"u\":\"lon\",\"v\":24.30621},{\"t\":60,\"vb\":true},{\"n\":\"w\",\"vs\":\"a\",\"s\":5}]")),
                of("lorawan", uplinkRule(),
                        text(UPLINK + "A2cBEAVnAP8BiAZ2X/KWCgAD6A==\",\"rxInfo\":[{\"rssi\":-36}]}"),
                        text("{\"end_device_ids\":{\"device_id\":\"a\",\"dev_eui\":\"0004A30B001C0530\"},\"received_at\":"
                                + "\"2026-11-23T00:00:00.5Z\",\"uplink_message\":{\"f_port\":1,\"f_cnt\":3,"
                                + "\"frm_payload\":\"A2cBEA==\",\"decoded_payload\":{\"t\":27.2}}}")),
                cayenne(), captures());
    }

    private static DecodeConfig uplinkRule() {
        return new DecodeConfig("t", Format.LORAWAN, "{$.device}/{field}", null,
                Map.of("*", "$.lpp", "port", "$.port"), null, null, TimeFormat.AUTO, null, Expect.NUMBER, ",");
    }

    private static Subject cayenne() {
        Subject whole = of("cayenne", uplinkRule());
        return new Subject("cayenne", List.of(hex("03670110056700ff01880676" + "5ff2960a0003e8"), hex("000200640188010203040506070809")),
                frame -> whole.reader().takes(text(UPLINK + Base64.getEncoder().encodeToString(frame) + "\"}")));
    }

    private static Subject captures() {
        try {
            return of("capture", DecodeConfig.of("t", Format.CAPTURE, "s", null),
                    CaptureReaderTest.block(16, 1, 8, 1), CaptureReaderTest.block(24, 2, 3, 5),
                    CaptureReaderTest.wav(16, 12), CaptureReaderTest.wav(24, 5),
                    small(CaptureReaderTest.picture("png")), small(CaptureReaderTest.picture("jpg")))
                    .repairing(PayloadFuzzTest::withChecksum);
        } catch (IOException noCodec) {
            throw new UncheckedIOException(noCodec);
        }
    }

    private static byte[] small(byte[] picture) {
        assertThat(picture.length).isLessThan(4096);
        return picture;
    }

    /** Of a waveform block and of a PNG's first chunk, where it is one. */
    private static byte[] withChecksum(byte[] input) {
        ByteBuffer bytes = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        if (input.length >= 44 && bytes.getInt(0) == Integer.reverseBytes(WaveformBlock.MAGIC)) {
            CRC32C crc = new CRC32C();
            bytes.putInt(40, 0);
            crc.update(input);
            bytes.putInt(40, (int) crc.getValue());
        } else if (input.length >= 33 && bytes.getInt(0) == Integer.reverseBytes(PictureHeader.PNG)) {
            CRC32 crc = new CRC32();
            crc.update(input, 12, 17);
            bytes.order(ByteOrder.BIG_ENDIAN).putInt(29, (int) crc.getValue());
        }
        return input;
    }

    private static Subject of(String name, DecodeConfig rule, byte[]... good) {
        Subject.Reader reader = new Subject.Reader() {
            private Decoder decoder = Decoder.of(List.of(rule));
            private int inputs;

            @Override
            public boolean takes(byte[] input) {
                if (++inputs % FRESH_EVERY == 0) {
                    decoder = Decoder.of(List.of(rule));
                }
                Outcome outcome = decoder.decode("t", input, 1_795_392_000_000_000_000L, (s, v, t, o) -> { });
                if (outcome instanceof Outcome.Rejected refused) {
                    assertThat(refused.reason()).isNotBlank().doesNotContain("\n")
                            .hasSizeLessThan(REASON_CHARACTERS_MAX);
                    return false;
                }
                return true;
            }
        };
        return new Subject(name, Stream.of(good).toList(), reader);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
