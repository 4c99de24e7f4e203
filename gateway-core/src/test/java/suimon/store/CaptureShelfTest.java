package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Capture;

class CaptureShelfTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final CaptureShelf.Limits ROOMY = new CaptureShelf.Limits(1_000_000, null);

    @TempDir
    Path scratch;

    @Test
    void aCaptureIsSeenOnceItIsCommittedAndAfterARestart() throws Exception {
        Capture.Waveform block = new Capture.Waveform(8_000_500, 24, 2, 100,
                new Capture.Origin("水圧-3", "job-7", 1_790_000_000_123_456_789L, Capture.SyncSource.PTP, -1));
        byte[] bytes = "block".getBytes(StandardCharsets.UTF_8);
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);
            shelf.take(new Capture(Durable.hash(bytes), bytes.length, block), bytes, "main/4", "listener", 5);
            assertThat(numbers(shelf)).isEmpty();
            commit(log, shelf, 5);

            assertThat(numbers(shelf)).containsExactly(1L);
            assertThat(CaptureShelf.read(data()).newest(9, 9, row -> true)).isEqualTo(shelf.newest(9, 9, row -> true));
        }
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);

            StoredCapture row = shelf.newest(Long.MAX_VALUE, 9, each -> true).getFirst();
            assertThat(row.capture().content()).isEqualTo(block);
            assertThat(row.sensor()).isEqualTo("main/4");
            assertThat(shelf.file(row)).hasBinaryContent(bytes);
            assertThat(shelf.book().balances(shelf.size())).isTrue();
        }
    }

    @Test
    void theSameBytesAgainAreCountedAndAnotherSensorsAreItsOwn() throws Exception {
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);
            take(shelf, "a", "cam1", 1);
            commit(log, shelf, 1);
            take(shelf, "a", "cam1", 7);
            take(shelf, "a", "cam2", 8);
            commit(log, shelf, 8);

            assertThat(shelf.newest(Long.MAX_VALUE, 9, row -> true)).extracting(StoredCapture::times)
                    .containsExactly(1L, 2L);
            assertThat(shelf.book()).isEqualTo(new CaptureBook(2, 1, 0, 0));
            assertThat(shelf.bytes()).isEqualTo(1);
            assertThat(files()).hasSize(1);
        }
    }

    @Test
    void overItsQuotaTheOldestGoesWithItsFileAndComesBackWhenItIsSentAgain() throws Exception {
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), new CaptureShelf.Limits(8, null));
            take(shelf, "oldest", "cam", 1);
            commit(log, shelf, 1);
            take(shelf, "newer", "cam", 2);
            commit(log, shelf, 2);
            // Before the file is swept the same bytes come again: it must stay.
            take(shelf, "oldest", "cam", 3);
            commit(log, shelf, 3);
            shelf.sweep();

            assertThat(numbers(shelf)).containsExactly(3L);
            assertThat(files()).containsExactly(hash("oldest"));
            assertThat(shelf.book()).isEqualTo(new CaptureBook(3, 0, 2, 0));
        }
    }

    @Test
    void whatIsTooOldGoesWithoutAnythingArriving() throws Exception {
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(
                    log, data(), new CaptureShelf.Limits(1000, Duration.ofHours(2)));
            take(shelf, "a", "cam", 0);
            take(shelf, "b", "cam", HOUR);
            commit(log, shelf, HOUR);
            commit(log, shelf, 2 * HOUR + 1);
            shelf.sweep();

            assertThat(numbers(shelf)).containsExactly(2L);
            assertThat(files()).containsExactly(hash("b"));
        }
    }

    @Test
    void aStartRemovesFilesWithoutARowAndCountsRowsWithoutAFile() throws Exception {
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);
            take(shelf, "kept", "cam", 1);
            take(shelf, "gone", "cam", 1);
            commit(log, shelf, 1);
            take(shelf, "never committed", "cam", 1);
        }
        Files.writeString(data().resolve("captures/half" + CaptureFiles.UNFINISHED), "x");
        Files.delete(new CaptureFiles(data()).of(hash("gone")));
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);
            commit(log, shelf, 2);

            assertThat(files()).containsExactly(hash("kept"));
            assertThat(numbers(shelf)).containsExactly(1L);
        }
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);
            assertThat(shelf.book()).isEqualTo(new CaptureBook(2, 0, 0, 1));
        }
    }

    @Test
    void aBackupTakesCapturesAlongEvenThoseThatArriveMeanwhile() throws Exception {
        Backup.Made made;
        try (Log log = open()) {
            CaptureShelf shelf = CaptureShelf.open(log, data(), ROOMY);
            take(shelf, "before", "cam", 1);
            commit(log, shelf, 1);
            boolean[] hasArrived = {false};
            made = Backup.make(data(), null, scratch.resolve("backups"), "1", Instant.EPOCH, (doing, done, all) -> {
                // The list of files is made by now, the log is not copied yet.
                if (!hasArrived[0] && doing.startsWith("hashing data/captures")) {
                    hasArrived[0] = true;
                    takeAndCommit(log, shelf, "meanwhile");
                }
            });
            assertThat(hasArrived[0]).isTrue();
        }
        Restore.into(made.folder(), scratch.resolve("restored"), (doing, done, all) -> {});

        CaptureShelf restored = CaptureShelf.read(scratch.resolve("restored"));
        assertThat(restored.newest(Long.MAX_VALUE, 9, row -> true)).hasSize(2)
                .allSatisfy(row -> assertThat(restored.file(row)).exists());
    }

    private static void takeAndCommit(Log log, CaptureShelf shelf, String content) {
        try {
            take(shelf, content, "cam", 2);
            commit(log, shelf, 2);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void take(CaptureShelf shelf, String content, String sensor, long at) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        shelf.take(new Capture(hash(content), bytes.length, new Capture.Picture(Capture.Format.PNG, 3, 2)), bytes,
                sensor, "listener", at);
    }

    private static void commit(Log log, CaptureShelf shelf, long now) throws InterruptedException {
        CaptureShelf.Drained drained = shelf.drain(now);
        log.commit(new Commit(List.of(), drained.changes(), sequence -> drained.committed().run()));
    }

    private static String hash(String content) {
        return Durable.hash(content.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Long> numbers(CaptureShelf shelf) {
        return shelf.newest(Long.MAX_VALUE, 99, row -> true).stream().map(StoredCapture::number).toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(data().resolve("captures"))) {
            return all.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path data() {
        return scratch.resolve("data");
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(data(), 64_000_000, Durability.FULL), System::nanoTime);
    }
}
