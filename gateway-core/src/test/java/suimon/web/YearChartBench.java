package suimon.web;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.SteppedClock;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;

/**
 * What a chart of a year costs: stores a year of values every so many seconds of a few series, with
 * sealing and roll-ups as they come in a year, then asks the store and the page's own address for
 * it, fifty times each after fifty that warm up.
 *
 * <p>Arguments: folder, seconds between two values. A folder that is there already is only asked.
 */
final class YearChartBench {
    private static final int SERIES = 4;
    private static final int ROUNDS = 50;
    /** Not counted, but for the very first. */
    private static final int WARMING_UP = 50;
    private static final long YEAR = 365 * 86_400L;
    private static final long SECOND = 1_000_000_000L;

    private YearChartBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long period = Long.parseLong(arguments[1]);
        if (!Files.exists(folder)) {
            make(folder, period);
        }
        measure(folder);
    }

    private static void make(Path folder, long period) throws Exception {
        long end = Instant.now().getEpochSecond();
        SteppedClock clock = new SteppedClock(Instant.ofEpochSecond(end - YEAR));
        LogSettings settings = new LogSettings(folder.resolve("data"), 64_000_000_000L, Durability.OFF, true);
        try (Log log = Log.open(settings, clock, clock)) {
            int[] ids = new int[SERIES];
            for (int index = 0; index < SERIES; index++) {
                String name = index == 0 ? Site.OXYGEN : "pen1/s" + index;
                ids[index] = log.define(name, Words.same(name), "mg/L", period * SECOND).id();
            }
            Random random = new Random(1);
            long[] value = new long[SERIES];
            int rowsAtOnce = (int) Math.max(1, 120 / period);
            for (long from = end - YEAR; from < end; from += rowsAtOnce * period) {
                Readings.Builder rows = new Readings.Builder(SERIES * rowsAtOnce);
                List<Change> counts = new ArrayList<>();
                for (int index = 0; index < SERIES; index++) {
                    for (int row = 0; row < rowsAtOnce; row++) {
                        value[index] += random.nextInt(5) - 2;
                        long time = (from + row * period) * SECOND;
                        rows.add(ids[index], time, time, new Value.Decimal(value[index], 2), Grade.GOOD, 0,
                                TimeOrigin.SOURCE);
                    }
                    counts.add(new Change.SeriesCount(ids[index], rowsAtOnce, rowsAtOnce, 0));
                }
                clock.step(Duration.between(clock.instant(), Instant.ofEpochSecond(from + rowsAtOnce * period)));
                log.commit(new Commit(List.of(new Entry.Batch(rows.build(), new ClockStamp(
                        "boot", from, from * SECOND, ClockStamp.Trust.SYNCHRONISED))), counts));
                if (from / period / rowsAtOnce % 512 == 0) {
                    // The threads beside it would have had hours.
                    LockSupport.parkNanos(50_000_000);
                }
            }
            for (int hour = 0; hour < 100; hour++) {
                clock.step(Duration.ofSeconds(360));
                log.commit(new Commit(List.of(), List.of()));
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private static void measure(Path folder) throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            try (LogReader reader = site.log.reader()) {
                int id = site.log.allSeries().stream().filter(one -> one.name().equals(Site.OXYGEN))
                        .findFirst().orElseThrow().id();
                long to = Site.nanos(site.clock.instant());
                long from = to - YEAR * SECOND;
                ask("hours from the store", () -> reader.hours(id, from, to).size());
                ask("minutes from the store", () -> reader.buckets(id, from, to).size());
                ask("the values themselves", () -> reader.readings(id, from, to, Integer.MAX_VALUE).size());
            }
            ask("the page's chart, bytes", () -> site.get(
                    "/api/v1/chart?hours=8760&series=" + Site.OXYGEN).body().length());
        }
    }

    private static void ask(String what, Callable<Integer> question) throws Exception {
        double[] millis = new double[ROUNDS];
        int found = 0;
        double first = 0;
        for (int round = -WARMING_UP; round < ROUNDS; round++) {
            long begun = System.nanoTime();
            found = question.call();
            double took = (System.nanoTime() - begun) / 1e6;
            first = round == -WARMING_UP ? took : first;
            millis[Math.max(0, round)] = took;
        }
        Arrays.sort(millis);
        System.out.printf("%s: %d; the first %.1f ms, median %.1f, worst of %d %.1f%n", what, found, first,
                millis[ROUNDS / 2], ROUNDS, millis[ROUNDS - 1]);
    }
}
