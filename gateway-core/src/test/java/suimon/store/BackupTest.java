package suimon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

class BackupTest {
    private static final Instant NOW = Instant.parse("2026-07-01T02:03:04Z");

    @TempDir
    Path scratch;

    private final List<String> steps = new ArrayList<>();

    @Test
    void aBackupTakenDuringIngestIsOneMomentOfTheLogAndHoldsUpNoCommit() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicLong committed = new AtomicLong();
        Backup.Made made;
        long before;
        long during;
        try (Log log = open(data())) {
            commit(log, 1, 3000);
            Thread writer = Thread.ofPlatform().start(() -> {
                for (long number = 3001; !isOver.get(); number++) {
                    commit(log, number, number);
                    committed.set(number);
                }
            });
            while (committed.get() == 0) {
                Thread.onSpinWait();
            }
            before = log.newest();
            // Waits in the middle of the copy until commits have gone by that it must not hold.
            made = backup((doing, done, all) -> awaitBeyond(committed, before + 20));
            during = committed.get();
            isOver.set(true);
            writer.join();
        }

        assertThat(during).isGreaterThanOrEqualTo(before + 20);
        Path restored = scratch.resolve("restored");
        Restore.into(made.folder(), restored, this::note);
        assertThat(Ledger.read(restored).differences()).isEmpty();
        try (Log log = open(restored); LogReader reader = log.reader()) {
            long newest = made.manifest().logs().getFirst().newest();
            assertThat(log.newest()).isEqualTo(newest).isBetween(3000L, during);
            assertThat(reader.after(0, Integer.MAX_VALUE, Long.MAX_VALUE)).extracting(Sequenced::sequence)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, newest).boxed().toList());
        }
    }

    @Test
    void aRestoredLogIsAnotherHistoryAndSaysWhereItCameFrom() throws Exception {
        String epoch;
        try (Log log = open(data())) {
            commit(log, 1, 10);
            epoch = log.epoch();
        }
        Backup.Made made = backup(this::note);

        Restore.into(made.folder(), scratch.resolve("restored"), this::note);

        assertThat(made.manifest().logs().getFirst().epoch()).isEqualTo(epoch);
        try (Log log = open(scratch.resolve("restored"))) {
            assertThat(log.epoch()).isNotEqualTo(epoch);
            assertThat(new String(log.kept(Notice.OWNER).get(Notice.RESTORED), StandardCharsets.UTF_8))
                    .isEqualTo("restored from a backup of 2026-07-01T02:03:04Z");
        }
    }

    @Test
    void otherFilesComeAlongAndProcessFilesStayBehind() throws Exception {
        try (Log log = open(data())) {
            commit(log, 1, 10);
            Files.writeString(data().resolve("users"), "anna:operator:hash\n");
            Files.createDirectories(data().resolve("sources/plc/trusted"));
            Files.writeString(data().resolve("sources/plc/trusted/server.der"), "certificate");
            Files.writeString(data().resolve("log.db.damaged-20260101T000000Z"), "old");
            Files.writeString(scratch.resolve("gateway.yaml"), "site:\n");
            Backup.Made made = Backup.make(
                    data(), scratch.resolve("gateway.yaml"), scratch.resolve("backups"), "1", NOW, this::note);

            assertThat(made.manifest().files()).extracting(BackupManifest.FileCopy::path).containsExactly(
                    "data/log.db", "data/sources/plc/trusted/server.der", "data/users", "gateway.yaml");
            Restore.into(made.folder(), scratch.resolve("restored"), this::note);
        }

        assertThat(scratch.resolve("restored/users")).hasContent("anna:operator:hash\n");
        assertThat(scratch.resolve("restored/sources/plc/trusted/server.der")).hasContent("certificate");
        assertThat(scratch.resolve("restored/gateway.yaml")).doesNotExist();
        assertThat(steps).anyMatch(step -> step.startsWith("copying log.db"))
                .anyMatch(step -> step.startsWith("verifying log.db"));
    }

    @Test
    void aFolderThatHoldsAnythingOrIsInUseIsRefused() throws Exception {
        try (Log log = open(data())) {
            commit(log, 1, 10);
        }
        Backup.Made made = backup(this::note);

        assertThatThrownBy(() -> Restore.into(made.folder(), data(), this::note))
                .isInstanceOf(StoreFailed.class).hasMessageContaining("such as log.db; move it aside");
        Path other = scratch.resolve("other");
        try (Log _ = open(other)) {
            assertThatThrownBy(() -> Restore.into(made.folder(), other, this::note))
                    .isInstanceOf(StoreFailed.class).hasMessageContaining("is in use by process");
        }
    }

    @Test
    void aDamagedOrIncompleteBackupIsRefusedBeforeAnythingIsWritten() throws Exception {
        try (Log log = open(data())) {
            commit(log, 1, 300);
        }
        Backup.Made made = backup(this::note);
        Path copy = made.folder().resolve("data/log.db");
        byte[] bytes = Files.readAllBytes(copy);
        bytes[bytes.length / 2] ^= 4;
        Files.write(copy, bytes);
        Path into = scratch.resolve("restored");

        assertThatThrownBy(() -> Restore.into(made.folder(), into, this::note))
                .isInstanceOf(StoreFailed.class).hasMessageContaining("log.db is damaged: its SHA-256 is");
        Files.delete(copy);
        assertThatThrownBy(() -> Restore.into(made.folder(), into, this::note))
                .isInstanceOf(StoreFailed.class).hasMessageContaining("is missing");
        Files.writeString(made.folder().resolve("manifest.txt"), "suimon backup 1\n");
        assertThatThrownBy(() -> Restore.into(made.folder(), into, this::note))
                .isInstanceOf(StoreFailed.class).hasMessageContaining("is damaged or cut off");
        assertThat(into.resolve("log.db")).doesNotExist();
        assertThatThrownBy(() -> Restore.into(scratch, into, this::note))
                .isInstanceOf(StoreFailed.class).hasMessageContaining("is no backup");
    }

    @Test
    void aRestoreThatWasCutOffIsNoLogAndCanBeDoneAgain() throws Exception {
        try (Log log = open(data())) {
            commit(log, 1, 300);
        }
        Backup.Made made = backup(this::note);
        Path into = Files.createDirectories(scratch.resolve("restored"));
        Files.write(into.resolve("log.db.restoring"), new byte[] {1, 2, 3});
        Files.writeString(into.resolve("users"), "half");

        assertThatThrownBy(() -> open(into)).isInstanceOf(StoreFailed.class)
                .hasMessageContaining("a restore into").hasMessageContaining("was cut off");
        Restore.into(made.folder(), into, this::note);

        assertThat(Ledger.read(into).entries()).isEqualTo(300);
        assertThat(into.resolve("users")).doesNotExist();
    }

    @Test
    void aDamagedEntryIsCountedAndTheRestIsStillBackedUp() throws Exception {
        try (Log log = open(data())) {
            commit(log, 1, 10);
        }
        try (var connection = Database.openWriter(data(), Durability.FULL);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE entry SET payload = zeroblob(9) WHERE sequence = 7");
        }

        assertThat(backup(this::note).manifest().damaged()).isEqualTo(1);
    }

    @Test
    void aBackupIntoTheDataFolderItselfIsRefused() throws Exception {
        try (Log _ = open(data())) {
            assertThatThrownBy(() -> Backup.make(
                    data(), null, data().resolve("backups"), "1", NOW, this::note))
                    .isInstanceOf(StoreFailed.class).hasMessageContaining("lies inside the data folder");
        }
    }

    private Path data() {
        return scratch.resolve("data");
    }

    private Backup.Made backup(Backup.Progress progress) throws StoreFailed {
        return Backup.make(data(), null, scratch.resolve("backups"), "1", NOW, progress);
    }

    private void note(String doing, long done, long all) {
        steps.add(doing + " " + done + "/" + all);
    }

    private static void awaitBeyond(AtomicLong committed, long number) {
        for (long end = System.nanoTime() + 30_000_000_000L; committed.get() < number; ) {
            assertThat(System.nanoTime()).as("commits stand still at %d", committed.get()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static Log open(Path folder) throws StoreFailed {
        return Log.open(new LogSettings(folder, Long.MAX_VALUE, Durability.FULL), System::nanoTime);
    }

    /** One commit per number, of which each is the log's next sequence. */
    private static void commit(Log log, long first, long last) {
        try {
            for (long number = first; number <= last; number++) {
                Readings.Builder readings = new Readings.Builder(1);
                readings.add(1, number, number, new Value.Int64(number), Grade.GOOD, 0, TimeOrigin.SOURCE);
                Commit commit = new Commit(List.of(new Entry.Batch(readings.build(), RandomEntries.CLOCK)),
                        List.of(new Change.SeriesCount(1, 1, 1, 0)));
                if (number == last) {
                    log.commit(commit);
                } else {
                    log.submit(commit);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
