package suimon.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
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
import suimon.store.LogSettings;
import suimon.store.StoreFailed;

@Timeout(120)
class PullAcrossSealingTest {
    private static final long START = 1_760_000_000_000_000_000L;
    private static final Instant LONG_AGO = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant ONE_DAY = Instant.parse("2200-01-01T00:00:00Z");
    private static final int SERIES = 3;

    @TempDir
    Path folder;

    private final AtomicLong ticks = new AtomicLong();
    private int committed;

    @Test
    void whatIsSealedBetweenThePlanAndTheRowsIsNeitherMissingNorDoubled() throws Exception {
        try (Log log = open(folder)) {
            Dataset dataset = new Dataset(log, Map.of());
            // Nothing is sealed ahead of who reads in order.
            stand(log, 0);
            commit(log, 900);
            // Neither bound is at the end of a stretch, nor is the first the end of a pull.
            Dataset.Pulled pulled = dataset.pull(pull(40, 500));
            stand(log, 1_000_000);
            long merged = log.books().mergedEntries();
            commit(log, 600);
            awaitMergedBeyond(merged, log);

            assertThat(valuesOf(pulled.rows())).isEqualTo(numbers(40 - SERIES, 540 - SERIES));
            assertThat(pulled.plan().through()).isEqualTo(540);
            commit(log, 300);
            assertThat(valuesOf(dataset.pull(pull(540, Pull.ALL)).rows()))
                    .isEqualTo(numbers(540 - SERIES, committed));
        }
    }

    @Test
    void pullersWhoGoOnFromTheirEndsGetWhatAPlainListHoldsHoweverItIsSealed() throws Exception {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            committed = 0;
            try (Log log = open(Files.createDirectory(folder.resolve("seed" + seed)))) {
                Dataset dataset = new Dataset(log, Map.of());
                List<List<Integer>> got = List.of(new ArrayList<>(), new ArrayList<>());
                long[] after = new long[got.size()];
                for (int round = 0; round < 25; round++) {
                    commit(log, 20 + random.nextInt(200));
                    int who = random.nextInt(after.length);
                    long limit = random.nextBoolean() ? Pull.ALL : 1 + random.nextInt(300);
                    Dataset.Pulled pulled = dataset.pull(pull(after[who], limit));
                    commit(log, random.nextInt(300));
                    LockSupport.parkNanos(random.nextInt(10_000_000));
                    got.get(who).addAll(valuesOf(pulled.rows()));
                    after[who] = pulled.plan().through();
                }
                awaitMergedBeyond(0, log);
                for (int who = 0; who < after.length; who++) {
                    got.get(who).addAll(valuesOf(dataset.pull(pull(after[who], Pull.ALL)).rows()));
                    String what = "seed=" + seed + " puller " + who;
                    assertThat(got.get(who).stream().sorted().toList()).as(what)
                            .isEqualTo(numbers(0, committed));
                }
            }
        }
    }

    @Test
    void pullersAtOnceKeepTheEndsOfAll() throws Exception {
        try (Log log = open(folder)) {
            commit(log, 60);
            List<Thread> pullers = new ArrayList<>();
            for (int who = 0; who < 4; who++) {
                long first = 5 + 10L * who;
                pullers.add(Thread.ofPlatform().start(() -> keep(log, first)));
            }
            for (Thread puller : pullers) {
                puller.join();
            }

            List<Long> kept = IntStream.range(0, 64).mapToObj(each -> log.cursor("pull/" + each).position())
                    .filter(position -> position > 0).sorted().toList();
            assertThat(kept).isEqualTo(IntStream.range(5, 45).mapToObj(Long::valueOf).toList());
        }
    }

    private static void keep(Log log, long first) {
        try {
            for (long end = first; end < first + 10; end++) {
                log.keepPullEnd(end);
            }
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }

    private static void stand(Log log, long sequence) throws InterruptedException {
        log.commit(new Commit(List.of(), List.of(new Change.Advance("reader", sequence, sequence + 1))));
    }

    private static Pull pull(long after, long limit) {
        return new Pull(Set.of(), LONG_AGO, ONE_DAY, after, limit);
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    /** The number of a reading is its value; one reading an entry. */
    private void commit(Log log, int readings) throws InterruptedException {
        for (int last = committed + readings; committed < last; committed++) {
            Readings.Builder rows = new Readings.Builder(1);
            long time = START + committed * 1_000_000_000L;
            rows.add(1 + committed % SERIES, time, time, new Value.Decimal(committed, 0), Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
            ClockStamp clock = new ClockStamp("boot", 1, START, ClockStamp.Trust.SYNCHRONISED);
            log.submit(new Commit(List.of(new Entry.Batch(rows.build(), clock)), List.of()));
            if (committed % 100 == 0) {
                // A stretch closes between transactions, and what waits goes into one.
                log.commit(new Commit(List.of(), List.of()));
            }
        }
        log.commit(new Commit(List.of(), List.of()));
    }

    private static List<Integer> valuesOf(InputStream rows) throws IOException {
        try (GZIPInputStream plain = new GZIPInputStream(rows)) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1)
                    .map(row -> Integer.valueOf(row.split(",")[5])).sorted().toList();
        }
    }

    private static void awaitMergedBeyond(long merged, Log log) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (log.books().mergedEntries() <= merged) {
            assertThat(System.nanoTime()).as("nothing was sealed in a minute").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Each look at the clock is an hour later, so that nothing waits for its rollups. */
    private Log open(Path place) throws StoreFailed {
        LogSettings.Sealing eager = new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 2);
        Log log = Log.open(new LogSettings(place, 1L << 30, Durability.NORMAL).with(eager),
                () -> ticks.addAndGet(3_600_000_000_000L), Clock.systemUTC());
        for (int series = 1; series <= SERIES; series++) {
            log.define("pen" + series + "/do", Words.same("do"), "mg/L", 1_000_000_000L);
        }
        return log;
    }
}
