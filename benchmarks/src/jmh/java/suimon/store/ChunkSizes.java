package suimon.store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import suimon.reading.Readings;

/**
 * Prints what a reading takes at rest, beside the entropy estimate and other coders: of series made
 * by {@link SeriesRecipe}, or of those in CSV files. Every chunk is read back and compared.
 */
public final class ChunkSizes {
    private static final List<Integer> CHUNKS = List.of(60, 600, 3600);
    private static final int ROWS_TIMED = 36_000;
    private static final int PASSES = 8;
    private static final double JITTER_SLOW = 3;
    private static final double JITTER_FAST = 2;

    private ChunkSizes() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("| series | readings per chunk | bytes per reading | entropy estimate | ratio"
                + " | Rice, no header | zstd, no header | write, read in ns of CPU per reading |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        if (arguments.length == 0) {
            for (SeriesRecipe made : List.of(SeriesRecipe.temperature(1), SeriesRecipe.oxygen(2),
                    SeriesRecipe.pressure(3))) {
                double jitter = made.periodMilliseconds() > 1000 ? JITTER_SLOW : JITTER_FAST;
                for (double milliseconds : new double[] {0, jitter}) {
                    print(new CsvSeries(made.name() + (milliseconds > 0 ? ", jittered" : ""),
                            made.times(milliseconds), made.values(), made.digits(), List.of()));
                }
            }
        }
        for (String file : arguments) {
            for (CsvSeries series : CsvSeries.of(Path.of(file))) {
                print(series);
            }
        }
    }

    private static void print(CsvSeries series) {
        double estimate = (EntropyEstimate.ofValues(series.values())
                + EntropyEstimate.ofTimes(series.times(), period(series.times()))) / 8;
        for (int count : CHUNKS) {
            if (series.values().length >= count) {
                print(series, count, estimate);
            }
        }
    }

    private static void print(CsvSeries series, int count, double estimate) {
        ChunkCodec codec = new ChunkCodec();
        long bytes = 0;
        long readings = 0;
        double rice = 0;
        double zstd = 0;
        for (int from = 0; from + count <= series.values().length; from += count) {
            Readings rows = series.readings(from, count);
            byte[] chunk = codec.write(rows);
            if (!codec.read(chunk, 1).equals(rows)) {
                throw new IllegalStateException(series.name() + " from row " + from + " came back otherwise");
            }
            bytes += chunk.length;
            readings += count;
            Readings whole = SeriesRecipe.readings(series.times(), series.values(), series.digits(), from, count);
            rice += OtherCodings.rice(whole);
            zstd += OtherCodings.zstd(whole);
        }
        double each = (double) bytes / readings;
        System.out.println(String.format(Locale.ROOT, "| %s | %d | %.3f | %.3f | %.2f | %.3f | %.3f | %s |",
                series.name(), count, each, estimate, each / estimate, rice / readings, zstd / readings,
                speed(series, count)));
    }

    /** Of the last of several passes; the time of the thread, so that neighbours disturb little. */
    private static String speed(CsvSeries series, int count) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ChunkCodec codec = new ChunkCodec();
        List<Readings> rows = new ArrayList<>();
        for (int from = 0; from + count <= Math.min(series.values().length, ROWS_TIMED); from += count) {
            rows.add(series.readings(from, count));
        }
        long write = 0;
        long read = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            long begin = threads.getCurrentThreadCpuTime();
            List<byte[]> chunks = rows.stream().map(codec::write).toList();
            long middle = threads.getCurrentThreadCpuTime();
            for (byte[] chunk : chunks) {
                Readings back = codec.read(chunk, 1);
                if (back.size() != count) {
                    throw new IllegalStateException(series.name() + " came back otherwise");
                }
            }
            write = middle - begin;
            read = threads.getCurrentThreadCpuTime() - middle;
        }
        long readings = (long) rows.size() * count;
        return write / readings + ", " + read / readings;
    }

    /** The usual difference. */
    private static long period(long[] times) {
        long[] differences = new long[times.length - 1];
        for (int row = 0; row < differences.length; row++) {
            differences[row] = times[row + 1] - times[row];
        }
        Arrays.sort(differences);
        return differences[differences.length / 2];
    }
}
