package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failing disk does to a whole gateway: it waits, or ends clearly, and comes up by itself. */
final class DiskFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERIES = "pen1/number";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int EXIT_DEFECT = 70;
    private static final Duration SLOW_SYNC = Duration.ofSeconds(2);

    @TempDir
    Path scratch;

    @Test
    void syncsOfTwoSecondsOnlyMakeAcknowledgementsWait() throws Exception {
        long seed = 5;
        Random random = new Random(seed);
        Site site = new Site(scratch.resolve("site"));
        Path hold = scratch.resolve("hold");
        PowerCut disk = PowerCut.between(site.data(), scratch.resolve("report"), seed, 0, 0)
                .with("POWERCUT_HOLD", hold.toString());
        try (Sender sender = sender(site); Child gateway = site.begin(disk.environment())) {
            site.awaitListening(gateway);
            site.awaitPage(gateway);
            for (int round = 1; round <= 3; round++) {
                sender.awaitAcknowledged(sender.acknowledgedCount() + 1 + random.nextInt(200), PATIENCE);
                Files.createFile(hold);
                awaitReported(disk, "held sync", round);
                int unsynced = awaitStill(sender);
                long end = System.nanoTime() + SLOW_SYNC.toNanos();
                do {
                    assertThat(health(site)).contains("\"state\"");
                } while (System.nanoTime() < end);
                assertThat(sender.acknowledgedCount()).as("seed=%d before the sync", seed).isEqualTo(unsynced);
                Files.delete(hold);
                awaitReported(disk, "let go", round);
            }
            sender.awaitAcknowledged(sender.acknowledgedCount() + 100, PATIENCE);
            assertThat(sender.finish(PATIENCE)).isTrue();
            assertThat(sender.complaints()).isEmpty();
            gateway.stop(PATIENCE);

            check(site, sender);
        }
    }

    /** Where writes succeed and only syncs fail, what was written since is gone with the power at the end. */
    @ParameterizedTest
    @ValueSource(strings = {"POWERCUT_FAIL", "POWERCUT_FAIL_SYNC"})
    void failingWritesOrSyncsEndTheProcessWithAClearMessageAndLoseNothing(String fault) throws Exception {
        Site site = new Site(scratch.resolve("site"));
        Path failing = scratch.resolve("failing");
        PowerCut disk = PowerCut.between(site.data(), scratch.resolve("report"), 6, 0, 0)
                .with(fault, failing.toString());
        try (Sender sender = sender(site)) {
            try (Child gateway = site.begin(disk.environment())) {
                site.awaitListening(gateway);
                sender.awaitAcknowledged(300, PATIENCE);
                Files.createFile(failing);

                assertThat(gateway.awaitEnd(PATIENCE)).as(gateway.output()).isEqualTo(EXIT_DEFECT);
                assertThat(gateway.output()).contains("the medium reports an error");
                assertThat(disk.hasHappened()).isEqualTo(fault.equals("POWERCUT_FAIL_SYNC"));
            }
            Files.delete(failing);
            try (Child gateway = site.start()) {
                sender.awaitAcknowledged(sender.acknowledgedCount() + 100, PATIENCE);
                assertThat(sender.finish(PATIENCE)).isTrue();
                gateway.stop(PATIENCE);
            }
            check(site, sender);
        }
    }

    @Test
    void aSecondProcessOnTheSameFolderIsRefusedClearly() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        try (Child gateway = site.start()) {
            try (Child second = site.begin(Map.of())) {
                assertThat(second.awaitEnd(PATIENCE)).isEqualTo(1);
                assertThat(second.output()).contains("is in use by process " + gateway.pid())
                        .contains("stop that process or name another folder");
            }
            assertThat(gateway.isAlive()).isTrue();
            gateway.stop(PATIENCE);
        }
    }

    @Test
    void aDamagedFileIsSalvagedAtTheNextStartWithoutAnybodysHelp() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        try (Sender sender = sender(site)) {
            try (Child gateway = site.start()) {
                sender.awaitAcknowledged(2_000, PATIENCE);
                assertThat(sender.finish(PATIENCE)).isTrue();
                gateway.stop(PATIENCE);
            }
            try (RandomAccessFile file = new RandomAccessFile(site.data().resolve("log.db").toFile(), "rw")) {
                file.setLength(file.length() * 2 / 3);
            }
            try (Child gateway = site.start()) {
                sender.resume();
                sender.awaitAcknowledged(sender.acknowledgedCount() + 100, PATIENCE);
                assertThat(sender.finish(PATIENCE)).isTrue();
                gateway.stop(PATIENCE);
            }

            Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
            assertThat(contents.differences()).isEmpty();
            assertThat(contents.books().lostEntries()).isPositive();
            assertThat(contents.alarms()).anyMatch(alarm -> alarm.rule().equals("gateway/damaged-file")
                    && alarm.message().ja().contains("失われた記録"));
        }
    }

    @Test
    void aBackupOfARunningGatewayIsRestoredIntoAnother() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        Path restored = scratch.resolve("restored");
        try (Sender sender = sender(site); Child gateway = site.start()) {
            sender.awaitAcknowledged(500, PATIENCE);
            Child backup = site.command("backup", site.config(), "--into", scratch.resolve("backups"));
            String said = backup.output();
            Path made = Path.of(said.substring(said.indexOf("suimon restore ") + "suimon restore ".length(),
                    said.indexOf(" --into FOLDER")));
            int count = sender.acknowledgedCount();

            Child restore = site.command("restore", made, "--into", restored);
            Child ledger = site.command("ledger", restored);

            assertThat(restore.output()).contains("all as the manifest says");
            assertThat(ledger.output()).contains("The books balance.");
            assertThat(site.command("restore", made, "--into", restored).output())
                    .contains("move it aside or name an empty folder");
            assertThat(new HashSet<>(Contents.of(restored, scratch.resolve("copy")).numbers(SERIES)))
                    .hasSizeBetween(500 - 64, count);
            assertThat(sender.finish(PATIENCE)).isTrue();
            gateway.stop(PATIENCE);
        }
    }

    private void check(Site site, Sender sender) throws Exception {
        Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
        assertThat(contents.numbers(SERIES)).doesNotHaveDuplicates().containsAll(sender.acknowledged());
        assertThat(contents.differences()).isEmpty();
    }

    private static void awaitReported(PowerCut disk, String line, int times) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (disk.reportLines().stream().filter(line::equals).count() < times) {
            assertThat(System.nanoTime()).as("%s, %d times", line, times).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** What was synced before is still told of; when nothing more comes, how much that is. */
    private static int awaitStill(Sender sender) {
        int last = -1;
        for (int now = sender.acknowledgedCount(); now != last; now = sender.acknowledgedCount()) {
            last = now;
            LockSupport.parkNanos(500_000_000);
        }
        return last;
    }

    private static String health(Site site) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + site.webPort() + "/health")).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static Sender sender(Site site) {
        return new Sender(site.mqttPort(), "number", 64, Duration.ofMillis(1), number -> new Sender.Message(
                SERIES + "/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, BEGIN.plusSeconds(number))));
    }
}
