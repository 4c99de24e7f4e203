package suimon.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import suimon.backhaul.Content;
import suimon.backhaul.ContentWire;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Malformed;
import suimon.backhaul.Messages;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.ClockStamp;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.ValueType;

/**
 * Prints what a reading takes on the wire, envelope and MQTT header included, beside JSON per reading
 * and Sparkplug B with gzip: {@value #SERIES} series with {@value #EACH} readings each in a frame, from
 * the recipes of the chunks' benchmark. Every frame is read back and compared.
 */
public final class WireSizes {
    private static final int SERIES = 102;
    private static final int EACH = 60;
    private static final int FRAMES = 20;
    private static final int HISTORY_SERIES = 33;
    private static final int HISTORY_EACH = 600;
    private static final int SEEDS = 4;
    /** Between the windows that different series take from one recipe. */
    private static final int APART = 2000;
    private static final int DELAY_MS = 4;
    private static final int WARM_UP = 30;
    private static final long START = 1_790_000_000_000L;
    private static final String TOPIC = "suimon/v1/pen-1/up";
    private static final String SPARKPLUG_TOPIC = "spBv1.0/G/NDATA/edge01";
    private static final String[] KINDS = {"temperature", "oxygen", "pressure", "all three"};

    private final SeriesRecipe[][] recipes = new SeriesRecipe[3][SEEDS];

