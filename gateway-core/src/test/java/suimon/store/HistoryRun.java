package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.SteppedClock;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.store.StoreModel.Version;

/** One random history, see {@link StoreHistoryTest}. */
final class HistoryRun {
    private static final String CONSUMER = "sink";
    private static final long ROOMY = 1L << 30;
    private static final Duration READINGS_AGE = Duration.ofDays(5);
    private static final Ages.Thin FINE = new Ages.Thin(Duration.ofHours(20), Duration.ofSeconds(10));
    private static final Ages.Thin COARSE = new Ages.Thin(Duration.ofDays(3), Duration.ofSeconds(60));

    private final long seed;
    private final Path folder;
    private final int steps;
    private final Random random;
    private final StoreModel model = new StoreModel();
    private final long quota;
    private final HistoryReadings readings;
    private final Ages ages;
    /** What the log takes for the time; it stands while it is not told to go on. */
    private final SteppedClock clock = new SteppedClock(Nanos.toInstant(HistoryReadings.START));
    /** Each look at the ticker is an hour later, so that rollups are written at once. */
    private final AtomicLong ticks = new AtomicLong();
    private Path place;
    private int kills;
    private Log log;
    private Repeats repeats;
    private LogReader consumer;
    private long consumed;
    private int step;
    long sealed;
    long removed;
    long thinned;
    long undone;

    HistoryRun(long seed, Path folder, int steps) throws StoreFailed {
        this.seed = seed;
        this.folder = folder;
        this.place = folder.resolve("data");
        this.steps = steps;
        this.random = new Random(seed);
        this.readings = new HistoryReadings(random, seed);
        this.quota = seed % 2 == 0 ? ROOMY : (400L + random.nextInt(300)) << 10;
        this.ages = new Ages(seed % 3 == 0 ? READINGS_AGE : null, null, null, null, Set.of(),
                seed % 4 < 2 ? List.of(FINE, COARSE) : List.of());
        open();
    }

    void play() throws Exception {
        for (step = 1; step <= steps; step++) {
            clock.step(Duration.ofMillis(random.nextInt(2_000)));
            switch (random.nextInt(14)) {
                case 0 -> reopen();
                case 12 -> kill();
                case 13 -> clock.step(Duration.ofHours(random.nextInt(40)));
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
        log = Log.open(settings, () -> ticks.addAndGet(3_600 * HistoryReadings.SECOND), clock);
        log.requireDelivery(Set.of(CONSUMER));
        log.keep(ages);
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
        assertNothingWentEarly();
        close();
        assertThat(Ledger.read(place).differences()).as(where()).isEmpty();
        open();
    }

    private void commit(int batches) throws InterruptedException {
        for (int batch = 0; batch < batches && !log.isFull(); batch++) {
            List<Change> changes = new ArrayList<>();
            Readings rows = rows(changes);
            // A commit of its own for each batch, so that its readings' sequence is known.
            model.committed(log.commit(new Commit(
                    List.of(new Entry.Batch(rows, RandomEntries.CLOCK)), changes)), clock.millis());
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
        long back = readings.longAgo();
        for (int left = random.nextInt(80); left > 0; left--) {
            int id = readings.anyone();
            Version known = random.nextInt(10) == 0
                    ? model.near(id, random.nextInt(random.nextBoolean() ? 5 : 2000)) : null;
            Version reading = known == null ? readings.fresh(id, isBackfill, back) : readings.again(known);
            Repeats.Outcome outcome =
                    repeats.judge(id, reading.measured, reading.value, reading.status);
            boolean isStored =
                    model.take(reading, outcome, this::isSurelyThere, where());
            changes.add(new Change.SeriesCount(id, 1, isStored ? 1 : 0, isStored ? 0 : 1));
            if (isStored) {
                rows.add(id, reading.measured, reading.received, reading.value, reading.grade,
                        reading.status, reading.origin);
            }
        }
        return rows.build();
    }

    private void regrade() throws InterruptedException {
        int id = readings.anyone();
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
                model.show(batch.readings(), row, log.retainedFrom().getAsLong(), where());
            }
        }
    }

    private void look() throws StoreFailed, InterruptedException {
        int id = readings.anyone();
        long end = model.newest(id);
        boolean isAll = random.nextBoolean() || end == Long.MIN_VALUE;
        long from = isAll ? Long.MIN_VALUE : end - random.nextInt(40_000) * HistoryReadings.SECOND;
        long to = isAll ? Long.MAX_VALUE : from + random.nextInt(20_000) * HistoryReadings.SECOND;
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
            Readings found = reader.readings(id, from, to, ages.thin().isEmpty() ? limit : Integer.MAX_VALUE / 8);
            // What it has just removed from the file it tells of when the writer is free again.
            log.commit(new Commit(List.of(), List.of()));
            if (retained == log.retainedFrom().getAsLong()) {
                assertSame(id, found, from, to, limit, retained);
                return;
            }
        }
    }

