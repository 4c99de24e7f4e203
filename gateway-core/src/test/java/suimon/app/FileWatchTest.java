package suimon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.Alarms;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.StoreFailed;
import suimon.web.Status.InspectionStatus;

/** The inspection of a file of which a part in the middle really is noise. */
final class FileWatchTest {
    private static final Instant NOON = Instant.parse("2026-07-01T03:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PAGE_BYTES = 512;
    private static final int NOISE_BYTES = 100;

    @TempDir
    private Path folder;

    private final AtomicLong hours = new AtomicLong();

    @Test
    void anInspectionIsSeenToRunFindsDamageAndEndsTheProcessOnceADay() throws Exception {
        try (Log log = open()) {
            fill(log);
        }
        damage(1);

        try (Log log = open(); Watched watched = new Watched(log, NOON)) {
            InspectionStatus running = watched.await(InspectionStatus::running);
            assertThat(running.endedAt()).isNull();
            assertThat(running.damage()).isNull();
            InspectionStatus ended = watched.await(now -> now.endedAt() != null);

            assertThat(watched.supervisor.await()).isEqualTo(Supervisor.EXIT_DEFECT);
            assertThat(ended.running()).isFalse();
            assertThat(ended.pages()).isBetween(1_500L, folder.resolve("log.db").toFile().length() / PAGE_BYTES + 1);
            assertThat(ended.endedAt()).isEqualTo(NOON);
            assertThat(ended.damage()).isPositive();
            assertThat(ended.suspicion()).contains("an inspection found " + ended.damage() + " damaged pages or rows");
            assertThat(newestAlarm(log)).startsWith("ACTIVATED 記録ファイルに壊れた箇所が見つかりました / Damage was found")
                    .contains("ゲートウェイは自動で再起動し", "The gateway restarts by itself");
        }

        // The next start salvages; an inspection finds the new file whole.
        try (Log log = open(); Watched watched = new Watched(log, NOON.plus(Duration.ofHours(1)))) {
            InspectionStatus whole = watched.await(now -> now.endedAt() != null);
            assertThat(whole.damage()).isZero();
            assertThat(whole.suspicion()).isNull();
        }
        damage(2);

        // Damaged again within a day: a gateway that restarts all day helps nobody.
        try (Log log = open(); Watched watched = new Watched(log, NOON.plus(Duration.ofHours(2)))) {
            watched.await(now -> now.suspicion() != null);
            assertThat(awaitAlarm(log)).contains("故障しかけています", "The medium is failing");
            assertThat(watched.thread.isAlive()).isTrue();
            assertThat(watched.hasEnded()).isFalse();
        }
    }

    /** A watch that runs, ten minutes after its gateway's start. */
    private final class Watched implements AutoCloseable {
        final Supervisor supervisor = new Supervisor();
        final FileWatch watch;
        final Thread thread;

        Watched(Log log, Instant now) {
            Alarms alarms = new Alarms(List.of(), name -> log.define(name, Words.same(name), "", 0), Map.of(),
                    Duration.ofMinutes(10), System::nanoTime);
            watch = new FileWatch(log, alarms, supervisor, Clock.fixed(now, ZoneOffset.UTC),
                    () -> hours.addAndGet(Duration.ofHours(1).toNanos()));
            thread = Thread.ofPlatform().start(() -> {
                try {
                    watch.run();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        InspectionStatus await(Predicate<InspectionStatus> isWanted) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            InspectionStatus now = watch.inspection();
            while (!isWanted.test(now)) {
                assertThat(System.nanoTime()).as("%s", now).isLessThan(end);
                LockSupport.parkNanos(1_000_000);
                now = watch.inspection();
            }
            return now;
        }

        boolean hasEnded() throws InterruptedException {
            Thread waiting = Thread.ofVirtual().start(() -> {
                try {
                    supervisor.await();
                } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                }
            });
            boolean hasEnded = waiting.join(Duration.ofMillis(200));
            waiting.interrupt();
            return hasEnded;
        }

        @Override
        public void close() {
            watch.close();
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Log open() throws StoreFailed {
        return Log.open(new LogSettings(folder, 1L << 30, Durability.OFF), System::nanoTime);
    }

    /** Text that nothing makes smaller, so that it takes up nearly all of the file. */
    private static void fill(Log log) throws InterruptedException {
        Random random = new Random(1);
        Series series = log.define("pen1/note", Words.same("pen1/note"), "", 0);
        for (int number = 0; number < 600; number++) {
            StringBuilder text = new StringBuilder();
            random.ints(3_000, '!', '~').forEach(letter -> text.append((char) letter));
            long time = number * 1_000_000_000L;
            Readings.Builder rows = new Readings.Builder(1);
            rows.add(series.id(), time, time, new Value.Text(text.toString()), Grade.GOOD, 0, TimeOrigin.SOURCE);
            log.commit(new Commit(
                    List.of(new Entry.Batch(rows.build(),
                            new ClockStamp("boot", time, time, ClockStamp.Trust.SYNCHRONISED))),
                    List.of(new Change.SeriesCount(series.id(), 1, 1, 0))));
        }
    }

    private void damage(long seed) throws Exception {
        byte[] noise = new byte[NOISE_BYTES];
        new Random(seed).nextBytes(noise);
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("log.db").toFile(), "rw")) {
            // The middle of a page of nothing but text: one of a tree's inner pages would hide what is below it.
            file.seek(file.length() / PAGE_BYTES / 2 * PAGE_BYTES + 200);
            file.write(noise);
        }
    }

    private static String awaitAlarm(Log log) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String newest = newestAlarm(log);
        while (!newest.contains("故障") && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
            newest = newestAlarm(log);
        }
        return newest;
    }

    private static String newestAlarm(Log log) throws Exception {
        log.commit(new Commit(List.of(), List.of()));
        try (LogReader reader = log.reader()) {
            return reader.newest(List.of(Entry.Alarm.class), 1).stream()
                    .map(one -> one.entry() instanceof Entry.Alarm alarm ? alarm.event().kind() + " " + alarm.event().message().ja() + " / " + alarm.event().message().en()
                            + " " + alarm.event().action()
                    : "").findFirst().orElse("");
        }
    }
}
