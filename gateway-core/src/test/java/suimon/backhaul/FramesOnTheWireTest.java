package suimon.backhaul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.Calibration;
import suimon.reading.CalibrationSheet;
import suimon.reading.Capture;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.StoredCapture;

/** The bytes are what frame.proto says, read by protobuf's own code, and come back as they were. */
class FramesOnTheWireTest {
    private static final Instant AT = Instant.ofEpochSecond(1_760_000_000L, 987_654_321);
    private static final Words WORDS = new Words("溶存酸素", "Dissolved oxygen");

    @Test
    void everyContentComesBackAsItWas() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Content content = content(new Random(seed));

            Content read = ContentWire.unpack(ContentWire.pack(content));

            assertThat(read).as("seed=%d", seed).isEqualTo(content);
        }
    }

    @Test
    void codedReadingsComeBackAsTheyWere() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Content content = content(new Random(seed));

            byte[] packed = ContentWire.pack(content, ContentWire.CODED);

            assertThat(ContentWire.unpack(packed)).as("seed=%d", seed).isEqualTo(content);
            DynamicMessage message =
                    DynamicMessage.parseFrom(descriptors().findMessageTypeByName("Packed"), packed);
            assertThat(unknownFields(message)).as("seed=%d", seed).isZero();
        }
    }

    /** An old hub says the same of the whole form, which it doesn't know. */
    @Test
    void whatANewerGatewaySendsIsRefusedWithWhatToDo() {
        WireWriter newerForm = new WireWriter().message(9, new byte[] {1});
        WireWriter newerCodec = new WireWriter().message(3, coded -> coded.unsigned(3, 2).message(4, new byte[] {1}));
        WireWriter newerField = new WireWriter().message(3, coded -> coded.unsigned(3, 1).message(5, new byte[] {1}));
        WireWriter newerEntry = new WireWriter().message(1, content -> content
                .message(3, entry -> entry.message(99, new byte[0])));

        for (WireWriter newer : List.of(newerForm, newerCodec, newerField, newerEntry)) {
            assertThatThrownBy(() -> ContentWire.unpack(newer.toBytes())).isInstanceOf(Malformed.class)
                    .hasMessageEndingWith("update the hub");
        }
    }

    @Test
    void protobufReadsWhatIsWrittenAndKnowsEveryField() throws Exception {
        FileDescriptor file = descriptors();
        for (long seed = 0; seed < 100; seed++) {
            byte[] bytes = ContentWire.write(content(new Random(seed)));

            DynamicMessage message = DynamicMessage.parseFrom(file.findMessageTypeByName("Content"), bytes);

            assertThat(unknownFields(message)).as("seed=%d", seed).isZero();
            Content read = ContentWire.read(new WireReader(message.toByteArray()));
            assertThat(read).as("seed=%d", seed).isEqualTo(content(new Random(seed)));
        }
    }

    @Test
    void protobufReadsTheEnvelopes() throws Exception {
        Frame frame = new Frame("pen-1", new Epoch(-5), Lane.P3, 1L << 33, 2, 7, new byte[] {1, 2, 3});
        Receipt receipt = new Receipt(new Epoch(9), List.of(new Receipt.Confirmed(
                        Lane.P0, 4, History.NONE.with(History.hashOf(new byte[] {1})))),
                new Receipt.Refusal(Receipt.Reason.CONFLICT, Lane.P2, 8, "other content"), 3, Abilities.OWN);
        Messages.Hello hello = new Messages.Hello("pen-1", new Epoch(-5), 3);
        Descriptor up = descriptors().findMessageTypeByName("Up");
        Descriptor answer = descriptors().findMessageTypeByName("Answer");

        DynamicMessage framed = DynamicMessage.parseFrom(up, Messages.write(frame));
        DynamicMessage answered = DynamicMessage.parseFrom(answer, Messages.write(receipt));

        DynamicMessage greeted = DynamicMessage.parseFrom(up, Messages.write(hello));

        assertThat(unknownFields(framed) + unknownFields(answered) + unknownFields(greeted)).isZero();
        assertThat(greeted.toString()).contains("version: 2", "codecs: 1");
        assertThat(Messages.readUp(greeted.toByteArray())).isEqualTo(hello);
        assertThat(framed.toString()).contains("lane: LANE_P3", "number: 8589934592", "parts: 7");
        assertThat(answered.toString()).contains("reason: CONFLICT", "lane: LANE_P0", "call: 3");
        assertThat(Messages.readUp(framed.toByteArray())).isEqualTo(new Messages.Framed(frame));
        assertThat(Messages.readReceipt(answered.toByteArray())).isEqualTo(receipt);
    }

    /** The compiled form in the test's resources is that of the .proto, where protoc is installed. */
    @Test
    void theCompiledFormIsThatOfTheProto(@TempDir Path folder) throws Exception {
        Path proto = Path.of("src/main/proto");
        Path compiled = folder.resolve("frame.desc");
        Process protoc;
        try {
            protoc = new ProcessBuilder("protoc", "-I" + proto, "--descriptor_set_out=" + compiled,
                    "suimon/frame/v1/frame.proto").inheritIO().start();
        } catch (java.io.IOException missing) {
            Assumptions.abort("protoc is not installed (Debian: protobuf-compiler): " + missing.getMessage());
            return;
        }

        assertThat(protoc.waitFor()).isZero();
        assertThat(FileDescriptorSet.parseFrom(Files.readAllBytes(compiled)))
                .isEqualTo(FileDescriptorSet.parseFrom(resource()));
    }

    @Test
    void aContentWhosePackingIsDamagedIsMalformed() {
        byte[] whole = ContentWire.pack(content(new Random(3)));
        byte[] packed = Arrays.copyOf(whole, whole.length / 2);
        byte[] empty = new WireWriter().message(2, new byte[0]).toBytes();

        assertThatThrownBy(() -> ContentWire.unpack(packed)).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> ContentWire.unpack(empty)).isInstanceOf(Malformed.class);
    }

    @Test
    void damagedBytesAreMalformedAndNothingElse() throws Exception {
        Random random = new Random(7);
        int malformed = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = ContentWire.write(content(random));
            byte[] damaged = random.nextBoolean()
                    ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
                    : bytes.clone();
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                ContentWire.read(new WireReader(damaged));
            } catch (Malformed expected) {
                malformed++;
            }
        }
        assertThat(malformed).isGreaterThan(1000);
    }

    @Test
    void aFrameDamagedAnywhereIsRefused() throws Exception {
        Frame frame = new Frame("pen-1", new Epoch(77), Lane.P2, 300, 0, 1, "content".getBytes("UTF-8"));
        byte[] message = Messages.write(frame);
        for (int bit = 0; bit < message.length * 8; bit++) {
            byte[] damaged = message.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                // A gateway's name is not in the checksum: the hub compares it with who delivers.
                Messages.Up read = Messages.readUp(damaged);
                assertThat(read).as("bit %d", bit).isInstanceOfSatisfying(Messages.Framed.class, framed ->
                        assertThat(new Frame("pen-1", framed.frame().epoch(), framed.frame().lane(),
                                framed.frame().number(), framed.frame().part(), framed.frame().parts(),
                                framed.frame().piece())).isEqualTo(frame));
            } catch (Malformed expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void aContentThatClaimsToUnpackToTooMuchIsRefused() {
        byte[] large = com.github.luben.zstd.Zstd.compress(new byte[ContentWire.BYTES_MAX + 1]);
        byte[] packed = new WireWriter().message(2, large).toBytes();

        assertThatThrownBy(() -> ContentWire.unpack(packed))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("expected at most");
    }

    @Test
    void aBatchOfOrdinaryReadingsTakesFewBytesEach() {
        Readings.Builder readings = new Readings.Builder(4000);
        Random random = new Random(3);
        for (int row = 0; row < 4000; row++) {
            long time = Nanos.of(AT) + row / 40 * 1_000_000_000L;
            readings.add(row % 40, time, time + 2_000_000, new Value.Decimal(700 + random.nextInt(20), 2),
                    Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        Content content = new Content(List.of(), List.of(new Content.Block(
                new ClockStamp("b", 1, 1, ClockStamp.Trust.SYNCHRONISED), readings.build())), List.of(),
                List.of(), null);

        assertThat(ContentWire.pack(content).length / 4000.0).isLessThan(1.5);
    }

    static Content content(Random random) {
        Series series = new Series(random.nextInt(500), "pen1/do", WORDS, "mg/L", 60_000_000_000L);
        Content.Heartbeat heartbeat = random.nextBoolean() ? null
                : new Content.Heartbeat(AT, List.of(0L, 5L, random.nextLong(1L << 50)));
        return new Content(List.of(series), random.nextInt(3) == 0 ? List.of() : List.of(block(random)),
                entries(random), List.of(new Content.Missing(Content.Reason.EXPIRED, 12, AT, AT, "x")),
                heartbeat, random.nextBoolean() ? List.of() : List.of(piece(random)));
    }

    private static ObjectPiece piece(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(9)];
        random.nextBytes(bytes);
        Capture.Content content = switch (random.nextInt(3)) {
            case 0 -> new Capture.Picture(Capture.Format.PNG, 640, 480);
            case 1 -> new Capture.Waveform(8_000_000, 24, 2, 77, null);
            default -> new Capture.Waveform(8_000_000, 16, 1, 78, new Capture.Origin("logger-7", "", Nanos.of(AT),
                    Capture.SyncSource.PTP, -1));
        };
        Capture capture = new Capture("0f".repeat(32), 1000, content);
        StoredCapture of = new StoredCapture(random.nextInt(99), capture, "main/h", "mqtt", Nanos.of(AT), -5, 3);
        return new ObjectPiece(of, random.nextInt(900), bytes, History.hashOf(bytes));
    }

    /** Grouped by series, as a block that was read always is. */
    private static Content.Block block(Random random) {
        Readings.Builder readings = new Readings.Builder(8);
        boolean isPlain = random.nextBoolean();
        for (int series = 1; series <= 3; series++) {
            long time = Nanos.of(AT) + random.nextInt();
            for (int row = 1 + random.nextInt(9); row > 0; row--) {
                time += random.nextInt(2_000_000_000) - 500_000_000L;
                readings.add(series, time, time + random.nextInt(), value(random, isPlain),
                        isPlain ? Grade.GOOD : Grade.values()[random.nextInt(5)],
                        isPlain ? 0 : random.nextInt(), TimeOrigin.values()[isPlain ? 0 : random.nextInt(2)])
                        .because(isPlain ? 0 : row * 31);
            }
        }
        return new Content.Block(new ClockStamp("boot", random.nextLong(), random.nextLong(),
                ClockStamp.Trust.values()[random.nextInt(3)]), readings.build());
    }

    private static Value value(Random random, boolean isPlain) {
        return switch (isPlain ? 1 : random.nextInt(9)) {
            case 0 -> new Value.None();
            case 1 -> new Value.Float64(random.nextGaussian());
            case 2 -> new Value.Float64(Double.longBitsToDouble(random.nextLong()));
            case 3 -> new Value.Float32(Float.intBitsToFloat(random.nextInt()));
            case 4 -> new Value.Int64(random.nextLong());
            case 5 -> new Value.UInt64(random.nextLong());
            case 6 -> new Value.Decimal(random.nextLong() / 100, random.nextInt(256) - 128);
            case 7 -> new Value.Bool(random.nextBoolean());
            default -> new Value.Text(random.nextBoolean() ? "" : "水温 " + random.nextInt());
        };
    }

    private static List<Entry> entries(Random random) {
        AlarmState state = new AlarmState(random.nextBoolean(), random.nextBoolean(), random.nextBoolean(),
                random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        return List.of(
                new Entry.SeriesDefined(new Series(3, "pen1/t", WORDS, "Cel", 0)),
                new Entry.Gap("opcua", "", AT, random.nextBoolean() ? null : AT, "lost"),
                new Entry.Inference("m", "m 1.0", "ab", AT, List.of(new Entry.Output("r", AT, -0.0),
                        new Entry.Output("q", Instant.EPOCH, Double.NaN))),
                new Entry.Alarm(new AlarmEvent("r", "r/1", "pen1/do", AlarmEvent.Severity.ALERT,
                        AlarmEvent.Kind.values()[random.nextInt(11)], state, AT, 2.5, WORDS, WORDS, "佐藤")),
                new Entry.Label("r/1", Entry.Verdict.values()[random.nextInt(3)], "x", AT, ""),
                new Entry.Observation("count", "s", value(random, false), "1/mL", "x", AT, "y"),
                new Entry.Aggregate(4, AT, 600_000_000_000L, 600, 590, 1, 2, 3, Double.NaN, Grade.FAIL, 2),
                new Entry.Calibration(4, AT, 0.5, 1.25, "x", ""),
                new Entry.Calibration(4, AT, new Calibration(0.5, 0, 2, -3), "x", "",
                        new CalibrationSheet(CalibrationSheet.Method.FIT, AT, "mg/L",
                                List.of(new CalibrationSheet.Reference(1, 2)))),
                new Entry.Regrade(4, Nanos.of(AT), Grade.SUSPECT, "spike"),
                new Entry.ClockFix("boot", -1, AT, 5),
                new Entry.Audit("x", "trust", "y", "done", AT));
    }

    private static int unknownFields(Message message) {
        int count = message.getUnknownFields().asMap().size();
        for (var entry : message.getAllFields().entrySet()) {
            if (entry.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                Collection<?> values = entry.getValue() instanceof Collection<?> many
                        ? many
                        : List.of(entry.getValue());
                for (Object value : values) {
                    count += unknownFields((Message) value);
                }
            }
        }
        return count;
    }

    private static FileDescriptor descriptors() throws Exception {
        return FileDescriptor.buildFrom(
                FileDescriptorSet.parseFrom(resource()).getFile(0), new FileDescriptor[0]);
    }

    private static byte[] resource() throws Exception {
        try (InputStream in = FramesOnTheWireTest.class.getResourceAsStream("frame.desc")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }
}
