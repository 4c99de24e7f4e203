package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

class LogTest {
    @TempDir
    Path folder;

    @Test
    void whatWasCommittedIsThereAfterReopening() throws Exception {
        List<Entry> entries = new ArrayList<>(new RandomEntries(1).others());
        entries.removeIf(entry -> entry instanceof Entry.SeriesDefined);
        entries.add(new RandomEntries(2).batch());
        String epoch;
        try (Log log = open()) {
            epoch = log.epoch();
            assertThat(log.commit(new Commit(entries, List.of()))).isEqualTo(entries.size());
        }

        try (Log log = open(); LogReader reader = log.reader()) {
            assertThat(log.epoch()).isEqualTo(epoch);
            assertThat(log.newest()).isEqualTo(entries.size());
            assertThat(reader.after(0, 100, 1 << 20)).extracting(Sequenced::entry).isEqualTo(entries);
            assertThat(reader.after(3, 2, 1 << 20)).extracting(Sequenced::sequence).containsExactly(4L, 5L);
            assertThat(reader.newest(List.of(Entry.Alarm.class, Entry.Label.class), 5)).hasSize(2);
        }
    }

    @Test
    void keptBytesCursorsAndBooksSurviveReopeningAndFolding() throws Exception {
        try (Log log = open()) {
            for (int round = 1; round <= 1100; round++) {
                log.submit(new Commit(List.of(), List.of(
                        new Change.Keep("owner", "key", new byte[] {(byte) round}),
                        new Change.Keep("owner", "gone", round % 2 == 1 ? new byte[] {1} : new byte[0]),
                        new Change.Advance("uplink", round, round - 3),
                        new Change.SourceCount("mqtt", 3, 1, 1, 1),
                        new Change.LaneCount("hub", "P3", 1, 0, 0, 0, 2))));
            }
            log.commit(new Commit(List.of(), List.of()));
            assertThat(log.kept("owner")).containsOnlyKeys("key");
        }

        try (Log log = open()) {
            assertThat(log.kept("owner").get("key")).containsExactly((byte) 1100);
            assertThat(log.cursor("uplink")).isEqualTo(new Cursor("uplink", 1100, 1097));
            assertThat(log.books().sources().get("mqtt"))
                    .isEqualTo(new Books.SourceBook(3300, 1100, 1100, 1100));
            assertThat(log.books().lanes().get(new Books.Lane("hub", "P3")))
                    .isEqualTo(new Books.LaneBook(1100, 0, 0, 0, 2200));
        }
    }

    @Test
    void aSeriesKeepsItsNumberAndTakesNewAttributes() throws Exception {
        Series first;
        Series changed;
        try (Log log = open()) {
            first = log.define("pen1/do", Words.same("DO"), "mg/L", 0);
            Series second = log.define("pen1/temp", Words.same("T"), "Cel", 0);
            changed = log.define("pen1/do", new Words("溶存酸素", "DO"), "mg/L", 60);
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(changed.id()).isEqualTo(first.id());
            assertThat(log.define("pen1/do", new Words("溶存酸素", "DO"), "mg/L", 60)).isEqualTo(changed);
        }

        try (Log log = open()) {
            assertThat(log.series(first.id())).isEqualTo(changed);
            assertThat(log.allSeries()).hasSize(2);
            assertThat(log.newest()).isEqualTo(3);
        }
    }

    @Test
    void manyThreadsShareCommitsAndEachIsToldItsOwnSequence() throws Exception {
        int threads = 8;
        int each = 200;
        CountDownLatch done = new CountDownLatch(threads * each);
        List<Long> sequences = java.util.Collections.synchronizedList(new ArrayList<>());
        try (Log log = open()) {
            for (int thread = 0; thread < threads; thread++) {
                Thread.ofVirtual().start(() -> {
                    try {
                        for (int round = 0; round < each; round++) {
                            log.submit(new Commit(List.of(audit(round)), List.of(), sequence -> {
                                sequences.add(sequence);
                                done.countDown();
                            }));
                        }
                    } catch (InterruptedException ended) {
                        throw new IllegalStateException(ended);
                    }
                });
            }
            assertThat(done.await(90, TimeUnit.SECONDS)).isTrue();
            assertThat(sequences).doesNotHaveDuplicates().hasSize(threads * each);
            assertThat(log.newest()).isEqualTo(threads * each);
        }
    }

    @Test
    void aWaitingReaderWakesWithTheCommit() throws Exception {
        try (Log log = open()) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    log.commit(new Commit(List.of(audit(1)), List.of()));
                } catch (InterruptedException ended) {
                    throw new IllegalStateException(ended);
                }
            });

            assertThat(log.awaitBeyond(0, Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(log.awaitBeyond(1, Duration.ofMillis(1))).isEqualTo(1);
            writer.join();
        }
    }

    @Test
    void aSecondOwnerIsRefusedByName() throws Exception {
        try (Log log = open()) {
            assertThat(log.newest()).isZero();

            assertThatThrownBy(this::open)
                    .isInstanceOf(StoreFailed.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsNamedWithARemedy() throws Exception {
        Files.writeString(folder.resolve(Database.FILE), "not a database at all, ".repeat(500));

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreFailed.class)
                .hasMessageContaining(Database.FILE)
                .hasMessageContaining("copy");
    }

    @Test
    void aDamagedEntryIsSkippedAndCounted() throws Exception {
        try (Log log = open()) {
            for (int round = 0; round < 5; round++) {
                log.commit(new Commit(List.of(audit(round)), List.of()));
            }
        }
        try (var connection = Database.openWriter(folder, Durability.FULL);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE entry SET payload = zeroblob(20) WHERE sequence IN (1, 3)");
        }

        try (Log log = open(); LogReader reader = log.reader()) {
            assertThat(reader.after(0, 1, 100)).extracting(Sequenced::sequence).containsExactly(2L);
            assertThat(reader.after(2, 9, 1 << 20)).extracting(Sequenced::sequence).containsExactly(4L, 5L);
            assertThat(log.damaged()).isEqualTo(2);
        }
    }

    @Test
    void readingsComeByTimeWithTheLaterRevision() throws Exception {
        try (Log log = open(); LogReader reader = log.reader()) {
            for (int round = 600; round > 0; round--) {
                log.submit(new Commit(List.of(batch(1, round, round), batch(2, round, -round)), List.of()));
            }
            log.commit(new Commit(List.of(batch(1, 5, 55)), List.of()));

            Readings found = reader.readings(1, 3, 7, 100);

            assertThat(found.size()).isEqualTo(4);
            assertThat(found.asDouble(2)).isEqualTo(55);
            assertThat(found.measured(3)).isEqualTo(6);
            assertThat(reader.readings(1, 0, 1000, 1).measured(0)).isEqualTo(1);
        }
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.FULL), System::nanoTime);
    }

    private static Entry audit(int number) {
        return new Entry.Audit("somebody", "action " + number, "", "", java.time.Instant.EPOCH);
    }

    private static Entry batch(int series, long time, double value) {
        Readings readings = new Readings.Builder(1).add(series, time, time, new Value.Float64(value),
                Grade.GOOD, 0, TimeOrigin.SOURCE).build();
        return new Entry.Batch(readings, RandomEntries.CLOCK);
    }
}
