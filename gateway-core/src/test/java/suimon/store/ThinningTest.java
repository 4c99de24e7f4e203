package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

final class ThinningTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long BEGIN = 1_790_000_000L * SECOND;
    private static final Ages.Thin TEN_SECONDS = new Ages.Thin(Duration.ofDays(30), Duration.ofSeconds(10));

    @TempDir
    Path folder;

    @Test
    void ofEachIntervalTheFirstLeastGreatestAndLastStayAndTwiceIsOnce() {
        Random random = new Random(77);
        Readings.Builder rows = new Readings.Builder(1000);
        for (int row = 0; row < 1000; row++) {
            add(rows, BEGIN + row * SECOND, random.nextGaussian());
        }
        Readings all = rows.build();
        Thinner thinner = new Thinner(Duration.ofSeconds(10));

        Readings thin = thinner.apply(all, new BitSet());

        assertThat(thin.size()).isBetween(200, 400);
        assertThat(thinner.apply(thin, new BitSet())).isEqualTo(thin);
        for (int interval = 0; interval < 100; interval++) {
            assertThat(spread(thin, interval)).as("interval %d", interval).isEqualTo(spread(all, interval));
        }
    }

    /**
     * Stretches, clocks and the size of a chunk cut a series into pieces where they like, and each piece is
     * thinned by itself: more may stay at a cut, but never less, nothing else and nothing twice.
     */
    @Test
    void cutIntoPiecesAnywhereTheFirstLeastGreatestAndLastOfEveryIntervalStay() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            Readings.Builder rows = new Readings.Builder(1000);
            for (int row = 0; row < 1000; row++) {
                add(rows, BEGIN + row * SECOND, seed % 2 == 0 ? row : random.nextInt(20));
            }
            Readings all = rows.build();

            Readings fine = inPieces(all, new Thinner(Duration.ofSeconds(10)), random);
            Readings coarse = inPieces(fine, new Thinner(Duration.ofMinutes(1)), random);

            List<Long> times = new ArrayList<>();
            for (int row = 0; row < coarse.size(); row++) {
                times.add(coarse.measured(row));
                int original = (int) ((coarse.measured(row) - BEGIN) / SECOND);
                assertThat(coarse.asDouble(row)).as("seed=%d", seed).isEqualTo(all.asDouble(original));
            }
            assertThat(times).as("seed=%d", seed).isSorted().doesNotHaveDuplicates();
            assertThat(coarse.size()).as("seed=%d", seed).isLessThan(fine.size());
            for (int minute = 0; minute < 16; minute++) {
                assertThat(spread(coarse, minute, 60)).as("seed=%d minute %d", seed, minute)
                        .isEqualTo(spread(all, minute, 60));
            }
        }
    }

    private static Readings inPieces(Readings all, Thinner thinner, Random random) {
        Readings.Builder joined = new Readings.Builder(all.size());
        for (int from = 0; from < all.size(); ) {
            int to = Math.min(all.size(), from + 1 + random.nextInt(200));
            Readings.Builder piece = new Readings.Builder(to - from);
            for (int row = from; row < to; row++) {
                piece.addRow(all, row);
            }
            Readings left = thinner.apply(piece.build(), new BitSet());
            for (int row = 0; row < left.size(); row++) {
                joined.addRow(left, row);
            }
            from = to;
        }
        return joined.build();
    }

    @Test
    void ofRevisionsOnlyTheLastStays() {
        Readings.Builder rows = new Readings.Builder(3);
        add(rows, BEGIN, -5);
        add(rows, BEGIN, 1);
        add(rows, BEGIN + SECOND, 2);

        Readings thin = new Thinner(Duration.ofSeconds(10)).apply(rows.build(), new BitSet());

        assertThat(thin.size()).isEqualTo(2);
        assertThat(thin.asDouble(0)).isEqualTo(1);
    }

    @Test
    void oldSealedStretchesAreThinnedAndTheBooksBalance() throws Exception {
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.NORMAL).with(SealingTest.EAGER);
        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofDays(40));
        try (Log log = Log.open(settings.with(SealingTest.NEVER), System::nanoTime)) {
            for (int batch = 0; batch < 3 * OpenSpan.BATCHES_MAX; batch++) {
                commit(log, batch);
            }
        }

        try (Log log = Log.open(settings, System::nanoTime, late)) {
            log.keep(new Ages(null, null, null, null, Set.of(), List.of(TEN_SECONDS)));
            long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            for (int batch = 3 * OpenSpan.BATCHES_MAX; thinned(log) == 0; batch++) {
                assertThat(System.nanoTime()).as("nothing was thinned").isLessThan(end);
                commit(log, batch);
                LockSupport.parkNanos(20_000_000);
            }
        }

        Ledger ledger = Ledger.read(folder);
        assertThat(ledger.differences()).isEmpty();
        assertThat(ledger.books().series().get(1)).satisfies(book -> {
            assertThat(book.thinned()).isPositive();
            assertThat(book.removed() + book.expired()).isZero();
        });
    }

    @Test
    void whatWasThinnedIsToldApartThroughKillBackupRestartAndSalvage() throws Exception {
        Path live = folder.resolve("live");
        LogSettings settings = new LogSettings(live, 1L << 30, Durability.NORMAL).with(SealingTest.EAGER);
        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofDays(40));
        try (Log log = Log.open(settings.with(SealingTest.NEVER), System::nanoTime)) {
            for (int batch = 0; batch < 3 * OpenSpan.BATCHES_MAX; batch++) {
                commit(log, batch);
            }
        }
        Path killed = Files.createDirectory(folder.resolve("killed"));
        Path restored = folder.resolve("restored");
        try (Log log = Log.open(settings, System::nanoTime, late)) {
            log.keep(new Ages(null, null, null, null, Set.of(), List.of(TEN_SECONDS)));
            long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            for (int batch = 3 * OpenSpan.BATCHES_MAX; thinned(log) == 0; batch++) {
                assertThat(System.nanoTime()).as("nothing was thinned").isLessThan(end);
                commit(log, batch);
                LockSupport.parkNanos(20_000_000);
            }
            // What a kill at this instant would leave, the count still beside its transaction.
            Snapshot.copy(live, Database.file(killed), (done, all) -> {});
            Backup.Made made = Backup.make(live, null, folder.resolve("backups"), "thinned", Instant.EPOCH,
                    (doing, done, all) -> {});
            Restore.into(made.folder(), restored, (doing, done, all) -> {});
        }
        long thinned = thinnedInBalance(live);
        assertThat(thinnedInBalance(killed)).isPositive();
        assertThat(thinnedInBalance(restored)).isPositive();

        Salvage.suspect(live, "a test says so");
        Log.open(settings.with(SealingTest.NEVER), System::nanoTime).close();

        assertThat(thinnedInBalance(live)).isEqualTo(thinned);
    }

    /** Every sixth reading was wrong at first; thinning must not bring that back. */
    @Test
    void aRevisionInALaterStretchIsNotThinnedAwayFromWhatItRevised() throws Exception {
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.NORMAL).with(SealingTest.EAGER);
        int batches = 2 * OpenSpan.BATCHES_MAX;
        try (Log log = Log.open(settings.with(SealingTest.NEVER), System::nanoTime)) {
            for (int batch = 0; batch < 2 * batches; batch++) {
                Readings.Builder rows = new Readings.Builder(10);
                for (int row = 0; row < 10; row++) {
                    boolean isWrong = batch < batches && row == 5;
                    add(rows, BEGIN + (batch % batches * 10L + row) * SECOND, isWrong ? 1000 : row);
                }
                log.commit(new Commit(List.of(new Entry.Batch(rows.build(), RandomEntries.CLOCK)),
                        List.of(new Change.SeriesCount(1, 10, 10, 0))));
            }
        }

        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofDays(40));
        try (Log log = Log.open(settings, System::nanoTime, late); LogReader reader = log.reader()) {
            log.keep(new Ages(null, null, null, null, Set.of(), List.of(TEN_SECONDS)));
            long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            // The commits after them keep the rollups, for which sealing waits, going.
            for (int batch = 1000; !isThinned(folder, 2L * batches); batch++) {
                assertThat(System.nanoTime()).as("thinning did not end").isLessThan(end);
                commit(log, batch);
                LockSupport.parkNanos(20_000_000);
            }

            Readings found = reader.readings(1, BEGIN, BEGIN + batches * 10L * SECOND, 1 << 20);
            assertThat(found.size()).isPositive();
            for (int row = 0; row < found.size(); row++) {
                assertThat(found.asDouble(row)).as("row %d", row).isLessThan(1000);
            }
        }
    }

    /** A lane that stands in a stretch holds it up, until after its neighbours were thinned. */
    @Test
    void aStretchThatIsSealedAfterItsNeighboursWereThinnedIsThinnedToo() throws Exception {
        int batches = OpenSpan.BATCHES_MAX;
        // Sealed for its readings, not for its age: what is young is not cut where the lane stands.
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.NORMAL)
                .with(new LogSettings.Sealing(Duration.ofHours(1), Duration.ZERO, 1, 1_000));
        try (Log log = Log.open(settings.with(SealingTest.NEVER), System::nanoTime)) {
            for (int batch = 0; batch < 3 * batches; batch++) {
                commit(log, batch);
            }
            log.commit(new Commit(List.of(), List.of(
                    new Change.Advance("uplink/hub/P3", batches + 40, batches + 41))));
        }

        AtomicLong ticks = new AtomicLong();
        try (Log log = Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L))) {
            log.keep(new Ages(null, null, null, null, Set.of(),
                    List.of(new Ages.Thin(Duration.ZERO, Duration.ofSeconds(10)))));
            SealingTest.await(() -> isThinnedUpTo(folder, 3L * batches), log);
            assertThat(log.stretches().stream().map(Span::isSealed)).containsExactly(true, false, true);

            log.commit(new Commit(List.of(), List.of(
                    new Change.Advance("uplink/hub/P3", 3 * batches, 3 * batches + 1))));
            SealingTest.awaitSealed(log);
            SealingTest.await(() -> log.stretches().stream().allMatch(span -> span.readings() < 20L * batches), log);
        }
        long left = Ledger.read(folder).readings().getOrDefault(1, 0L);
        assertThat(thinnedInBalance(folder)).isEqualTo(3 * 20L * batches - left);
    }

    private static boolean isThinnedUpTo(Path place, long last) {
        try {
            return isThinned(place, last);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /** By the note of how far it has come. */
    private static boolean isThinned(Path place, long last) throws Exception {
        try (Connection connection = Database.openReader(place);
                Statement statement = connection.createStatement()) {
            return Database.single(statement, "SELECT value FROM meta WHERE name = 'thinned/PT10S'") >= last;
        }
    }

    private static long thinnedInBalance(Path place) throws StoreFailed {
        Ledger ledger = Ledger.read(place);
        assertThat(ledger.differences()).as("%s", place).isEmpty();
        assertThat(ledger.books().readings().removed()).as("%s", place).isZero();
        assertThat(ledger.toText()).contains("thinned");
        return ledger.books().readings().thinned();
    }

    private static long thinned(Log log) {
        return log.books().series().values().stream().mapToLong(Books.SeriesBook::thinned).sum();
    }

    private static List<Double> spread(Readings rows, int interval) {
        return spread(rows, interval, 10);
    }

    private static List<Double> spread(Readings rows, int interval, int seconds) {
        long length = seconds * SECOND;
        List<Double> values = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            if (rows.measured(row) / length - BEGIN / length == interval) {
                values.add(rows.asDouble(row));
            }
        }
        return List.of(values.getFirst(), values.stream().min(Double::compare).orElseThrow(),
                values.stream().max(Double::compare).orElseThrow(), values.getLast());
    }

    private static void commit(Log log, int batch) throws InterruptedException {
        Readings.Builder rows = new Readings.Builder(20);
        for (int row = 0; row < 20; row++) {
            add(rows, BEGIN + batch * 20 * SECOND + row * SECOND, Math.sin(batch + row));
        }
        log.commit(new Commit(List.of(new Entry.Batch(rows.build(), RandomEntries.CLOCK)),
                List.of(new Change.SeriesCount(1, 20, 20, 0))));
    }

    private static void add(Readings.Builder rows, long at, double value) {
        rows.add(1, at, at, new Value.Float64(value), Grade.GOOD, 0, TimeOrigin.SOURCE);
    }
}
