package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

class LedgerTest {
    @TempDir
    Path folder;

    @Test
    void honestBooksBalanceWhileTheLogIsOpenAndAfterwards() throws Exception {
        try (Log log = open()) {
            honest(log, 3000);

            assertThat(Ledger.read(folder).differences()).isEmpty();
        }

        Ledger ledger = Ledger.read(folder);
        assertThat(ledger.balanced()).isTrue();
        assertThat(ledger.books().series().values())
                .containsExactly(new Books.SeriesBook(6000, 3000, 3000, 0, 0));
        assertThat(ledger.toText()).contains("pen1/do").contains("The books balance.");
    }

    @Test
    void aReadingDeclaredButNotStoredIsFound() throws Exception {
        try (Log log = open()) {
            honest(log, 10);
            log.commit(new Commit(List.of(), List.of(new Change.SeriesCount(1, 1, 1, 0))));
        }

        assertThat(Ledger.read(folder).differences()).singleElement().asString()
                .contains("pen1/do").contains("10 readings");
    }

    @Test
    void aReadingStoredButNotDeclaredIsFound() throws Exception {
        try (Log log = open()) {
            honest(log, 10);
            log.commit(new Commit(List.of(batch(99)), List.of()));
        }

        assertThat(Ledger.read(folder).balanced()).isFalse();
    }

    @Test
    void aRowThatVanishedOrWasDamagedIsFound() throws Exception {
        try (Log log = open()) {
            honest(log, 10);
        }
        try (var connection = Database.openWriter(folder, Durability.FULL);
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM entry WHERE sequence = 5");
            statement.execute("UPDATE entry SET payload = zeroblob(9) WHERE sequence = 7");
        }

        assertThat(Ledger.read(folder).differences()).hasSize(3);
    }

    @Test
    void unbalancedSourcesAndLanesAreFound() throws Exception {
        try (Log log = open()) {
            honest(log, 10);
            log.commit(new Commit(List.of(), List.of(
                    new Change.SourceCount("mqtt", 5, 4, 0, 0),
                    new Change.LaneCount("hub", "P3", 2, 1, 0, 0, 0),
                    new Change.Advance("uplink/hub/P3", 4, 3))));
        }

        assertThat(Ledger.read(folder).differences()).hasSize(2)
                .anyMatch(difference -> difference.contains("source mqtt"))
                .anyMatch(difference -> difference.contains("lane hub/P3"));
    }

    private static void honest(Log log, int readings) throws InterruptedException {
        int id = log.define("pen1/do", Words.same("DO"), "mg/L", 0).id();
        for (int round = 0; round < readings; round++) {
            log.submit(new Commit(List.of(batch(id, round)), List.of(
                    new Change.SeriesCount(id, 2, 1, 1), new Change.SourceCount("sim", 3, 1, 1, 1))));
        }
        log.commit(new Commit(List.of(), List.of()));
    }

    private static Entry batch(long time) {
        return batch(1, time);
    }

    private static Entry batch(int series, long time) {
        Readings readings = new Readings.Builder(1).add(series, time, time, new Value.Int64(time),
                Grade.GOOD, 0, TimeOrigin.SOURCE).build();
        return new Entry.Batch(readings, RandomEntries.CLOCK);
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL), System::nanoTime);
    }
}
