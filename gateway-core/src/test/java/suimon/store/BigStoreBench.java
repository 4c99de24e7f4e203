package suimon.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import suimon.config.DataConfig.Durability;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * How long a start takes with a file of many gigabytes, after the process was killed while writing.
 *
 * <p>{@code make FOLDER GIGABYTES SECONDS [pad]}: goes on filling the store through the real writer, with
 * sealing and roll-ups, until the file has that size or the time is over, and ends by halting in the
 * middle of it. Its readings hardly compress: all bits of a double at random, times that jitter by
 * nanoseconds. With {@code pad} there are payloads of 4 KB beside them that could not be decoded, which
 * are quicker to make. {@code open FOLDER}: opens it as a gateway does, and writes while it is inspected.
 */
final class BigStoreBench {
    private static final int SERIES = 64;
    private static final int ROWS = 64;
    private static final long PERIOD = 100_000_000L;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final int REJECTS = 64;
    private static final int REJECT_BYTES = 4096;
    /** Sealing may lag by so many entries. */
    private static final long LAG_MAX = 2048;
    private static final long PADDED_LAG_MAX = LAG_MAX * (1 + REJECTS);

    private BigStoreBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        LogSettings settings = new LogSettings(folder, 1L << 40, Durability.OFF).with(
                new LogSettings.Sealing(Duration.ofSeconds(1), Duration.ZERO, 600, 12));
        if (arguments[0].equals("make")) {
            make(settings, (long) (Double.parseDouble(arguments[2]) * 1e9), Long.parseLong(arguments[3]),
                    arguments.length > 4);
        } else {
            open(new LogSettings(folder, 1L << 40, Durability.FULL));
        }
    }

    private static void make(LogSettings settings, long bytes, long seconds, boolean isPadded)
            throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        AtomicLong ticks = new AtomicLong();
        // Each look at a clock is later, so that roll-ups are written and stretches sealed at once.
        Log log = Log.open(settings, () -> ticks.addAndGet(60_000_000_000L), new HastyClock());
        int[] ids = new int[SERIES];
        for (int index = 0; index < SERIES; index++) {
            ids[index] = log.define("bench/" + index, Words.same("s" + index), "1", PERIOD).id();
        }
        Random random = new Random(log.newest());
        long time = Arrays.stream(ids).mapToLong(log::lastMeasured).max().orElseThrow();
        time = Math.max(time + PERIOD, START);
        for (long round = 0; Files.size(Database.file(settings.folder())) < bytes; round++) {
            log.submit(new Commit(List.of(batch(ids, time, round, random)), List.of()));
            time += ROWS * PERIOD;
            if (isPadded) {
                log.submit(new Commit(rejects(random), List.of()));
            }
            if (round % 64 == 0) {
                // A transaction now and then, or few stretches would be closed.
                log.commit(new Commit(List.of(), List.of()));
                awaitSealing(log, isPadded ? PADDED_LAG_MAX : LAG_MAX);
            }
            if (System.nanoTime() > end) {
                break;
            }
        }
        System.out.printf("halting at %.2f GB, entry %d%n", Files.size(Database.file(settings.folder())) / 1e9,
                log.newest());
        // In the middle of it: commits are in the queue, and the sealing thread is at work.
        Runtime.getRuntime().halt(137);
    }

    private static List<Entry> rejects(Random random) {
        List<Entry> rejects = new ArrayList<>();
        for (int index = 0; index < REJECTS; index++) {
            byte[] payload = new byte[REJECT_BYTES];
            random.nextBytes(payload);
            rejects.add(new Entry.Reject("bench", "a/b", Instant.EPOCH, "not JSON at byte 0",
                    new Entry.Payload(payload), 0));
        }
        return rejects;
    }

    /** Ten milliseconds later at each look. */
    private static final class HastyClock extends Clock {
        private final AtomicLong millis = new AtomicLong(START / 1_000_000);

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis.addAndGet(10));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static Entry.Batch batch(int[] ids, long time, long round, Random random) {
        Readings.Builder rows = new Readings.Builder(SERIES * ROWS);
        for (int id : ids) {
            for (int row = 0; row < ROWS; row++) {
                long measured = time + row * PERIOD + random.nextInt(20_000_000);
                double value = Double.longBitsToDouble(random.nextLong());
                rows.add(id, measured, measured, new Value.Float64(value), Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
        }
        return new Entry.Batch(rows.build(),
                new ClockStamp("boot", round, time, ClockStamp.Trust.SYNCHRONISED));
    }

    private static void awaitSealing(Log log, long lagMax) {
        while (log.newest() - log.stretches().stream().filter(Span::isSealed)
                .mapToLong(Span::last).max().orElse(0) > lagMax) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void open(LogSettings settings) throws Exception {
        long wal = Files.size(settings.folder().resolve(Database.FILE + "-wal"));
        long started = System.nanoTime();
        try (Log log = Log.open(settings, System::nanoTime)) {
            long opened = System.nanoTime();
            Repeats repeats = Repeats.open(log);
            long seen = System.nanoTime();
            log.commit(batchOf(log));
            long written = System.nanoTime();
            repeats.close();
            System.out.printf("open %.0f ms, what was seen %.0f ms, first commit %.0f ms, together %.0f ms%n",
                    (opened - started) / 1e6, (seen - opened) / 1e6, (written - seen) / 1e6,
                    (written - started) / 1e6);
            System.out.printf("%.2f GB, %.1f MB of write-ahead log, %d stretches, %d of them sealed, %d entries%n",
                    Files.size(Database.file(settings.folder())) / 1e9, wal / 1e6, log.stretches().size(),
                    log.stretches().stream().filter(Span::isSealed).count(), log.newest());
            inspectWhileWriting(log);
        }
    }

    private static Commit batchOf(Log log) {
        int[] ids = log.allSeries().stream().mapToInt(series -> series.id()).toArray();
        long time = Math.max(START, Arrays.stream(ids).mapToLong(log::lastMeasured).max().orElse(0));
        return new Commit(List.of(batch(ids, time + PERIOD, 0, new Random(1))), List.of());
    }

    /** At full speed, which is worse for the writer than the gateway's own pace. */
    private static void inspectWhileWriting(Log log) throws Exception {
        long[] pages = {0};
        boolean[] isOver = {false};
        Thread inspector = Thread.ofPlatform().daemon().start(() -> {
            try {
                log.inspect(done -> {
                    pages[0]++;
                    if (isOver[0]) {
                        throw new IllegalStateException("enough");
                    }
                });
            } catch (StoreFailed | IllegalStateException ended) {
                isOver[0] = true;
            }
        });
        long[] millis = new long[50];
        for (int round = 0; round < millis.length; round++) {
            long begun = System.nanoTime();
            log.commit(batchOf(log));
            millis[round] = (System.nanoTime() - begun) / 1_000_000;
            LockSupport.parkNanos(50_000_000);
        }
        isOver[0] = true;
        inspector.join();
        Arrays.sort(millis);
        System.out.printf("%d pages inspected meanwhile; a commit took %d ms, at most %d%n", pages[0],
                millis[millis.length / 2], millis[millis.length - 1]);
    }
}
