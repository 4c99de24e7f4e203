package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig;
import suimon.config.DataConfig.Durability;
import suimon.config.DataSize;
import suimon.reading.Entry;
import suimon.reading.Readings;

class SealingTest {
    /** Seals whatever is closed. */
    static final LogSettings.Sealing EAGER =
            new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 2);
    /** Nothing is sealed. */
    static final LogSettings.Sealing NEVER =
            new LogSettings.Sealing(Duration.ofDays(9999), Duration.ofDays(9999), 1, 3);

    @TempDir
    Path folder;

    /** Each look at the clock is an hour later, so that rollups are written at once. */
    private final AtomicLong ticks = new AtomicLong();

    @Test
    void readersFindTheSameAfterSealingAndTheBooksBalance() throws Exception {
        for (long seed = 1; seed <= 2; seed++) {
            Path place = Files.createDirectory(folder.resolve("seed" + seed));
            History history = new History(seed);
            try (Log log = open(place, NEVER)) {
                history.commit(log, 900);
                check(log, history, "seed=" + seed + " before sealing");
            }

            try (Log log = open(place, EAGER)) {
                awaitSealed(log);
                check(log, history, "seed=" + seed + " after sealing");
                history.commit(log, 700);
                awaitSealed(log);
                check(log, history, "seed=" + seed + " sealed twice");
                assertThat(Ledger.read(place).differences()).as("seed=" + seed).isEmpty();
            }

            try (Log log = open(place, NEVER)) {
                check(log, history, "seed=" + seed + " after reopening");
                assertThat(log.damaged()).isZero();
            }
            assertThat(Ledger.read(place).differences()).as("seed=" + seed).isEmpty();
        }
    }

    @Test
    void aWalkAcrossSealingShowsEveryReadingOnce() throws Exception {
        for (long seed = 11; seed <= 12; seed++) {
            Path place = Files.createDirectory(folder.resolve("seed" + seed));
            History history = new History(seed);
            long shown = 0;
            try (Log log = open(place, EAGER); LogReader reader = log.reader()) {
                long position = 0;
                for (int round = 0; round < 30; round++) {
                    history.commit(log, 100);
                    LockSupport.parkNanos(5_000_000);
                    List<Sequenced> found = reader.after(position, 40 + round * 5, 1 << 20);
                    // Stops in the middle of what it was shown, as a lane does.
                    for (Sequenced one : found.subList(0, found.size() * 2 / 3)) {
                        position = one.sequence();
                        shown += sizeOf(one.entry());
                    }
                }
                for (List<Sequenced> found = reader.after(position, 70, 1 << 20); !found.isEmpty();
                        found = reader.after(position, 70, 1 << 20)) {
                    for (Sequenced one : found) {
                        assertThat(one.sequence()).isGreaterThan(position);
                        position = one.sequence();
                        shown += sizeOf(one.entry());
                    }
                }
                assertThat(log.stretches()).anyMatch(Span::isSealed);
                assertThat(position).isEqualTo(log.newest());
            }
            assertThat(shown).as("seed=" + seed).isEqualTo(history.readings());
        }
    }

    @Test
    void stretchesAreMergedUntilFewAreLeftAndReadersFindTheSame() throws Exception {
        for (long seed = 21; seed <= 21; seed++) {
            Path place = Files.createDirectory(folder.resolve("seed" + seed));
            History history = new History(seed);
            String where = "seed=" + seed + " merged";
            try (Log log = open(place, EAGER)) {
                for (int round = 0; round < 8; round++) {
                    history.commit(log, 300);
                    awaitSealed(log);
                }
                await(() -> log.stretches().stream().anyMatch(span -> span.level() == SealPlan.LEVEL_MAX), log);
                check(log, history, where);
                assertThat(Ledger.read(place).differences()).as(where).isEmpty();
            }
            try (Log log = open(place, NEVER); Repeats repeats = Repeats.open(log)) {
                check(log, history, where + " and reopened");
                for (int id = 1; id <= History.SERIES; id++) {
                    Readings known = history.expected(id);
                    int last = known.size() - 1;
                    assertThat(log.lastMeasured(id)).isEqualTo(known.measured(last));
                    for (int row : List.of(0, last / 2, last)) {
                        assertThat(repeats.judge(id, known.measured(row), known.value(row), known.status(row)))
                                .as(where + " series " + id + " row " + row).isEqualTo(Repeats.Outcome.REPEAT);
                    }
                }
            }
        }
    }

    @Test
    void whateverInstantTheGatewayIsKilledNothingIsMissingOrDoubled() throws Exception {
        long seed = 31;
        History history = new History(seed);
        List<Path> copies = new ArrayList<>();
        Path place = Files.createDirectory(folder.resolve("live"));
        try (Log log = open(place, EAGER)) {
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    history.commit(log, 4000);
                } catch (InterruptedException ended) {
                    throw new IllegalStateException(ended);
                }
            });
            while (writer.isAlive() || copies.size() < 10
                    || copies.size() < 40 && log.stretches().stream().allMatch(span -> span.level() < 2)) {
                // What a kill at this instant would leave: the last transaction that is complete.
                Path copy = Files.createDirectory(folder.resolve("copy" + copies.size()));
                Snapshot.copy(place, Database.file(copy), (done, all) -> {});
                copies.add(copy);
                LockSupport.parkNanos(20_000_000);
            }
            writer.join();
        }

        for (Path copy : copies) {
            long stored = Ledger.read(copy).books().series().values().stream()
                    .mapToLong(Books.SeriesBook::stored).sum();
            assertThat(Ledger.read(copy).differences()).as("seed=" + seed + " " + copy).isEmpty();
            try (Log log = open(copy, EAGER); LogReader reader = log.reader()) {
                assertThat(walked(reader)).as("seed=" + seed + " " + copy).isEqualTo(stored);
            }
            assertThat(Ledger.read(copy).differences()).as("seed=" + seed + " " + copy).isEmpty();
        }
        assertThat(copies.stream().map(SealingTest::levelOf).distinct().count()).isGreaterThan(1);
    }

    private static int levelOf(Path copy) {
        try (var connection = Database.openReader(copy); var statement = connection.createStatement()) {
            return (int) Database.single(statement, "SELECT max(level) FROM span");
        } catch (java.sql.SQLException | StoreFailed failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** By a reader of its own: one that stays open holds the place where it stands. */
    private static long walked(Log log) throws StoreFailed {
        try (LogReader reader = log.reader()) {
            return walked(reader);
        }
    }

    private static long walked(LogReader reader) throws StoreFailed {
        long readings = 0;
        long position = 0;
        for (List<Sequenced> found = reader.after(position, 500, 1 << 20); !found.isEmpty();
                found = reader.after(position, 500, 1 << 20)) {
            for (Sequenced one : found) {
                readings += sizeOf(one.entry());
            }
            position = found.getLast().sequence();
        }
        return readings;
    }

    @Test
    void readingsAreSealedWhenTheyAreAsOldAsTheConfigurationSays() throws Exception {
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        Clock clock = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return java.time.ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public java.time.Instant instant() {
                return java.time.Instant.ofEpochMilli(now.get());
            }
        };
        DataConfig data = new DataConfig(folder, new DataSize(1L << 30), Duration.ofSeconds(1),
                new DataSize(1L << 30), Duration.ofMinutes(10), Durability.NORMAL, Duration.ofMinutes(5), null);
        History history = new History(45);
        try (Log log = Log.open(LogSettings.of(data, folder, data.quota().bytes(), false),
                () -> ticks.addAndGet(3_600_000_000_000L), clock)) {
            history.commit(log, 300);
            history.commit(log, 10);
            await(() -> log.rolledUp() == log.newest() && !log.stretches().isEmpty(), log);
            now.addAndGet(Duration.ofMinutes(4).toMillis());
            assertThat(log.sealing().step()).as("after four minutes").isFalse();
            assertThat(log.stretches()).noneMatch(Span::isSealed);

            now.addAndGet(Duration.ofMinutes(1).toMillis());
            awaitSealed(log);
            check(log, history, "seed=45 sealed after five minutes");
        }
    }

    @Test
    void aDamagedChunkCostsOnlyItself() throws Exception {
        Path place = Files.createDirectory(folder.resolve("damaged"));
        History history = new History(41);
        try (Log log = open(place, EAGER)) {
            history.commit(log, 600);
            awaitSealed(log);
        }
        long lost;
        try (var connection = Database.openWriter(place, Durability.FULL);
                var query = connection.prepareStatement("SELECT payload FROM chunk WHERE id ="
                        + " (SELECT chunk_first FROM span WHERE level > 0 ORDER BY first LIMIT 1)");
                var update = connection.prepareStatement("UPDATE chunk SET payload = ? WHERE id ="
                        + " (SELECT chunk_first FROM span WHERE level > 0 ORDER BY first LIMIT 1)")) {
            byte[] payload;
            try (var row = query.executeQuery()) {
                row.next();
                payload = row.getBytes(1);
            }
            ChunkRow row = ChunkRow.of(payload);
            lost = ChunkCodec.header(row.chunk(row.size() - 1)).count();
            payload[payload.length - 1] ^= 1;
            update.setBytes(1, payload);
            update.execute();
        }

        try (Log log = open(place, EAGER)) {
            assertThat(walked(log)).isEqualTo(history.readings() - lost);
            assertThat(log.damaged()).isPositive();
            history.commit(log, 900);
            awaitSealed(log);
            assertThat(walked(log)).isEqualTo(history.readings() - lost);
        }
        assertThat(Ledger.read(place).differences()).isNotEmpty();
    }

    @Test
    void aStretchIsRewrittenWithWhatAFunctionLeavesAndTheBooksSaySo() throws Exception {
        Path place = Files.createDirectory(folder.resolve("thinned"));
        History history = new History(51);
        LogSettings settings = new LogSettings(place, 1L << 30, Durability.NORMAL)
                .with(new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 1000));
        try (Log log = Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L), Clock.systemUTC());
                LogReader reader = log.reader()) {
            history.commit(log, 600);
            awaitSealed(log);
            long sealed = log.stretches().stream().mapToLong(Span::readings).sum();
            Set<Long> done = new HashSet<>();
            await(() -> rewriteAll(log, done), log);
            long left = log.stretches().stream().mapToLong(Span::readings).sum();
            assertThat(left).isPositive().isLessThanOrEqualTo(sealed / 2);
            assertThat(walked(reader)).isEqualTo(history.readings() - sealed + left);
            Ledger ledger = Ledger.read(place);
            assertThat(ledger.differences()).isEmpty();
            assertThat(ledger.books().series().values()).allMatch(book -> book.thinned() > 0 && book.removed() == 0);
        }
    }

    private static boolean rewriteAll(Log log, Set<Long> done) {
        try {
            for (Span span : log.stretches()) {
                if (!done.contains(span.first()) && log.sealing().rewrite(span, SealingTest::everySecond)) {
                    done.add(span.first());
                }
            }
        } catch (java.sql.SQLException | StoreFailed | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
        return done.size() == log.stretches().size();
    }

    private static Readings everySecond(Readings rows) {
        Readings.Builder kept = new Readings.Builder(rows.size());
        for (int row = 1; row < rows.size(); row += 2) {
            kept.addRow(rows, row);
        }
        return kept.build();
    }

    @Test
    void retentionRemovesSealedStretchesOldestFirstWithExactCounts() throws Exception {
        Path place = Files.createDirectory(folder.resolve("full"));
        History history = new History(61);
        LogSettings settings = new LogSettings(place, 1_500_000, Durability.NORMAL).with(EAGER);
        try (Log log = Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L), Clock.systemUTC())) {
            for (int round = 0; round < 5; round++) {
                history.commit(log, 1000);
            }
            for (int round = 0; round < 600; round++) {
                history.commit(log, 3);
            }
            long removed = log.books().series().values().stream()
                    .mapToLong(Books.SeriesBook::removed).sum();
            assertThat(removed).isPositive();
            assertThat(log.isFull()).isFalse();
        }
        Ledger ledger = Ledger.read(place);
        assertThat(ledger.differences()).isEmpty();
        assertThat(ledger.books().removedEntries()).isPositive();
        try (var connection = Database.openReader(place); var statement = connection.createStatement()) {
            long pages = Database.single(statement, "PRAGMA page_count")
                    - Database.single(statement, "PRAGMA freelist_count");
            assertThat(pages * Database.PAGE_BYTES).isLessThan(2_500_000);
        }
    }

    static long sizeOf(Entry entry) {
        return entry instanceof Entry.Batch batch ? batch.readings().size() : 0;
    }

    static void check(Log log, History history, String where) throws StoreFailed {
        try (LogReader reader = log.reader()) {
            for (int id = 1; id <= History.SERIES; id++) {
                Readings expected = history.expected(id);
                Readings found = reader.readings(id, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE / 8);
                assertThat(found.size()).as(where + " series " + id).isEqualTo(expected.size());
                assertThat(found).as(where + " series " + id).isEqualTo(expected);
                long middle = expected.measured(expected.size() / 2);
                Readings some = reader.readings(id, middle, middle + 50_000_000_000L, 1000);
                assertThat(some.measured(0)).as(where).isEqualTo(middle);
            }
            long readings = 0;
            long position = 0;
            for (List<Sequenced> found = reader.after(position, 500, 1 << 20); !found.isEmpty();
                    found = reader.after(position, 500, 1 << 20)) {
                for (Sequenced one : found) {
                    readings += sizeOf(one.entry());
                }
                position = found.getLast().sequence();
            }
            assertThat(readings).as(where + ": walked over").isEqualTo(history.readings());
        }
    }

    static void awaitSealed(Log log) {
        await(() -> log.stretches().stream().allMatch(Span::isSealed) && !log.stretches().isEmpty(), log);
    }

    static void await(BooleanSupplier condition, Log log) {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 s: " + new ArrayList<>(log.stretches()));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private Log open(Path place, LogSettings.Sealing sealing) throws StoreFailed {
        LogSettings settings = new LogSettings(place, 1L << 30, Durability.NORMAL).with(sealing);
        return Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L), Clock.systemUTC());
    }
}
