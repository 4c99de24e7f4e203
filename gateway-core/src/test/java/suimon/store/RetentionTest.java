package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

class RetentionTest {
    private static final long QUOTA = 16_000_000;

    @TempDir
    Path folder;

    private final Random random = new Random(5);

    @Test
    void theOldestDeliveredReadingsGoFirstAndTheBooksSaySo() throws Exception {
        try (Log log = open(); LogReader reader = log.reader()) {
            log.requireDelivery(Set.of("uplink/hub/P3"));
            log.commit(new Commit(new RandomEntries(3).others().subList(4, 7), List.of()));
            List<Sequenced> always = reader.after(0, 10, 1 << 20);
            long last = fill(log, 1200, true);
            assertThat(sizeOf(folder)).isLessThan(QUOTA + 4_000_000);
            assertThat(reader.after(0, 3, 1 << 20)).isEqualTo(always);
            assertThat(reader.after(last - 1, 1, 1 << 20)).hasSize(1);
        }

        Ledger ledger = Ledger.read(folder);
        assertThat(ledger.differences()).isEmpty();
        assertThat(ledger.books().series().values()).singleElement().satisfies(book -> {
            assertThat(book.removed()).isPositive();
            assertThat(book.expired()).isZero();
        });
        try (Log log = open()) {
            assertThat(log.newest()).isGreaterThanOrEqualTo(1203);
        }
    }

    @Test
    void whatWasNotDeliveredGoesNextAndIsCountedAsExpired() throws Exception {
        try (Log log = open()) {
            log.requireDelivery(Set.of("uplink/hub/P3"));
            fill(log, 1200, false);
            assertThat(log.isFull()).isFalse();
        }

        Ledger ledger = Ledger.read(folder);
        assertThat(ledger.differences()).isEmpty();
        assertThat(ledger.books().series().values()).singleElement().satisfies(book ->
                assertThat(book.expired()).isPositive().isEqualTo(book.removed()));
    }

    @Test
    void whenOnlyAlarmsAndLabelsAreLeftNewDataIsRefusedButAlarmsAreNot() throws Exception {
        try (Log log = open()) {
            Entry note = new Entry.Audit("somebody", incompressible(), "", "", java.time.Instant.EPOCH);
            for (int round = 0; round < 2000 && !log.isFull(); round++) {
                log.commit(new Commit(List.of(note), List.of()));
            }
            long before = log.newest();

            assertThatThrownBy(() -> log.offer(new Commit(List.of(note), List.of())))
                    .isInstanceOf(StoreFull.class).hasMessageContaining("data.quota");
            assertThat(log.commit(new Commit(List.of(note), List.of()))).isEqualTo(before + 1);
        }
        assertThat(Ledger.read(folder).differences()).isEmpty();
    }

    @Test
    void aReadingRemovedLongAgoIsNewWhenItComesAgain() throws Exception {
        try (Log log = open(); Repeats repeats = Repeats.open(log)) {
            fill(log, 1200, false);
            assertThat(repeats.judge(1, 5, new Value.Int64(1), 0)).isEqualTo(Repeats.Outcome.NEW);
        }
    }

    /** Once it was forgotten with a stretch that was removed before it was closed. */
    @Test
    void theNewestTimeOfASeriesOutlivesItsReadings() throws Exception {
        try (Log log = open()) {
            Readings rows = new Readings.Builder(1).add(2, 77, 77, new Value.Int64(1), Grade.GOOD, 0,
                    TimeOrigin.SOURCE).build();
            log.commit(new Commit(List.of(new Entry.Batch(rows, RandomEntries.CLOCK)),
                    List.of(new Change.SeriesCount(2, 1, 1, 0))));
            for (int round = 0; round < OpenSpan.BATCHES_MAX - 10; round++) {
                log.commit(new Commit(List.of(batch(round, 8000)),
                        List.of(new Change.SeriesCount(1, 8000, 8000, 0))));
            }
            assertThat(log.stretches()).as("nothing is closed yet").isEmpty();
            assertThat(log.storedReadings(2)).as("it was removed").isZero();
        }

        try (Log log = open()) {
            assertThat(log.lastMeasured(2)).isEqualTo(77);
        }
    }

    private long fill(Log log, int batches, boolean delivered) throws InterruptedException {
        long last = 0;
        for (int round = 0; round < batches; round++) {
            List<Change> changes = new ArrayList<>();
            changes.add(new Change.SeriesCount(1, 2000, 2000, 0));
            if (delivered) {
                changes.add(new Change.Advance("uplink/hub/P3", log.newest(), log.newest() + 1));
            }
            last = log.commit(new Commit(List.of(batch(round, 2000)), changes));
        }
        return last;
    }

    private Entry batch(int round, int size) {
        Readings.Builder rows = new Readings.Builder(size);
        for (int row = 0; row < size; row++) {
            rows.add(1, round * 10_000L + row, round * 10_000L + row,
                    new Value.Float64(Double.longBitsToDouble(random.nextLong())), Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
        }
        return new Entry.Batch(rows.build(), RandomEntries.CLOCK);
    }

    private String incompressible() {
        StringBuilder text = new StringBuilder();
        for (int left = 20_000; left > 0; left--) {
            text.append((char) random.nextInt(0xD000));
        }
        return text.toString();
    }

    private static long sizeOf(Path folder) throws IOException {
        long sum = 0;
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, QUOTA, Durability.NORMAL), System::nanoTime);
    }
}
