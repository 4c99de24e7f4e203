package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

final class ShownStretchesTest {
    @TempDir
    Path folder;

    @Test
    void whatIsRemovedAfterAReaderSawItWasMergedForThatReaderStill() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-07-01T00:00:00Z"));
        InstantSource time = now::get;
        Clock clock = time.withZone(ZoneOffset.UTC);
        AtomicLong ticks = new AtomicLong();
        LogSettings settings = new LogSettings(folder, 1L << 30, Durability.OFF)
                .with(new LogSettings.Sealing(Duration.ofHours(1), Duration.ZERO, 1 << 20, 1_000));
        int batches = OpenSpan.BATCHES_MAX;
        try (Log log = Log.open(settings, () -> ticks.addAndGet(3_600_000_000_000L), clock);
                LogReader reader = log.reader()) {
            for (int batch = 0; batch < 2 * batches; batch++) {
                commit(log, batch);
            }
            now.set(now.get().plus(Duration.ofHours(2)));
            SealingTest.await(() -> log.stretches().stream().anyMatch(Span::isSealed), log);
            assertThat(reader.after(0, 1, Long.MAX_VALUE)).hasSize(1);
            long merged = reader.mergedBetween(0, batches + 1);
            assertThat(merged).isEqualTo(batches);

            now.set(now.get().plus(Duration.ofDays(40)));
            log.keep(new Ages(Duration.ofDays(1), null, null, null, Set.of()));
            SealingTest.await(() -> isRemoved(log), log);

            assertThat(reader.mergedBetween(0, batches + 1)).isEqualTo(merged);
        }
    }

    /** A commit makes the log look for what is old. */
    private static boolean isRemoved(Log log) {
        try {
            log.commit(new Commit(List.of(), List.of()));
            return log.stretches().stream().noneMatch(Span::isSealed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void commit(Log log, int batch) throws InterruptedException {
        Readings.Builder rows = new Readings.Builder(1);
        long at = batch * 1_000_000_000L;
        rows.add(1, at, at, new Value.Float64(batch), Grade.GOOD, 0, TimeOrigin.SOURCE);
        log.commit(new Commit(List.of(new Entry.Batch(rows.build(), RandomEntries.CLOCK)),
                List.of(new Change.SeriesCount(1, 1, 1, 0))));
    }
}
