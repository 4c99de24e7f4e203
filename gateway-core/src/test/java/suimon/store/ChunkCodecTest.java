package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.ValueType;

class ChunkCodecTest {
    private static final int SERIES = 17;
    private static final long START = 1_790_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;

    private final ChunkCodec codec = new ChunkCodec();

    @Test
    void everyChunkComesBackBitForBit() {
        for (long seed = 1; seed <= 1500; seed++) {
            Readings rows = new RandomSeries(seed, SERIES).rows(400);

            Readings back = codec.read(codec.write(rows), SERIES);

            assertSame(rows, back, "seed=" + seed);
        }
    }

    @Test
    void theHeaderSaysWhatTheReadingsSay() {
        for (long seed = 1; seed <= 500; seed++) {
            Readings rows = new RandomSeries(seed, SERIES).rows(400);

            ChunkHeader header = ChunkCodec.header(codec.write(rows));

            assertHeader(rows, header, "seed=" + seed);
        }
    }

    @Test
    void everyTypeAndCornerComesBack() {
        Value[] corners = {new Value.None(), new Value.Float64(-0.0), new Value.Float64(0.0),
            new Value.Float64(Double.NaN), new Value.Float64(Double.longBitsToDouble(0x7FF0000000000001L)),
            new Value.Float64(Double.longBitsToDouble(0xFFF8DEADBEEF0001L)),
            new Value.Float64(Double.NEGATIVE_INFINITY), new Value.Float64(Double.MIN_VALUE),
            new Value.Float64(-Double.MAX_VALUE), new Value.Float32(-0.0f), new Value.Float32(Float.NaN),
            new Value.Float32(Float.intBitsToFloat(0xFFC12345)), new Value.Float32(Float.MIN_VALUE),
            new Value.Int64(Long.MIN_VALUE), new Value.Int64(Long.MAX_VALUE), new Value.UInt64(-1),
            new Value.Decimal(Long.MIN_VALUE, 127), new Value.Decimal(-1, -128), new Value.Decimal(0, 5),
            new Value.Decimal(710, 2), new Value.Decimal(71, 1), new Value.Int64(7), new Value.Bool(true),
            new Value.Bool(false), new Value.Text(""), new Value.Text("開"), new Value.Text("\ud800")};
        Random random = new Random(42);
        Readings.Builder rows = new Readings.Builder(2000);
        for (int row = 0; row < 2000; row++) {
            rows.add(SERIES, START + row * SECOND, START + row * SECOND, corners[random.nextInt(corners.length)],
                    Grade.GOOD, 0, TimeOrigin.SOURCE);
        }

        Readings back = codec.read(codec.write(rows.build()), SERIES);

        assertSame(rows.build(), back, "seed=42");
    }