    private void assertSame(int id, Readings found, long from, long to, int limit, long retained) {
        String description = where() + " series " + id;
        if (ages.thin().isEmpty()) {
            Readings expected = model.expected(id, from, to, limit, retained);
            assertThat(difference(expected, found)).as(description).isEmpty();
        } else {
            new ThinnedView(COARSE.interval().toNanos(), this::mayBeThinned)
                    .check(model.visible(id, from, to, retained), found, from, to, description);
        }
    }

    private boolean mayBeThinned(Version version) {
        return !ages.thin().isEmpty() && version.sequence <= consumed
                && version.committedMillis < clock.millis() - FINE.after().toMillis();
    }

    /** Retention may be at it, but what has its age and is not thinned is there. */
    private boolean isSurelyThere(Version version) {
        return version.sequence >= log.retainedFrom().getAsLong() && !mayBeThinned(version);
    }

    /** By age goes only what is old and delivered, and by a quota that is never reached nothing. */
    private void assertNothingWentEarly() {
        long retained = log.retainedFrom().getAsLong();
        Duration age = ages.readings();
        if (quota == ROOMY) {
            assertThat(model.all().filter(version -> version.sequence < retained).filter(version -> age == null
                    || version.committedMillis >= clock.millis() - age.toMillis()
                    || version.sequence > consumed)).as(where() + " went early").isEmpty();
        }
    }

    /** Ends it with commits on their way: what was acknowledged is there, the rest as if it never was. */
    private void kill() throws Exception {
        long newest = log.commit(new Commit(List.of(), List.of()));
        AtomicLong acknowledged = new AtomicLong(newest);
        int more = 1 + random.nextInt(12);
        for (int batch = 0; batch < more && !log.isFull(); batch++) {
            List<Change> changes = new ArrayList<>();
            Readings rows = rows(changes);
            model.submitted(++newest, clock.millis());
            log.submit(new Commit(List.of(new Entry.Batch(rows, RandomEntries.CLOCK)), changes,
                    sequence -> acknowledged.accumulateAndGet(sequence, Math::max)));
        }
        long surely = acknowledged.get();
        Path left = Files.createDirectories(folder.resolve("killed" + ++kills));
        Snapshot.copy(place, Database.file(left), (done, all) -> {});
        close();
        place = left;
        assertThat(Ledger.read(place).differences()).as(where()).isEmpty();
        open();
        assertThat(log.newest()).as(where()).isBetween(surely, newest);
        undone += newest - log.newest();
        model.killedAfter(log.newest());
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
            for (int id = 1; id <= HistoryReadings.SERIES; id++) {
                assertSame(reader, id, Long.MIN_VALUE, Long.MAX_VALUE, 1 << 20);
                assertThat(log.lastMeasured(id)).as(where()).isEqualTo(model.newest(id));
            }
        }
        assertNothingWentEarly();
        assertThat(log.damaged()).as(where()).isZero();
        close();
        Ledger ledger = Ledger.read(place);
        assertThat(ledger.differences()).as(where()).isEmpty();
        Map<Integer, Books.SeriesBook> books = ledger.books().series();
        for (int id = 1; id <= HistoryReadings.SERIES; id++) {
            long[] counts = model.counts(id);
            Books.SeriesBook book = books.getOrDefault(id, new Books.SeriesBook(0, 0, 0, 0, 0));
            removed += book.removed();
            thinned += book.thinned();
            assertThat(new long[] {book.decoded(), book.stored(), book.repeated()})
                    .as(where() + " series " + id).containsExactly(counts);
        }
    }
}
