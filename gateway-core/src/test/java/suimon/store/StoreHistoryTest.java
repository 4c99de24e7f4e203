package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.StoreModel.Version;

/**
 * Random histories of a store beside a {@link StoreModel}: readings of all types in and out of order,
 * months late, repeated, revised, regraded; sealing of several tempers, retention, a consumer that
 * goes over the log once, and reopening, in any order. A failure names its seed and step.
 */
class StoreHistoryTest {
    private static final int SERIES = 6;
    private static final long START = 1_760_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000;
    private static final String CONSUMER = "sink";

    @TempDir
    Path folder;

    @Test
    void aStoreIsWhatItsModelSays() throws Exception {
        long sealed = 0;
        long removed = 0;
        for (long seed = 1; seed <= 3; seed++) {
            Run run = new Run(seed, Files.createDirectory(folder.resolve("seed" + seed)), 60);
            run.play();
            sealed += run.sealed;
            removed += run.removed;
        }

        // Or the histories would say nothing about either.
        assertThat(sealed).isPositive();
        assertThat(removed).isPositive();
    }

    @Test
    @Tag("long")
    void aStoreIsWhatItsModelSaysInLongerHistories() throws Exception {
        for (long seed = 1001; seed <= 1060; seed++) {
            new Run(seed, Files.createDirectory(folder.resolve("seed" + seed)), 500).play();
        }
    }

    /** One history. */
    private static final class Run {
        private final long seed;
        private final Path place;
        private final int steps;
        private final Random random;
        private final RandomEntries values;
        private final StoreModel model = new StoreModel();
        private final long quota;
        private final long[] newest = new long[SERIES + 1];
        private final long[] period = new long[SERIES + 1];
        /** Each look at the ticker is an hour later, so that rollups are written at once. */
        private final AtomicLong ticks = new AtomicLong();
        private Log log;
        private Repeats repeats;
        private LogReader consumer;
        private long consumed;
        private int step;
        private long sealed;
        private long removed;

        Run(long seed, Path place, int steps) throws StoreFailed {
            this.seed = seed;
            this.place = place;
            this.steps = steps;
            this.random = new Random(seed);
            this.values = new RandomEntries(seed);
            this.quota = seed % 2 == 0 ? 1L << 30 : (400L + random.nextInt(300)) << 10;
            for (int id = 1; id <= SERIES; id++) {
                newest[id] = START;
                period[id] = id * SECOND;
            }
            open();
        }

        void play() throws Exception {
            for (step = 1; step <= steps; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> reopen();
                    case 1, 2 -> look();
                    case 3, 4 -> consume();
                    case 5 -> LockSupport.parkNanos(20_000_000);
                    default -> commit(1 + random.nextInt(60));
                }
            }
            finish();
        }

        private String where() {
            return "seed=" + seed + " step=" + step;
        }

