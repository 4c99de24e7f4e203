package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Calibration;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Ticker;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

class RollupsTest {
    private static final long MINUTE = 60_000_000_000L;
    private static final long START = 2_833_334 * RollupBlock.BLOCK_NANOS;

    @TempDir
    Path folder;

    private final AtomicLong ticks = new AtomicLong();

    @Test
    void bucketsHoldTheUsableNumbersOfEachMinute() throws Exception {
        try (Log log = open(false); LogReader reader = log.reader()) {
            commit(log, reading(1, START + 1, new Value.Float64(4), Grade.GOOD),
                    reading(1, START + 2, new Value.Float64(2), Grade.NOT_EVALUATED),
                    reading(1, START + 3, new Value.Float64(99), Grade.FAIL),
                    reading(1, START + 4, new Value.Float64(Double.NaN), Grade.GOOD),
                    reading(1, START + MINUTE, new Value.Text("off"), Grade.NOT_EVALUATED),
                    reading(2, START, new Value.Float64(-7), Grade.GOOD));

            List<Bucket> buckets = await(reader, 1, 2);

            assertThat(buckets).containsExactly(
                    new Bucket(START, MINUTE, 4, 2, 2, 3, 4, Grade.FAIL),
                    new Bucket(START + MINUTE, MINUTE, 1, 0, Double.NaN, Double.NaN, Double.NaN,
                            Grade.NOT_EVALUATED));
            assertThat(buckets.getFirst().calibrated(new Calibration(1, -2)))
                    .isEqualTo(new Bucket(START, MINUTE, 4, 2, -7, -5, -3, Grade.FAIL));
        }
    }

    @Test
    void lateRevisedAndRegradedReadingsCorrectTheirBucket() throws Exception {
        try (Log log = open(false); LogReader reader = log.reader()) {
            commit(log, reading(1, START, new Value.Float64(10), Grade.GOOD),
                    reading(1, START + 2 * MINUTE, new Value.Float64(1), Grade.GOOD));
            commit(log, reading(1, START, new Value.Float64(20), Grade.GOOD));
            commit(log, reading(1, START + 1, new Value.Float64(40), Grade.GOOD));
            log.commit(new Commit(List.of(
                    new Entry.Regrade(1, START + 2 * MINUTE, Grade.SUSPECT, "spike")), List.of()));

            awaitUntil(() -> reader.buckets(1, START, START + 3 * MINUTE).equals(List.of(
                    new Bucket(START, MINUTE, 2, 2, 20, 30, 40, Grade.GOOD),
                    new Bucket(START + 2 * MINUTE, MINUTE, 1, 0, Double.NaN, Double.NaN, Double.NaN,
                            Grade.SUSPECT))));
        }
    }

    @Test
    void completeIntervalsAreIssuedOnceAndAgainWhenCorrected() throws Exception {
        try (Log log = open(true); LogReader reader = log.reader()) {
            commit(log, reading(1, START + 5, new Value.Float64(4), Grade.GOOD),
                    reading(1, START + MINUTE, new Value.Float64(8), Grade.GOOD),
                    reading(1, START + 11 * MINUTE, new Value.Float64(8), Grade.GOOD));
            awaitUntil(() -> hasIssued(reader, 2));
            commit(log, reading(1, START + 2 * MINUTE, new Value.Float64(3), Grade.SUSPECT));
            awaitUntil(() -> reader.buckets(1, START, START + 3 * MINUTE).size() == 3);
            awaitUntil(() -> hasIssued(reader, 3));

            Entry.Aggregate first = aggregates(reader).get(2);
            Entry.Aggregate corrected = aggregates(reader).get(0);
            Instant start = Instant.ofEpochSecond(0, START);
            assertThat(List.of(first, aggregates(reader).get(1))).contains(new Entry.Aggregate(
                    1, start, 10 * MINUTE, 2, 2, 4, 6, 8, 8, Grade.GOOD, 0));
            assertThat(corrected).isEqualTo(new Entry.Aggregate(
                    1, start, 10 * MINUTE, 3, 2, 4, 6, 8, 8, Grade.SUSPECT, 1));
        }
    }

