package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.SteppedClock;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

final class AgeingTest {
    private static final String LANE = "uplink/hub/P3";
    private static final int ROWS = 10;

    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-11-01T00:00:00Z"));

    @Test
    void whatIsOldAndDeliveredGoesAndWhatIsOldAndNotDeliveredStays() throws Exception {
        try (Log log = Log.open(new LogSettings(folder, 1L << 30, Durability.NORMAL), System::nanoTime, clock)) {
            log.requireDelivery(Set.of(LANE));
            log.keep(new Ages(Duration.ofDays(1), null, null, null, Set.of()));
            for (int batch = 0; batch < 40; batch++) {
                commit(log, batch, List.of());
            }
            commit(log, 40, List.of(new Change.Advance(LANE, 25, 26)));

            clock.step(Duration.ofDays(2));
            commitUntil(log, 25 * ROWS);
        }

        Ledger ledger = Ledger.read(folder);
        assertThat(ledger.differences()).isEmpty();
        assertThat(ledger.books().series().get(1)).satisfies(book -> {
            assertThat(book.removed()).isEqualTo(25 * ROWS);
            assertThat(book.expired()).isZero();
        });
    }

    @Test
    void sealedStretchesGoByAgeToo() throws Exception {
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.NORMAL);
        // Sealing follows the rollups, which are written by the ticker.
        try (Log log = Log.open(settings, clock, clock)) {
            log.keep(new Ages(Duration.ofDays(1), null, null, null, Set.of()));
            for (int batch = 0; batch < 3 * OpenSpan.BATCHES_MAX; batch++) {
                commit(log, batch, List.of());
            }

            clock.step(Duration.ofHours(20));
            awaitSealed(log);
            clock.step(Duration.ofHours(20));
            commitUntil(log, 2L * OpenSpan.BATCHES_MAX * ROWS);
        }

        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    @Test
    void aReserveTakesRoomIsGivenUpAndTakenAgain() throws Exception {
        SpaceReserve reserve = new SpaceReserve(folder, 64L << 20);
        Path file = folder.resolve(SpaceReserve.FILE);

        assertThat(reserve.take()).isTrue();
        assertThat(Files.size(file)).isEqualTo(1 << 20);
        assertThat(reserve.release()).isTrue();
        assertThat(reserve.isReleased()).isTrue();
        assertThat(file).doesNotExist();
        assertThat(reserve.release()).as("nothing more to give").isFalse();
        assertThat(reserve.take()).isTrue();
        assertThat(reserve.isReleased()).isFalse();
    }

    @Test
    void aForecastGoesByTheRateOfTheLastDaysAndSurvivesARestart() {
        DiskForecast forecast = new DiskForecast(null);
        long hour = DiskForecast.EVERY.toMillis();
        for (int sample = 0; sample < 100; sample++) {
            assertThat(forecast.add(sample * hour, sample * 1_000_000L)).isTrue();
            assertThat(forecast.add(sample * hour + hour / 2, 0)).isFalse();
        }

        DiskForecast again = new DiskForecast(forecast.toBytes());

        assertThat(again.bytesPerDay()).isEqualTo(24_000_000);
        assertThat(again.daysUntil(240_000_000)).isEqualTo(10);
        assertThat(new DiskForecast(null).daysUntil(1)).as("nothing to go by").isNull();
    }

    /** All but the newest stretch, which is still open. */
    private static void awaitSealed(Log log) {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (log.stretches().stream().filter(Span::isSealed).mapToLong(Span::readings).sum()
                < 2L * OpenSpan.BATCHES_MAX * ROWS) {
            assertThat(System.nanoTime()).as(log.stretches().toString()).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void commitUntil(Log log, long removed) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        for (int batch = 10_000; removed(log) < removed; batch++) {
            assertThat(System.nanoTime()).as(log.books().series().toString()).isLessThan(end);
            commit(log, batch, List.of());
            clock.step(Duration.ofSeconds(1));
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static long removed(Log log) {
        return log.books().series().values().stream().mapToLong(Books.SeriesBook::removed).sum();
    }

    private void commit(Log log, int batch, List<Change> more) throws InterruptedException {
        Readings.Builder rows = new Readings.Builder(ROWS);
        long at = clock.instant().getEpochSecond() * 1_000_000_000L + batch * 1_000_000L;
        for (int row = 0; row < ROWS; row++) {
            rows.add(1, at + row, at + row, new Value.Float64(batch), Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        List<Change> changes = new java.util.ArrayList<>(more);
        changes.add(new Change.SeriesCount(1, ROWS, ROWS, 0));
        log.commit(new Commit(List.of(new Entry.Batch(rows.build(), RandomEntries.CLOCK)), changes));
    }
}