        private void open() throws StoreFailed {
            int merged = 2 + random.nextInt(3);
            LogSettings.Sealing temper = switch (random.nextInt(3)) {
                case 0 -> new LogSettings.Sealing(Duration.ofDays(9999), Duration.ofDays(9999), 1, merged);
                case 1 -> new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, merged);
                default -> new LogSettings.Sealing(Duration.ofMillis(50), Duration.ZERO, 600, merged);
            };
            LogSettings settings = new LogSettings(place, quota, Durability.NORMAL).with(temper);
            log = Log.open(settings, () -> ticks.addAndGet(3_600 * SECOND), Clock.systemUTC());
            log.requireDelivery(Set.of(CONSUMER));
            repeats = Repeats.open(log);
            consumer = log.reader();
            assertThat(log.cursor(CONSUMER).position()).as(where()).isEqualTo(consumed);
        }

        private void close() {
            sealed += log.stretches().stream().filter(Span::isSealed).count();
            consumer.close();
            repeats.close();
            log.close();
        }

        private void reopen() throws StoreFailed {
            close();
            assertThat(Ledger.read(place).differences()).as(where()).isEmpty();
            open();
        }

        private void commit(int batches) throws InterruptedException {
            for (int batch = 0; batch < batches && !log.isFull(); batch++) {
                List<Change> changes = new ArrayList<>();
                Readings rows = rows(changes);
                // A commit of its own for each batch, so that its readings' sequence is known.
                model.committed(log.commit(new Commit(List.of(new Entry.Batch(rows, RandomEntries.CLOCK)), changes)));
                if (random.nextInt(6) == 0) {
                    regrade();
                }
                if (random.nextInt(9) == 0) {
                    log.commit(new Commit(List.of(
                            new Entry.Audit("somebody", "thing", "", "", Instant.EPOCH)), List.of()));
                }
            }
        }

        private Readings rows(List<Change> changes) {
            Readings.Builder rows = new Readings.Builder(64);
            boolean isBackfill = random.nextInt(12) == 0;
            long back = START - random.nextInt(60) * 86_400 * SECOND;
            for (int left = random.nextInt(80); left > 0; left--) {
                int id = 1 + random.nextInt(SERIES);
                Version reading = random.nextInt(10) == 0 ? again(id) : fresh(id, isBackfill, back);
                Repeats.Outcome outcome =
                        repeats.judge(id, reading.measured, reading.value, reading.status);
                boolean isStored =
                        model.take(reading, outcome, log.retainedFrom().getAsLong(), where());
                changes.add(new Change.SeriesCount(id, 1, isStored ? 1 : 0, isStored ? 0 : 1));
                if (isStored) {
                    rows.add(id, reading.measured, reading.received, reading.value, reading.grade,
                            reading.status, reading.origin);
                }
            }
            return rows.build();
        }

        private Version fresh(int id, boolean isBackfill, long back) {
            if (random.nextInt(200) == 0) {
                period[id] = (1 + random.nextInt(600)) * SECOND / 10;
            }
            newest[id] += isBackfill ? 0 : period[id];
            long measured = isBackfill ? back + random.nextInt(3600) * SECOND
                    : random.nextInt(20) == 0 ? newest[id] - random.nextInt(5000) * SECOND / 10 : newest[id];
            boolean isArrival = random.nextInt(5) == 0;
            return new Version(id, measured, isArrival ? measured : measured + random.nextInt(900) * 1_000_000L,
                    value(id), random.nextInt(6) == 0 ? Grade.SUSPECT : Grade.GOOD,
                    random.nextInt(9) == 0 ? 0x40000000 : 0, isArrival ? TimeOrigin.ARRIVAL : TimeOrigin.SOURCE);
        }

        /** The same time once more, with the same value or another. */
        private Version again(int id) {
            Version known = model.near(id, random.nextInt(random.nextBoolean() ? 5 : 2000));
            if (known == null) {
                return fresh(id, false, 0);
            }
            boolean isRevision = random.nextBoolean();
            return new Version(id, known.measured, known.received + random.nextInt(3) * 1_000_000L,
                    isRevision ? value(id) : known.value, Grade.GOOD, known.status, known.origin);
        }

        private Value value(int id) {
            boolean isOdd = random.nextInt(12) == 0;
            return isOdd ? values.value() : switch (id) {
                case 1 -> new Value.Float64(random.nextInt(1000) / 100.0);
                case 2 -> new Value.Float32(random.nextFloat());
                case 3 -> new Value.Bool(random.nextBoolean());
                case 4 -> new Value.Text("state " + random.nextInt(4));
                case 5 -> new Value.Int64(random.nextInt(50));
                default -> new Value.Decimal(random.nextInt(2000), 2);
            };
        }

        private void regrade() throws InterruptedException {
            int id = 1 + random.nextInt(SERIES);
            Version known = model.near(id, random.nextInt(50));
            if (known != null) {
                Grade grade = random.nextBoolean() ? Grade.FAIL : Grade.NOT_EVALUATED;
                log.commit(new Commit(List.of(
                        new Entry.Regrade(id, known.measured, grade, "spike")), List.of()));
                model.regrade(id, known.measured, grade);
            }
        }

        /** Goes on over the log from where it stopped, and stops in the middle of what it was shown. */
        private void consume() throws Exception {
            List<Sequenced> found = consumer.after(consumed, 1 + random.nextInt(400), 1 << 20);
            int taken = random.nextInt(found.size() + 1);
            for (Sequenced one : found.subList(0, taken)) {
                take(one);
            }
            log.commit(new Commit(List.of(), List.of(new Change.Advance(CONSUMER, consumed, consumed + 1))));
        }

        private void take(Sequenced one) {
            assertThat(one.sequence()).as(where()).isGreaterThan(consumed);
            consumed = one.sequence();
            if (one.entry() instanceof Entry.Batch batch) {
                for (int row = 0; row < batch.readings().size(); row++) {
                    model.show(batch.readings(), row, where());
                }
            }
        }

        private void look() throws StoreFailed, InterruptedException {
            int id = 1 + random.nextInt(SERIES);
            long end = model.newest(id);
            boolean isAll = random.nextBoolean() || end == Long.MIN_VALUE;
            long from = isAll ? Long.MIN_VALUE : end - random.nextInt(40_000) * SECOND;
            long to = isAll ? Long.MAX_VALUE : from + random.nextInt(20_000) * SECOND;
            int limit = random.nextBoolean() ? 1 + random.nextInt(300) : 1 << 20;
            try (LogReader reader = log.reader()) {
                assertSame(reader, id, from, to, limit);
            }
        }

        /** Retention may take something away between the reading and the comparing: then again. */
        private void assertSame(LogReader reader, int id, long from, long to, int limit)
                throws StoreFailed, InterruptedException {
            while (true) {
                long retained = log.retainedFrom().getAsLong();
                Readings found = reader.readings(id, from, to, limit);
                // What it has just removed from the file it tells of when the writer is free again.
                log.commit(new Commit(List.of(), List.of()));
                if (retained == log.retainedFrom().getAsLong()) {
                    Readings expected = model.expected(id, from, to, limit, retained);
                    assertThat(difference(expected, found)).as(where() + " series " + id).isEmpty();
                    return;
                }
            }
        }

        private static String difference(Readings expected, Readings found) {
            for (int row = 0; row < Math.min(expected.size(), found.size()); row++) {
                boolean isSame = expected.measured(row) == found.measured(row)
                        && expected.isSameValue(row, found, row)
                        && expected.grade(row) == found.grade(row)
                        && expected.received(row) == found.received(row);
                if (!isSame) {
                    return "row " + row + ": expected " + expected.measured(row) + " " + expected.value(row)
                            + " " + expected.grade(row) + ", found " + found.measured(row) + " "
                            + found.value(row) + " " + found.grade(row);
                }
            }
            return expected.size() == found.size() ? ""
                    : "expected " + expected.size() + " rows, found " + found.size();
        }

        private void finish() throws Exception {
            log.commit(new Commit(List.of(), List.of()));
            while (true) {
                List<Sequenced> found = consumer.after(consumed, 500, 1 << 20);
                if (found.isEmpty()) {
                    break;
                }
                found.forEach(this::take);
            }
            // What retention has just removed from the file is told of when the writer is free again.
            log.commit(new Commit(List.of(), List.of()));
            model.assertShown(log.retainedFrom().getAsLong(), consumed, where());
            try (LogReader reader = log.reader()) {
                for (int id = 1; id <= SERIES; id++) {
                    assertSame(reader, id, Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20);
                    assertThat(log.lastMeasured(id)).as(where()).isEqualTo(model.newest(id));
                }
            }
            assertThat(log.damaged()).as(where()).isZero();
            close();
            Ledger ledger = Ledger.read(place);
            assertThat(ledger.differences()).as(where()).isEmpty();
            Map<Integer, Books.SeriesBook> books = ledger.books().series();
            for (int id = 1; id <= SERIES; id++) {
                long[] counts = model.counts(id);
                Books.SeriesBook book = books.getOrDefault(id, new Books.SeriesBook(0, 0, 0, 0, 0));
                removed += book.removed();
                assertThat(new long[] {book.decoded(), book.stored(), book.repeated()})
                        .as(where() + " series " + id).containsExactly(counts);
            }
        }
    }
}
