package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Readings;

class SealingTest {
    /** Seals whatever is closed. */
    static final LogSettings.Sealing EAGER =
            new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 3);
    /** Nothing is sealed. */
    static final LogSettings.Sealing NEVER =
            new LogSettings.Sealing(Duration.ofDays(9999), Duration.ofDays(9999), 1, 3);

    @TempDir
    Path folder;

    /** Each look at the clock is an hour later, so that rollups are written at once. */
    private final AtomicLong ticks = new AtomicLong();

    @Test
    void readersFindTheSameAfterSealingAndTheBooksBalance() throws Exception {
        for (long seed = 1; seed <= 4; seed++) {
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
        for (long seed = 11; seed <= 13; seed++) {
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
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
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