    @Test
    void randomDeliveriesWithRestartsEndInTheStatisticsOfTheFinalReadings() throws Exception {
        long seed = 4711;
        Random random = new Random(seed);
        Map<Long, Double> truth = new TreeMap<>();
        for (int restart = 0; restart < 3; restart++) {
            try (Log log = open(true)) {
                for (int step = 0; step < 60; step++) {
                    List<Readings> readings = new ArrayList<>();
                    for (int row = 0; row < 50; row++) {
                        long time = START + random.nextInt(3 * 60 * 60) * 1_000_000_000L;
                        double value = random.nextInt(1000) / 10.0;
                        truth.put(time, value);
                        readings.add(reading(1, time, new Value.Float64(value), Grade.GOOD));
                    }
                    commit(log, readings.toArray(Readings[]::new));
                    // Past days are packed on the way, and corrected again.
                    pass(Duration.ofSeconds(40));
                }
            }
        }

        try (Log log = open(true); LogReader reader = log.reader()) {
            awaitUntil(() -> count(reader) == truth.size());
            List<Bucket> buckets = reader.buckets(1, START, START + 180 * MINUTE);
            assertThat(packedDays(reader)).as("seed=" + seed).isPositive();
            assertThat(hoursOf(buckets)).as("seed=" + seed).isEqualTo(hours(reader));
            for (Bucket bucket : buckets) {
                var values = new TreeMap<>(truth).subMap(bucket.startNanos(), bucket.startNanos() + MINUTE)
                        .values().stream().mapToDouble(Double::doubleValue).summaryStatistics();
                assertThat(bucket.count()).as("seed=" + seed).isEqualTo(values.getCount());
                assertThat(bucket.minimum()).as("seed=" + seed).isEqualTo(values.getMin());
                assertThat(bucket.maximum()).as("seed=" + seed).isEqualTo(values.getMax());
                assertThat(bucket.mean()).as("seed=" + seed).isCloseTo(values.getAverage(), within(1e-9));
            }
        }
    }

    private static long packedDays(LogReader reader) throws Exception {
        try (var statement = reader.connection().createStatement()) {
            return Database.single(statement, "SELECT count(*) FROM rollup_day");
        }
    }

    /** By hour the readings and the extremes. */
    private static Map<Long, List<Double>> hoursOf(List<Bucket> buckets) {
        Map<Long, List<Double>> hours = new TreeMap<>();
        for (Bucket bucket : buckets) {
            hours.merge(Math.floorDiv(bucket.startNanos(), 60 * MINUTE),
                    List.of((double) bucket.count(), bucket.minimum(), bucket.maximum()),
                    (one, other) -> List.of(one.get(0) + other.get(0),
                            Math.min(one.get(1), other.get(1)), Math.max(one.get(2), other.get(2))));
        }
        return hours;
    }

    private static Map<Long, List<Double>> hours(LogReader reader) throws StoreFailed {
        return hoursOf(reader.hours(1, START - 60 * MINUTE, START + 180 * MINUTE));
    }

    private boolean hasIssued(LogReader reader, int count) throws StoreFailed {
        pass(Duration.ofMillis(500));
        return aggregates(reader).size() == count;
    }

    private static long count(LogReader reader) throws StoreFailed {
        return reader.buckets(1, START, START + 180 * MINUTE).stream().mapToLong(Bucket::count).sum();
    }

    private static List<Entry.Aggregate> aggregates(LogReader reader) throws StoreFailed {
        return reader.newest(List.of(Entry.Aggregate.class), 100).stream()
                .map(entry -> (Entry.Aggregate) entry.entry()).toList();
    }

    private static List<Bucket> await(LogReader reader, int series, int count) throws Exception {
        awaitUntil(() -> reader.buckets(series, START, START + 60 * MINUTE).size() == count);
        return reader.buckets(series, START, START + 60 * MINUTE);
    }

    /** A condition that reads the log. */
    interface Condition {
        boolean holds() throws StoreFailed;
    }

    private static void awaitUntil(Condition condition) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited 60 s").isLessThan(end);
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    private void pass(Duration time) {
        ticks.addAndGet(time.toNanos());
    }

    private static void commit(Log log, Readings... readings) throws InterruptedException {
        Readings.Builder all = new Readings.Builder(readings.length);
        for (Readings one : readings) {
            all.addRow(one, 0);
        }
        log.commit(new Commit(List.of(new Entry.Batch(all.build(), RandomEntries.CLOCK)), List.of()));
    }

    private static Readings reading(int series, long time, Value value, Grade grade) {
        return new Readings.Builder(1)
                .add(series, time, time, value, grade, 0, TimeOrigin.SOURCE).build();
    }

    private Log open(boolean aggregates) throws StoreFailed {
        Ticker ticker = ticks::get;
        Clock clock = Clock.fixed(Instant.ofEpochSecond(0, START).plus(Duration.ofDays(1)), ZoneOffset.UTC);
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL, aggregates), ticker, clock);
    }
}
