package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.ValueType;

/** Every reading that the store can hold comes back from a frame's code as it was. */
class FrameCodecTest {
    private static final long START = 1_790_000_000_000_000_000L;

    @Test
    void whatIsWrittenComesBack() {
        for (long seed = 0; seed < 400; seed++) {
            List<Entry.Batch> batches = batches(new Random(seed));

            byte[] code = FrameCodec.write(batches);

            assertThat(FrameCodec.read(code)).as("seed=%d", seed).isEqualTo(batches);
            assertThat(FrameCodec.write(batches)).as("seed=%d", seed).isEqualTo(code);
        }
    }

    @Test
    void extremesComeBack() {
        List<Entry.Batch> batches = extremes();

        assertThat(FrameCodec.read(FrameCodec.write(batches))).isEqualTo(batches);
    }

    private static List<Entry.Batch> extremes() {
        Readings.Builder rows = new Readings.Builder(64);
        long[] extremes = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 62, -(1L << 62), 0};
        double[] floats = {0.0, -0.0, Double.NaN, Double.longBitsToDouble(0x7FF0_0000_0000_0001L), Double.MIN_VALUE,
            Double.longBitsToDouble(0xFFFF_FFFF_FFFF_FFFFL), Double.MAX_VALUE, Double.NEGATIVE_INFINITY, 0.1};
        for (int at = 0; at < extremes.length; at++) {
            long other = extremes[extremes.length - 1 - at];
            rows.addRaw(Integer.MIN_VALUE, extremes[at], other, ValueType.INT64, extremes[at], 0, Grade.GOOD, -1,
                    TimeOrigin.SOURCE);
        }
        for (int at = 0; at < extremes.length; at++) {
            rows.addRaw(7, extremes[at], extremes[at], ValueType.UINT64, extremes[at], 0, Grade.FAIL, 0, TimeOrigin.ARRIVAL)
                    .because(1 << at + 1);
            rows.addRaw(7, extremes[at], 0, ValueType.FLOAT64, Double.doubleToRawLongBits(floats[at]), 0, Grade.MISSING,
                    1 << 31, TimeOrigin.SOURCE);
            rows.addRaw(7, 0, extremes[at], ValueType.FLOAT32, Float.floatToRawIntBits((float) floats[at]), 0,
                    Grade.SUSPECT, at, TimeOrigin.SOURCE);
            rows.addRaw(7, START, START, ValueType.DECIMAL, extremes[at], at * 31 - 128, Grade.GOOD, 0, TimeOrigin.SOURCE);
            rows.add(7, START, START + 1, new Value.Text(at % 2 == 0 ? "" : "水温 \uD800" + at), Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
        }
        rows.addRaw(Integer.MAX_VALUE, 5, 5, ValueType.NONE, 0, 0, Grade.MISSING, 0x8000_0000, TimeOrigin.ARRIVAL);
        rows.addRaw(Integer.MAX_VALUE, 5, 5, ValueType.BOOLEAN, 1, 0, Grade.GOOD, 0, TimeOrigin.ARRIVAL);
        return List.of(new Entry.Batch(rows.build().sortedBySeries(), clock(new Random(1))),
                new Entry.Batch(Readings.empty(), clock(new Random(2))));
    }

