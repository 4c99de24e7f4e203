package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.DiskForecast;
import suimon.store.Log;
import suimon.store.LogSettings;

/** A disk or quota that will be full, and a disk that is: a person is told, in both languages. */
final class DiskWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long MEGABYTE = 1_000_000;

    @TempDir
    Path scratch;

    @Test
    void aDiskThatWillBeFullInDaysIsToldOf() throws Exception {
        Site site = new Site(scratch.resolve("site")).data("quota: 900000GB\n");
        Files.createDirectories(site.data());
        keepForecast(site, Files.getFileStore(site.data()).getUsableSpace() / 3);
        try (Child gateway = site.start()) {
            String alarms = awaitAlarms(site, gateway, text -> text.contains("disk-forecast"));

            assertThat(alarms).containsPattern("あと[23]日でディスクがいっぱいになる見込みです")
                    .containsPattern("The disk will be full in [23] days")
                    .contains("ディスクの空きを作るか", "Free space on the disk", "\"severity\":\"ALERT\"");
            gateway.stop(PATIENCE);
        }
    }

    @Test
    void aQuotaThatWillBeUsedUpInDaysIsToldOf() throws Exception {
        Site site = new Site(scratch.resolve("site")).data("quota: 100MB\n");
        keepForecast(site, 20 * MEGABYTE);
        try (Child gateway = site.start()) {
            String alarms = awaitAlarms(site, gateway, text -> text.contains("disk-forecast"));

            assertThat(alarms).containsPattern("あと[34]日で保存容量の上限に達し、古い記録から消えます")
                    .containsPattern("The quota will be used up in [34] days")
                    .contains("data.retention で残す期間を", "Export what must stay", "\"severity\":\"CAUTION\"");
            gateway.stop(PATIENCE);
        }
    }

    @Test
    void aDiskThatIsFullIsToldOfAndEverythingGoesOnWhenThereIsRoom() throws Exception {
        Site site = new Site(scratch.resolve("site"));
        Path disk = Files.createDirectories(site.data());
        assumeTrue(call("mount", "-t", "tmpfs", "-o", "size=48m", "none", disk.toString()) == 0,
                "a small disk can't be mounted here: run as root");
        try (Sender sender = sender(site); Child gateway = site.start()) {
            sender.awaitAcknowledged(200, PATIENCE);
            fill(disk.resolve("ballast"));

            String full = awaitAlarms(site, gateway, text -> text.contains("Storage is full"));
            Files.delete(disk.resolve("ballast"));
            sender.awaitAcknowledged(sender.acknowledgedCount() + 200, PATIENCE);
            assertThat(sender.finish(PATIENCE)).isTrue();
            awaitAlarms(site, gateway, text -> text.contains("\"active\":false"));
            gateway.stop(PATIENCE);

            assertThat(full).contains("保存容量がいっぱいです。新しいデータを受け取っていません", "\"active\":true");
            Contents contents = Contents.of(site.data(), scratch.resolve("copy"));
            assertThat(contents.numbers("pen1/number")).doesNotHaveDuplicates().containsAll(sender.acknowledged());
            assertThat(contents.differences()).isEmpty();
        } finally {
            call("umount", "-l", disk.toString());
        }
    }

    /** Samples of the last two days at that rate; the next is due in the better part of an hour. */
    private static void keepForecast(Site site, long bytesPerDay) throws Exception {
        DiskForecast forecast = new DiskForecast(null);
        Instant newest = Instant.now().minus(Duration.ofMinutes(1));
        forecast.add(newest.minus(Duration.ofDays(2)).toEpochMilli(), 0);
        forecast.add(newest.toEpochMilli(), 2 * bytesPerDay);
        try (Log log = Log.open(new LogSettings(site.data(), 1L << 30, Durability.FULL), System::nanoTime)) {
            log.commit(new Commit(List.of(), List.of(
                    new Change.Keep(DiskForecast.OWNER, DiskForecast.KEY, forecast.toBytes()))));
        }
    }

    private static String awaitAlarms(Site site, Child gateway, Predicate<String> fits) throws Exception {
        site.awaitPage(gateway);
        long end = System.nanoTime() + PATIENCE.toNanos();
        String alarms = alarms(site);
        while (!fits.test(alarms)) {
            assertThat(gateway.isAlive() && System.nanoTime() < end).as(alarms + "\n" + gateway.output()).isTrue();
            Pauses.brief();
            alarms = alarms(site);
        }
        return alarms;
    }

    private static String alarms(Site site) throws IOException, InterruptedException {
        URI place = URI.create("http://127.0.0.1:" + site.webPort() + "/api/v1/alarms");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(place).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static void fill(Path ballast) {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            // That is what was wanted.
            return;
        }
    }

    private static int call(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    private static Sender sender(Site site) {
        Instant begin = Instant.parse("2026-01-01T00:00:00Z");
        return new Sender(site.mqttPort(), "number", 16, Duration.ofMillis(1), number -> new Sender.Message(
                "pen1/number/timed", "{\"v\": %d, \"t\": \"%s\"}".formatted(number, begin.plusSeconds(number))));
    }
}