    private WireSizes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            recipes[0][seed] = SeriesRecipe.temperature(10 + seed);
            recipes[1][seed] = SeriesRecipe.oxygen(20 + seed);
            recipes[2][seed] = SeriesRecipe.pressure(30 + seed);
        }
    }

    public static void main(String[] arguments) throws Malformed {
        System.out.println("| series | times | received | bytes per reading | as columns | Sparkplug B + gzip"
                + " | JSON each | times less than these | readings/s over 256 kbit/s"
                + " | write, read in ns of CPU per reading |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        WireSizes sizes = new WireSizes();
        for (boolean isDelayed : new boolean[] {false, true}) {
            for (boolean isJittered : new boolean[] {false, true}) {
                for (int kind = 0; kind < KINDS.length; kind++) {
                    sizes.print(kind, isJittered, isDelayed);
                }
            }
        }
        System.out.println();
        System.out.println("| history: 33 series x 600 | bytes per reading | the same as sealed chunks"
                + " | chunk to columns, coded, read, chunk again, in ns of CPU per reading |");
        System.out.println("|---|---|---|---|");
        for (boolean isJittered : new boolean[] {false, true}) {
            for (int kind = 0; kind < KINDS.length; kind++) {
                sizes.printHistory(kind, isJittered);
            }
        }
    }

    /** What a lane sends of a sealed stretch, and what it would be to send the chunks as they are. */
    private void printHistory(int kind, boolean isJittered) throws Malformed {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ChunkCodec codec = new ChunkCodec();
        Readings rows = rows(kind, 0, isJittered, false, HISTORY_SERIES, HISTORY_EACH);
        List<byte[]> chunks = new ArrayList<>();
        for (int series = 0; series < HISTORY_SERIES; series++) {
            chunks.add(codec.write(part(rows, series)));
        }
        long[] spent = new long[4];
        byte[] packed = {};
        for (int pass = 0; pass < 2 * WARM_UP; pass++) {
            long[] at = new long[5];
            at[0] = threads.getCurrentThreadCpuTime();
            Readings.Builder read = new Readings.Builder(rows.size());
            for (int series = 0; series < HISTORY_SERIES; series++) {
                read.addRows(codec.read(chunks.get(series), series), 0, HISTORY_EACH);
            }
            at[1] = threads.getCurrentThreadCpuTime();
            packed = ContentWire.pack(content(read.build()), ContentWire.CODED);
            at[2] = threads.getCurrentThreadCpuTime();
            Readings received = ContentWire.unpack(packed).blocks().getFirst().readings();
            at[3] = threads.getCurrentThreadCpuTime();
            for (int series = 0; series < HISTORY_SERIES; series++) {
                if (codec.write(part(received, series)).length != chunks.get(series).length) {
                    throw new IllegalStateException(KINDS[kind] + " came back otherwise");
                }
            }
            at[4] = threads.getCurrentThreadCpuTime();
            for (int step = 0; step < 4 && pass >= WARM_UP; step++) {
                spent[step] += at[step + 1] - at[step];
            }
        }
        // As a field of a message each: a tag, a length, and the series with its tag.
        long asChunks = published(new byte[chunks.stream().mapToInt(chunk -> chunk.length + 8).sum()]);
        long each = (long) rows.size() * WARM_UP;
        System.out.println(String.format(Locale.ROOT, "| %s, %s | %.3f | %.3f | %d, %d, %d, %d |", KINDS[kind],
                isJittered ? "jittered" : "exact", (double) published(packed) / rows.size(),
                (double) asChunks / rows.size(), spent[0] / each, spent[1] / each, spent[2] / each, spent[3] / each));
    }

    private static Readings part(Readings rows, int series) {
        return new Readings.Builder(HISTORY_EACH)
                .addRows(rows, series * HISTORY_EACH, (series + 1) * HISTORY_EACH).build();
    }

    private void print(int kind, boolean isJittered, boolean isDelayed) throws Malformed {
        double coded = 0;
        double columns = 0;
        double sparkplug = 0;
        double json = 0;
        for (int number = 0; number < FRAMES; number++) {
            Readings rows = rows(kind, number, isJittered, isDelayed);
            Content content = content(rows);
            byte[] packed = ContentWire.pack(content, ContentWire.CODED);
            if (!ContentWire.unpack(packed).equals(content)) {
                throw new IllegalStateException(KINDS[kind] + " came back otherwise in frame " + number);
            }
            coded += published(packed);
            columns += published(ContentWire.pack(content));
            sparkplug += sparkplug(rows);
            json += json(rows);
        }
        double readings = (double) FRAMES * SERIES * EACH;
        System.out.println(String.format(Locale.ROOT,
                "| %s | %s | %s | %.3f | %.3f | %.2f | %.1f | %.1f, %.0f | %,.0f | %s |",
                KINDS[kind], isJittered ? "jittered" : "exact", isDelayed ? "0 to 3 ms later" : "as measured",
                coded / readings, columns / readings, sparkplug / readings, json / readings,
                sparkplug / coded, json / coded, 32_000 * readings / coded, speed(kind, isJittered, isDelayed)));
    }

    /** Of one publication of MQTT 5 with QoS 1 and no properties. */
    private static long published(byte[] packed) {
        byte[] message = Messages.write(new Frame("pen-1", new Epoch(-2), Lane.P3, 1000, 0, 1, packed));
        return mqtt(TOPIC, message.length, 1);
    }

    private static long mqtt(String topic, int payload, int properties) {
        int rest = 2 + topic.length() + 2 + properties + payload;
        return 1 + (rest < 128 ? 1 : rest < 16_384 ? 2 : 3) + rest;
    }

    private Readings rows(int kind, int number, boolean isJittered, boolean isDelayed) {
        return rows(kind, number, isJittered, isDelayed, SERIES, EACH);
    }

    private Readings rows(int kind, int number, boolean isJittered, boolean isDelayed, int count, int each) {
        Random random = new Random(31L * number + kind);
        Readings.Builder rows = new Readings.Builder(count * each);
        for (int series = 0; series < count; series++) {
            SeriesRecipe recipe = recipes[kind == 3 ? series % 3 : kind][series % SEEDS];
            long period = recipe.periodMilliseconds();
            long start = START + new Random(series).nextLong(period) + number * each * period;
            double jitter = isJittered ? period > 1000 ? 3 : 2 : 0;
            int from = series / SEEDS * APART + number * each;
            for (int row = 0; row < each; row++) {
                long measured = start + row * period + Math.round(random.nextGaussian() * jitter);
                long received = measured + (isDelayed ? random.nextInt(DELAY_MS) : 0);
                rows.addRaw(series, measured * 1_000_000, received * 1_000_000, ValueType.DECIMAL,
                        recipe.values()[from + row], recipe.digits(), Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
        }
        return rows.build();
    }

    private static Content content(Readings rows) {
        ClockStamp clock = new ClockStamp("c4f2a1d0-93b7-4a53-8a5e-2f6c7f0e9d11", 12_345_678_901_234L,
                START * 1_000_000 + 123_456_789, ClockStamp.Trust.SYNCHRONISED);
        return new Content(List.of(), List.of(new Content.Block(clock, rows)), List.of(), List.of(), null);
    }

    /** Each reading a message of its own with id, time, count, value and status. */
    private static long json(Readings rows) {
        long bytes = 0;
        for (int row = 0; row < rows.size(); row++) {
            String text = String.format(Locale.ROOT, "{\"id\":\"s%05d\",\"ts\":%d,\"seq\":%d,\"v\":%." + rows.scale(row)
                    + "f,\"q\":192}", rows.series(row), rows.measured(row) / 1_000_000, row % EACH, rows.asDouble(row));
            bytes += mqtt("in/s00001", text.length(), 0);
        }
        return bytes;
    }

    /** All readings as metrics (alias, time, type, double) of one payload, series by series, gzip at its best. */
    private static long sparkplug(Readings rows) {
        ByteBuffer payload = ByteBuffer.allocate(rows.size() * 40 + 64).order(ByteOrder.LITTLE_ENDIAN);
        payload.put((byte) 0x08);
        varint(payload, rows.measured(0) / 1_000_000);
        for (int row = 0; row < rows.size(); row++) {
            ByteBuffer metric = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
            metric.put((byte) 0x10);
            varint(metric, rows.series(row));
            metric.put((byte) 0x18);
            varint(metric, rows.measured(row) / 1_000_000);
            metric.put((byte) 0x20).put((byte) 10).put((byte) 0x69).putDouble(rows.asDouble(row));
            payload.put((byte) 0x12);
            varint(payload, metric.position());
            payload.put(metric.flip());
        }
        payload.put((byte) 0x18).put((byte) 1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (BestGzip gzip = new BestGzip(bytes)) {
            gzip.write(payload.array(), 0, payload.position());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return mqtt(SPARKPLUG_TOPIC, bytes.size(), 0);
    }

    private static void varint(ByteBuffer to, long value) {
        long rest = value;
        while (rest > 127) {
            to.put((byte) (rest | 128));
            rest >>>= 7;
        }
        to.put((byte) rest);
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(ByteArrayOutputStream to) throws IOException {
            super(to);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** Of the later passes, when the code is compiled. */
    private String speed(int kind, boolean isJittered, boolean isDelayed) throws Malformed {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Content content = content(rows(kind, 1, isJittered, isDelayed));
        long write = 0;
        long read = 0;
        for (int pass = 0; pass < 2 * WARM_UP; pass++) {
            long begin = threads.getCurrentThreadCpuTime();
            byte[] packed = ContentWire.pack(content, ContentWire.CODED);
            long middle = threads.getCurrentThreadCpuTime();
            ContentWire.unpack(packed);
            if (pass >= WARM_UP) {
                write += middle - begin;
                read += threads.getCurrentThreadCpuTime() - middle;
            }
        }
        long readings = (long) SERIES * EACH * WARM_UP;
        return write / readings + ", " + read / readings;
    }
}
