package suimon.store;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import suimon.config.DataConfig.Durability;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.pipeline.SealedGrades;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Unit;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * Makes a big store quickly, or opens one that is there, and prints what it costs.
 *
 * <p>Arguments: folder, series, readings per series (0: only open), period in seconds, and perhaps
 * "graded" to give each series tests that are settled at sealing, or the name of a cursor that stands
 * still from the first tenth on, such as sink/slow.
 */
final class SealedStoreBench {
    private static final long START = 1_700_000_000_000_000_000L;

    private SealedStoreBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int series = Integer.parseInt(arguments[1]);
        int each = Integer.parseInt(arguments[2]);
        long period = Long.parseLong(arguments[3]) * 1_000_000_000L;
        LogSettings settings = new LogSettings(folder, 1L << 40, Durability.OFF).with(
                new LogSettings.Sealing(Duration.ofSeconds(1), Duration.ZERO, 600, 12));
        String last = arguments.length > 4 ? arguments[4] : "";
        if (last.equals("graded")) {
            settings = settings.with(new SealedGrades(configs(series, Duration.ofNanos(period))));
        }
        if (each > 0) {
            make(settings, series, each, period, last.equals("graded") ? "" : last);
        }
        measure(settings, folder);
    }

    private static Map<String, SeriesConfig> configs(int series, Duration every) {
        GradeConfig tests = new GradeConfig(new GradeConfig.GrossRange(-1e6, 1e6, null, null), List.of(),
                new GradeConfig.Spike(0.1, 1.0, GradeConfig.SpikeMethod.AVERAGE),
                new GradeConfig.RateOfChange(1, null),
                new GradeConfig.FlatLine(0.001, every.multipliedBy(6), every.multipliedBy(12)),
                new GradeConfig.AttenuatedSignal(0.005, 0.001, every.multipliedBy(100), 24,
                        GradeConfig.Movement.DEVIATION),
                new GradeConfig.TimeGap(every.multipliedBy(5), null), null, null);
        Map<String, SeriesConfig> configs = new HashMap<>();
        for (int index = 0; index < series; index++) {
            configs.put("bench/" + index, new SeriesConfig(null, new Unit("1"), every, null, null, null, tests, true));
        }
        return configs;
    }

    private static void printSealingTime(long readings) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().equals("suimon-sealing")) {
                double nanos = threads.getThreadCpuTime(thread.getThreadId());
                System.out.printf("sealing: %.2f s CPU, %.0f ns a reading%n", nanos / 1e9, nanos / readings);
            }
        }
    }

    private static void make(LogSettings settings, int series, int each, long period, String stuck)
            throws Exception {
        // Each look at the clock is later, so that the rollups are written at once.
        long[] ticks = {0};
        try (Log log = Log.open(settings, () -> ticks[0] += 60_000_000_000L, Clock.systemUTC())) {
            int[] ids = new int[series];
            for (int index = 0; index < series; index++) {
                ids[index] = log.define("bench/" + index, Words.same("s" + index), "1", period).id();
            }
            Random random = new Random(1);
            long[] value = new long[series];
            int rowsAtOnce = Math.max(1, 2000 / series);
            for (int from = 0; from < each; from += rowsAtOnce) {
                Readings.Builder rows = new Readings.Builder(series * rowsAtOnce);
                for (int index = 0; index < series; index++) {
                    for (int row = from; row < Math.min(each, from + rowsAtOnce); row++) {
                        value[index] += random.nextInt(5) - 2;
                        long time = START + row * period;
                        rows.add(ids[index], time, time, new Value.Decimal(value[index], 2), Grade.GOOD, 0,
                                TimeOrigin.SOURCE);
                    }
                }
                ClockStamp clock = new ClockStamp("boot", from, START, ClockStamp.Trust.SYNCHRONISED);
                List<Change> counts = new ArrayList<>();
                for (int id : ids) {
                    int stored = Math.min(each, from + rowsAtOnce) - from;
                    counts.add(new Change.SeriesCount(id, stored, stored, 0));
                }
                Commit commit = new Commit(List.of(new Entry.Batch(rows.build(), clock)), counts);
                // A transaction now and then, or few stretches would be closed.
                if (from / rowsAtOnce % 64 == 0) {
                    log.commit(commit);
                } else {
                    log.submit(commit);
                }
                if (!stuck.isEmpty() && from >= each / 10 && log.cursor(stuck).position() == 0) {
                    long place = log.newest() - 40;
                    log.commit(new Commit(List.of(), List.of(new Change.Advance(stuck, place, place + 1))));
                }
                while (stuck.isEmpty() && log.newest() - log.stretches().stream().filter(Span::isSealed)
                        .mapToLong(Span::last).max().orElse(0) > 20_000) {
                    LockSupport.parkNanos(10_000_000);
                }
            }
            long patience = System.nanoTime() + 120_000_000_000L;
            while (System.nanoTime() < patience && log.stretches().stream().anyMatch(span -> !span.isSealed())) {
                LockSupport.parkNanos(100_000_000);
            }
            printSealingTime((long) series * each);
        }
    }

    private static void measure(LogSettings settings, Path folder) throws Exception {
        long started = System.nanoTime();
        try (Log log = Log.open(settings, System::nanoTime); LogReader reader = log.reader()) {
            Repeats.open(log).close();
            System.out.printf("open, with what was seen: %.0f ms%n", (System.nanoTime() - started) / 1e6);
            long readings = 0;
            for (Books.SeriesBook book : log.books().series().values()) {
                readings += book.stored();
            }
            long rows = log.stretches().stream().filter(Span::isSealed).mapToLong(Span::readings).sum();
            System.out.printf("%d readings, %d of them in %d sealed stretches%n", readings, rows,
                    log.stretches().stream().filter(Span::isSealed).count());
            print(settings, "entry", Math.max(1, readings - rows));
            print(settings, "chunk", rows);
            print(settings, "directory", rows);
            print(settings, "rollup", rows);
            print(settings, "rollup_day", rows);
            System.out.printf("file: %.1f MB%n", Files.size(Database.file(folder)) / 1e6);
            for (int round = 0; round < 5; round++) {
                int id = log.allSeries().stream().skip(round).findFirst().orElseThrow().id();
                long begun = System.nanoTime();
                long found = reader.readings(id, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_000).size();
                double seconds = (System.nanoTime() - begun) / 1e9;
                System.out.printf("read series %d: %d readings in %.1f ms, %.2f million a second%n", id, found,
                        seconds * 1e3, found / seconds / 1e6);
            }
        }
    }

    private static void print(LogSettings settings, String table, long readings) throws Exception {
        try (var connection = Database.openReader(settings.folder()); var statement = connection.createStatement()) {
            String columns = switch (table) {
                case "entry" -> "CASE kind WHEN 1 THEN length(payload) ELSE 0 END";
                case "chunk" -> "length(payload)";
                case "directory" -> "length(chunks)";
                case "rollup" -> "length(buckets)";
                default -> "length(hours) + length(minutes)";
            };
            long bytes = Database.single(statement, "SELECT sum(" + columns + ") FROM " + table);
            System.out.printf("%s: %.1f MB, %.3f bytes per reading, %d rows%n", table, bytes / 1e6,
                    (double) bytes / readings, Database.single(statement, "SELECT count(*) FROM " + table));
        }
    }
}
