package suimon.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import suimon.config.DataConfig.Durability;
import suimon.pipeline.SteppedClock;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * What a log writes to the device per reading, with its checkpoints and without them: hours at 1,000
 * readings a second (200 sensors, a commit a second), as fast as the disk syncs.
 *
 * <p>Arguments: folder, hours. Linux only: it reads {@code write_bytes} of /proc/self/io.
 */
final class CheckpointBench {
    private static final int SERIES = 200;
    private static final int ROWS = 5;
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_700_000_000L;

    private CheckpointBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long commits = (long) (3600 * Double.parseDouble(arguments[1]));
        SteppedClock clock = new SteppedClock(Instant.ofEpochSecond(START));
        LogSettings settings = new LogSettings(folder, 1L << 40, Durability.FULL, true);
        try (Log log = Log.open(settings, clock, clock)) {
            int[] ids = new int[SERIES];
            for (int index = 0; index < SERIES; index++) {
                ids[index] = log.define("bench/" + index, Words.same("s" + index), "1", SECOND / ROWS).id();
            }
            Random random = new Random(1);
            long[] value = new long[SERIES];
            long begun = written();
            long fileBytes = Files.size(Database.file(folder));
            long before = 0;
            long checkpoint = 0;
            for (long commit = 1; commit <= commits; commit++) {
                clock.step(Duration.ofSeconds(1));
                log.commit(commit(ids, value, clock.instant().getEpochSecond(), random));
                if (commit % 256 == 0) {
                    awaitSealing(log);
                }
                if (checkpoint == 0 && Files.size(Database.file(folder)) > fileBytes + (1 << 20)) {
                    // It has just copied all of the write-ahead log.
                    checkpoint = commit;
                    System.out.printf("first checkpoint after %d s, until then %.2f bytes written per reading,"
                            + " with it %.2f%n", commit, perReading(before - begun, commit),
                            perReading(written() - begun, commit));
                }
                before = checkpoint == 0 ? written() : before;
            }
            System.out.printf("in %d s %.2f bytes written per reading; the file grew by %.2f%n", commits,
                    perReading(written() - begun, commits),
                    perReading(Files.size(Database.file(folder)) - fileBytes, commits));
        }
    }

    private static double perReading(long bytes, long commits) {
        return (double) bytes / (commits * SERIES * ROWS);
    }

    private static Commit commit(int[] ids, long[] value, long second, Random random) {
        Readings.Builder rows = new Readings.Builder(SERIES * ROWS);
        List<Change> counts = new ArrayList<>();
        for (int index = 0; index < SERIES; index++) {
            for (int row = 0; row < ROWS; row++) {
                value[index] += random.nextInt(5) - 2;
                long time = (second * ROWS + row) * (SECOND / ROWS) / 1_000_000 * 1_000_000;
                rows.add(ids[index], time, time + random.nextInt(4) * 1_000_000, new Value.Decimal(value[index], 2),
                        Grade.GOOD, 0, TimeOrigin.SOURCE);
            }
        }
        counts.add(new Change.SourceCount("bench", SERIES * ROWS, SERIES * ROWS, 0, 0));
        return new Commit(List.of(new Entry.Batch(rows.build(), new ClockStamp(
                "boot", second * SECOND, second * SECOND, ClockStamp.Trust.SYNCHRONISED))), counts);
    }

    /** As far as it would be, had it the time. */
    private static void awaitSealing(Log log) {
        while (log.stretches().stream().filter(span -> !span.isSealed()).count() > 16) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static long written() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("write_bytes")).findFirst()
                .map(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1))).orElseThrow();
    }
}
