package suimon.store;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.Random;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.ValueType;

/** Prints what a reading takes in the tail of the log, by sensors, rate and jitter of the senders. */
public final class BatchSizes {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;
    private static final int PASSES = 2000;

    private BatchSizes() {}

    public static void main(String[] arguments) {
        System.out.println("| sensors x readings in a batch | jitter | bytes per reading"
                + " | write, read in ns of CPU per reading |");
        System.out.println("|---|---|---|---|");
        for (double jitter : new double[] {0, 0.002}) {
            print(200, 5, jitter);
            print(1000, 1, jitter);
            print(200, 1, jitter);
            print(50, 1, jitter);
        }
    }

    /** One window of sensors that send decimals with their own times, sorted by series as ingest does. */
    static Entry.Batch second(long seed, int series, int each, double jitterSeconds) {
        Random random = new Random(seed);
        Readings.Builder rows = new Readings.Builder(series * each);
        long start = 1_790_000_000 * SECOND;
        for (int id = 1; id <= series; id++) {
            long phase = random.nextLong(SECOND / each / MILLISECOND);
            long level = 300 + random.nextInt(1000);
            for (int index = 0; index < each; index++) {
                long jitter = Math.round(random.nextGaussian() * jitterSeconds * 1000);
                long measured = start + SECOND / each * index + (phase + jitter) * MILLISECOND;
                level += Math.round(2 * random.nextGaussian());
                rows.addRaw(id, measured, measured + random.nextInt(4) * MILLISECOND, ValueType.DECIMAL, level,
                        2, Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
        }
        return new Entry.Batch(rows.build(), new ClockStamp("c4f2a1d0-93b7-4a53-8a5e-2f6c7f0e9d11",
                12345 * SECOND + 678, start + SECOND + 123_456_789, ClockStamp.Trust.SYNCHRONISED));
    }

    private static void print(int series, int each, double jitterSeconds) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        EntryCodec codec = new EntryCodec();
        Entry.Batch batch = second(1, series, each, jitterSeconds);
        byte[] row = codec.encode(batch);
        if (!codec.decode(EntryKind.BATCH, row).equals(batch)) {
            throw new IllegalStateException("the batch came back otherwise");
        }
        long write = 0;
        long read = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            // Of the second half, when the code is compiled.
            long begin = threads.getCurrentThreadCpuTime();
            row = codec.encode(batch);
            long middle = threads.getCurrentThreadCpuTime();
            codec.decode(EntryKind.BATCH, row);
            if (pass >= PASSES / 2) {
                write += middle - begin;
                read += threads.getCurrentThreadCpuTime() - middle;
            }
        }
        long readings = (long) series * each * PASSES / 2;
        System.out.println(String.format(Locale.ROOT, "| %d x %d | %.0f ms | %.2f | %d, %d |", series, each,
                jitterSeconds * 1000, (double) row.length / (series * each), write / readings, read / readings));
    }
}
