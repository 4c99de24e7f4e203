package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

class RepeatsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_700_000_000L * SECOND;

    @TempDir
    Path folder;

    @Test
    void theSameAgainIsARepeatAndAnotherValueOrStatusARevision() throws Exception {
        try (Log log = open(); Repeats repeats = Repeats.open(log)) {
            assertThat(store(log, repeats, 1, NOW, new Value.Float64(7.5), 0)).isEqualTo(Repeats.Outcome.NEW);
            assertThat(store(log, repeats, 2, NOW, new Value.Float64(7.5), 0)).isEqualTo(Repeats.Outcome.NEW);
            assertThat(store(log, repeats, 1, NOW, new Value.Float64(7.5), 0)).isEqualTo(Repeats.Outcome.REPEAT);
            assertThat(store(log, repeats, 1, NOW, new Value.Float64(7.6), 0)).isEqualTo(Repeats.Outcome.REVISION);
            assertThat(store(log, repeats, 1, NOW, new Value.Float64(7.6), 0)).isEqualTo(Repeats.Outcome.REPEAT);
            assertThat(store(log, repeats, 1, NOW, new Value.Float64(7.6), 4)).isEqualTo(Repeats.Outcome.REVISION);
            assertThat(store(log, repeats, 1, NOW, new Value.Text("a"), 4)).isEqualTo(Repeats.Outcome.REVISION);
            assertThat(store(log, repeats, 1, NOW, new Value.Text("b"), 4)).isEqualTo(Repeats.Outcome.REVISION);
            assertThat(store(log, repeats, 1, NOW, new Value.Text("b"), 4)).isEqualTo(Repeats.Outcome.REPEAT);
        }

        try (Log log = open(); Repeats repeats = Repeats.open(log)) {
            assertThat(store(log, repeats, 1, NOW, new Value.Text("b"), 4)).isEqualTo(Repeats.Outcome.REPEAT);
            assertThat(store(log, repeats, 1, NOW, new Value.Float64(7.5), 0)).isEqualTo(Repeats.Outcome.REVISION);
            assertThat(log.lastMeasured(1)).isEqualTo(NOW);
        }
    }

    @Test
    void randomDeliveriesAreJudgedAsByAFullMemoryAcrossRestarts() throws Exception {
        long seed = 20_261;
        Random random = new Random(seed);
        Map<String, String> memory = new HashMap<>();
        for (int restart = 0; restart < 4; restart++) {
            try (Log log = open(); Repeats repeats = Repeats.open(log)) {
                for (int step = 0; step < 400; step++) {
                    deliver(log, repeats, random, memory, "seed=" + seed + " restart " + restart + " step " + step);
                }
            }
        }
    }

    private static void deliver(
            Log log, Repeats repeats, Random random, Map<String, String> memory, String where)
            throws InterruptedException {
        Readings.Builder stored = new Readings.Builder(16);
        int size = 1 + random.nextInt(200);
        long block = NOW + random.nextInt(40) * 3600 * SECOND;
        for (int row = 0; row < size; row++) {
            int series = 1 + random.nextInt(3);
            long time = block + random.nextInt(300) * 10 * SECOND;
            Value value = new Value.Int64(random.nextInt(2));
            String known = memory.put(series + "@" + time, value.toString());
            Repeats.Outcome expected = known == null ? Repeats.Outcome.NEW
                    : known.equals(value.toString()) ? Repeats.Outcome.REPEAT : Repeats.Outcome.REVISION;

            Repeats.Outcome judged = repeats.judge(series, time, value, 0);

            assertThat(judged).as(where + " row " + row).isEqualTo(expected);
            if (judged.isStored()) {
                stored.add(series, time, time, value, Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
        }
        log.submit(new Commit(List.of(new Entry.Batch(stored.build(), RandomEntries.CLOCK)), List.of()));
    }

    @Test
    void aMonthOfBackfillForTwentySeriesAndItsRepeatDoNotCrawl() throws Exception {
        try (Log log = open(); Repeats repeats = Repeats.open(log)) {
            long month = 30 * 86_400 * SECOND;
            for (int series = 1; series <= 20; series++) {
                store(log, repeats, series, NOW + month, new Value.Int64(1), 0);
            }
            long started = System.nanoTime();

            int stored = backfill(log, repeats, month);
            int again = backfill(log, repeats, month);

            assertThat(stored).isEqualTo(20 * 30 * 96);
            assertThat(again).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMinutes(2));
        }
    }

    private static int backfill(Log log, Repeats repeats, long month) throws InterruptedException {
        int stored = 0;
        Random random = new Random(1);
        for (long time = NOW; time < NOW + month; time += 900 * SECOND) {
            Readings.Builder rows = new Readings.Builder(20);
            for (int series = 1; series <= 20; series++) {
                Value value = new Value.Float64(random.nextInt(1000) / 100.0);
                if (repeats.judge(series, time, value, 0).isStored()) {
                    rows.add(series, time, time, value, Grade.GOOD, 0, TimeOrigin.SOURCE);
                    stored++;
                }
            }
            log.submit(new Commit(List.of(new Entry.Batch(rows.build(), RandomEntries.CLOCK)), List.of()));
        }
        return stored;
    }

    @Test
    void coverageNeverForgetsATimeAndKeepsTheLargestHoles() {
        long seed = 99;
        Random random = new Random(seed);
        Coverage coverage = new Coverage();
        List<Long> times = new ArrayList<>();
        for (int step = 0; step < 5000; step++) {
            long time = random.nextInt(10) == 0 ? random.nextLong() : random.nextInt(100_000) * SECOND;
            coverage.add(time);
            times.add(time);
            if (random.nextInt(50) == 0) {
                long to = time + random.nextInt(1000) * SECOND;
                coverage.add(time, Math.max(time, to));
                times.add(Math.max(time, to));
            }
        }

        assertThat(times).as("seed=" + seed).allMatch(coverage::contains);

        Coverage holes = new Coverage();
        for (int day = 0; day < 3; day++) {
            for (int minute = 0; minute < 600; minute += 15) {
                holes.add((day * 1440L + minute) * 60 * SECOND);
            }
        }
        assertThat(holes.contains((1440L + 1000) * 60 * SECOND)).isFalse();
    }

    private static Repeats.Outcome store(
            Log log, Repeats repeats, int series, long time, Value value, int status)
            throws InterruptedException {
        Repeats.Outcome outcome = repeats.judge(series, time, value, status);
        if (outcome.isStored()) {
            Readings rows = new Readings.Builder(1)
                    .add(series, time, time, value, Grade.GOOD, status, TimeOrigin.SOURCE).build();
            log.commit(new Commit(List.of(new Entry.Batch(rows, RandomEntries.CLOCK)), List.of()));
        }
        return outcome;
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL), System::nanoTime);
    }
}