    @Test
    void timesAtTheEndsOfTheWorldComeBack() {
        long[] times = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE + 1};
        Readings.Builder rows = new Readings.Builder(times.length);
        for (int row = 0; row < times.length; row++) {
            rows.add(SERIES, times[row], times[times.length - 1 - row], new Value.Int64(row), Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
        }

        byte[] chunk = codec.write(rows.build());

        assertSame(rows.build(), codec.read(chunk, SERIES), "ends of the world");
        assertThat(ChunkCodec.header(chunk).timeMin()).isEqualTo(Long.MIN_VALUE);
        assertThat(ChunkCodec.header(chunk).timeMax()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatIsNoChunkOfOneSeriesIsRefused() {
        Readings.Builder two = new Readings.Builder(2);
        two.addRaw(1, 0, 0, ValueType.INT64, 1, 0, Grade.GOOD, 0, TimeOrigin.SOURCE);
        two.addRaw(2, 0, 0, ValueType.INT64, 1, 0, Grade.GOOD, 0, TimeOrigin.SOURCE);

        assertThatThrownBy(() -> codec.write(Readings.empty())).hasMessageContaining("expected 1 to");
        assertThatThrownBy(() -> codec.write(two.build())).hasMessageContaining("one series");
    }

    @Test
    void everyFlippedBitAndEveryCutIsFound() {
        byte[] chunk = codec.write(new RandomSeries(8, SERIES).rows(60));
        for (int bit = 0; bit < chunk.length * 8; bit++) {
            chunk[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> codec.read(chunk, SERIES)).as("bit " + bit)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ChunkCodec.header(chunk)).isInstanceOf(IllegalArgumentException.class);
            chunk[bit / 8] ^= (byte) (1 << bit % 8);
        }
        for (int length = 0; length < chunk.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(chunk, length);
            assertThatThrownBy(() -> codec.read(cut, SERIES)).as("length " + length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** As if the checksum were right by chance or by malice: anything but a crash or a hang. */
    @Test
    void damageUnderARightChecksumIsAnErrorOrOtherReadings() {
        Random random = new Random(8127);
        for (int round = 0; round < 3000; round++) {
            byte[] chunk = codec.write(new RandomSeries(round % 97, SERIES).rows(50));
            int length = random.nextInt(8) == 0 ? 4 + random.nextInt(chunk.length - 3) : chunk.length;
            byte[] damaged = java.util.Arrays.copyOf(chunk, length);
            for (int flips = 1 + random.nextInt(4); flips > 0 && length > 4; flips--) {
                damaged[random.nextInt(length - 4)] ^= (byte) (1 << random.nextInt(8));
            }
            seal(damaged);
            try {
                Readings back = codec.read(damaged, SERIES);
                assertThat(back.size()).isEqualTo(ChunkCodec.header(damaged).count());
                assertThat(back.value(back.size() - 1)).isNotNull();
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("seed=8127 round=" + round).isNotBlank();
            }
        }
    }

    @Test
    void bothKindsOfTimeStayWithinTheirBytes() {
        assertThat(bytesEach(600, 0)).isLessThan(0.75);
        assertThat(bytesEach(3600, 0)).isLessThan(0.75);
        assertThat(bytesEach(600, 3)).isLessThan(1.3);
        assertThat(bytesEach(3600, 3)).isLessThan(1.3);
    }

    /** A walk of the size of an oxygen sensor's noise at 0.01 mg/L, every 10 s. */
    private double bytesEach(int count, double jitterMilliseconds) {
        Random random = new Random(11);
        Readings.Builder rows = new Readings.Builder(count);
        double value = 820;
        for (int row = 0; row < count; row++) {
            value += random.nextGaussian() * 2;
            long time = START + row * 10 * SECOND
                    + Math.round(random.nextGaussian() * jitterMilliseconds) * MILLISECOND;
            long unscaled = Math.round(value + random.nextGaussian() * 2);
            rows.add(SERIES, time, time, new Value.Decimal(unscaled, 2), Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        byte[] chunk = codec.write(rows.build());
        assertSame(rows.build(), codec.read(chunk, SERIES), "walk");
        return (double) chunk.length / count;
    }

    private static void assertSame(Readings expected, Readings found, String about) {
        // Readings compare all columns, the bits of values included.
        assertThat(found).as(about).isEqualTo(expected);
        for (int row = 0; row < expected.size(); row++) {
            assertThat(found.textOf(row)).as(about).isEqualTo(expected.textOf(row));
        }
    }

    private static void assertHeader(Readings rows, ChunkHeader header, String about) {
        double minimum = Double.POSITIVE_INFINITY;
        double maximum = Double.NEGATIVE_INFINITY;
        double first = Double.NaN;
        double last = Double.NaN;
        double sum = 0;
        double magnitudes = 0;
        int usable = 0;
        Grade worst = Grade.MISSING;
        for (int row = 0; row < rows.size(); row++) {
            double value = rows.asDouble(row);
            worst = worst.worse(rows.grade(row));
            if (rows.grade(row).isUsable() && Double.isFinite(value)) {
                minimum = Math.min(minimum, value);
                maximum = Math.max(maximum, value);
                first = usable == 0 ? value : first;
                last = value;
                sum += value;
                magnitudes += Math.abs(value);
                usable++;
            }
        }
        assertThat(header.count()).as(about).isEqualTo(rows.size());
        assertThat(header.usable()).as(about).isEqualTo(usable);
        assertThat(header.worst()).as(about).isEqualTo(worst);
        if (usable == 0) {
            assertThat(header.minimum()).as(about).isNaN();
            return;
        }
        assertThat(header.minimum() + 0.0).as(about).isEqualTo(minimum + 0.0);
        assertThat(header.maximum() + 0.0).as(about).isEqualTo(maximum + 0.0);
        assertThat(header.first() + 0.0).as(about).isEqualTo(first + 0.0);
        assertThat(header.last() + 0.0).as(about).isEqualTo(last + 0.0);
        if (Double.isFinite(magnitudes)) {
            assertThat(Math.abs(header.sum() - sum)).as(about).isLessThanOrEqualTo(magnitudes * 1e-6);
        }
    }

    @Test
    void aFloatBehindADecimalOfMoreDigitsLeavesTheDecimalAsItWas() {
        Readings rows = new Readings.Builder(4)
                .add(1, 1_000_000_000, 1_000_000_000, new Value.Decimal(73_902_829, 3), Grade.GOOD, 0, TimeOrigin.ARRIVAL)
                .add(1, 4_000_000_000L, 4_000_000_000L, new Value.UInt64(-9223372036854701976L), Grade.SUSPECT, 0,
                        TimeOrigin.ARRIVAL)
                .add(1, 9_000_000_000L, 9_000_000_000L, new Value.Float32(Float.intBitsToFloat(1187007317)),
                        Grade.GOOD, 0, TimeOrigin.SOURCE)
                .build();

        byte[] chunk = new ChunkCodec().write(rows);

        assertThat(new ChunkCodec().read(chunk, 1)).isEqualTo(rows);
        assertThat(ChunkCodec.header(chunk).first()).isEqualTo(73_902.829);
    }

    private static void seal(byte[] chunk) {
        if (chunk.length < 4) {
            return;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(chunk, 0, chunk.length - 4);
        int value = (int) checksum.getValue();
        for (int index = 0; index < 4; index++) {
            chunk[chunk.length - 4 + index] = (byte) (value >>> 8 * index);
        }
    }
}