    /** What the page of the codec says is enough: a reader in another language, written from it. */
    @Test
    void aReaderWrittenFromThePublishedPageReadsTheSame() throws Exception {
        Path decoder = Path.of(Objects.requireNonNull(FrameCodecTest.class.getResource("decode_frame.py")).toURI());
        for (long seed = 0; seed < 12; seed++) {
            List<Entry.Batch> batches = seed == 0 ? extremes() : batches(new Random(seed));
            Process python;
            try {
                python = new ProcessBuilder("python3", decoder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            } catch (IOException missing) {
                Assumptions.abort("python3 is not installed: " + missing.getMessage());
                return;
            }
            try (OutputStream to = python.getOutputStream()) {
                to.write(FrameCodec.write(batches));
            }
            String read = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(python.waitFor()).as("seed=%d", seed).isZero();
            assertThat(read).as("seed=%d", seed).isEqualTo(described(batches));
        }
    }

    private static String described(List<Entry.Batch> batches) {
        StringBuilder lines = new StringBuilder();
        for (Entry.Batch batch : batches) {
            Readings rows = batch.readings();
            ClockStamp clock = batch.clock();
            lines.append("batch %s %d %d %d %d\n".formatted(clock.boot(), clock.monotonicNanos(), clock.utcNanos(),
                    clock.trust().ordinal(), rows.size()));
            for (int row = 0; row < rows.size(); row++) {
                boolean isText = rows.type(row) == ValueType.TEXT;
                String value = isText ? utf16(rows.textOf(row)) : Long.toString(rows.bits(row));
                lines.append("%d %d %d %d %s %d %d %d %d %d\n".formatted(rows.series(row), rows.measured(row),
                        rows.received(row), rows.type(row).code(), value, rows.scale(row), rows.grade(row).flag(),
                        Integer.toUnsignedLong(rows.status(row)), rows.origin(row).ordinal(),
                        rows.testsBesideStatus(row)));
            }
        }
        return lines.toString();
    }

    private static String utf16(String text) {
        StringBuilder digits = new StringBuilder();
        text.chars().forEach(unit -> digits.append("%04x".formatted(unit)));
        return digits.toString();
    }

    @Test
    void damageIsRefusedOrReadAsOtherReadingsButEnds() {
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] code = FrameCodec.write(batches(random));
            byte[] damaged = random.nextBoolean() ? Arrays.copyOf(code, random.nextInt(code.length + 1)) : code.clone();
            for (int flips = random.nextInt(5); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                FrameCodec.read(damaged);
            } catch (IllegalArgumentException wrong) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void moreThanAFrameHoldsIsRefused() {
        Readings.Builder rows = new Readings.Builder(FrameCodec.READINGS_MAX + 1);
        for (int row = 0; row <= FrameCodec.READINGS_MAX; row++) {
            rows.addRaw(1, row, row, ValueType.INT64, 1, 0, Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        List<Entry.Batch> batches = List.of(new Entry.Batch(rows.build(), clock(new Random(1))));

        assertThatThrownBy(() -> FrameCodec.write(batches)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65537 readings in one frame, expected at most 65536");
    }

    /** Sorted by series, as they come back. */
    static List<Entry.Batch> batches(Random random) {
        List<Entry.Batch> batches = new ArrayList<>();
        for (int batch = random.nextInt(4); batch > 0; batch--) {
            Readings.Builder rows = new Readings.Builder(16);
            int series = random.nextInt(9) - 3;
            for (int left = random.nextInt(6); left > 0; left--) {
                addSeries(rows, series, random);
                series += 1 + random.nextInt(5);
            }
            batches.add(new Entry.Batch(rows.build(), clock(random)));
        }
        return batches;
    }

    private static void addSeries(Readings.Builder rows, int series, Random random) {
        long unit = ChunkTimes.UNITS[random.nextInt(4)];
        long time = START / unit + random.nextInt(100_000);
        long period = 1 + random.nextInt(20_000);
        int jitter = random.nextInt(3);
        boolean isWild = random.nextInt(4) == 0;
        int type = random.nextInt(7);
        int level = random.nextInt(100_000);
        int digits = random.nextInt(4);
        for (int row = 1 + random.nextInt(90); row > 0; row--) {
            time += (random.nextInt(20) == 0 ? random.nextInt(9) : 1) * period;
            level += random.nextInt(7) - 3;
            long measured = (time + (jitter == 0 ? 0 : random.nextInt(1 + (int) period / 8 * jitter))) * unit;
            long delay = random.nextInt(3) == 0 || jitter == 1 ? random.nextInt(4_000) * 1_000_000L : 0;
            int of = isWild ? random.nextInt(8) : type;
            Value value = switch (of) {
                case 0 -> new Value.Decimal(level, digits);
                case 1 -> level % 10 == 0 && digits > 0 ? new Value.Decimal(level / 10, digits - 1) : new Value.Decimal(level, digits);
                case 2 -> new Value.Float64(level / 100.0);
                case 3 -> new Value.Float32(level / 100f);
                case 4 -> new Value.Int64(isWild ? random.nextLong() : level);
                case 5 -> new Value.Float64(isWild ? Double.longBitsToDouble(random.nextLong()) : Math.sqrt(level));
                case 6 -> new Value.Bool(level % 2 == 0);
                default -> random.nextBoolean() ? new Value.None() : new Value.Text("満水 " + random.nextInt(4));
            };
            rows.add(series, measured, measured + delay, value,
                    isWild ? Grade.values()[random.nextInt(5)] : Grade.GOOD, isWild ? random.nextInt() : 0,
                    TimeOrigin.values()[isWild ? random.nextInt(2) : 0]).because(isWild ? row * 31 : 0);
        }
    }

    private static ClockStamp clock(Random random) {
        String boot = random.nextBoolean() ? "boot 7" : "c4f2a1d0-93b7-4a53-8a5e-2f6c7f0e9d11";
        return new ClockStamp(boot, random.nextLong(), random.nextLong(), ClockStamp.Trust.values()[random.nextInt(3)]);
    }
}
