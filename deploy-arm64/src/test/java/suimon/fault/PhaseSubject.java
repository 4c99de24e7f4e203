package suimon.fault;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import suimon.config.DataConfig.Durability;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Series;
import suimon.reading.Ticker;
import suimon.store.Ages;
import suimon.store.Backup;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogSettings;
import suimon.store.StoreFailed;

/**
 * Submits the numbered commits of {@link LogSubject} while the log does one kind of upkeep all the
 * time, and prints each number that is on disk, until somebody kills it or its input ends.
 */
final class PhaseSubject {
    static final long SMALL_QUOTA_BYTES = 400L << 10;
    /** What readings are thinned to in the end. */
    static final Duration COARSEST = Duration.ofMinutes(1);
    private static final long THINNING_PAUSE_NANOS = 1_000_000;
    private static final int OUTSTANDING_MAX = 8;
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private PhaseSubject() {}

    /** What the log is busy with. */
    enum Phase {
        SEALING, THINNING, RETENTION, MIGRATION, BACKUP;

        LogSettings settings(Path folder) {
            long quota = this == RETENTION ? SMALL_QUOTA_BYTES : LogSubject.QUOTA_BYTES;
            LogSettings settings = new LogSettings(folder, quota, Durability.FULL);
            // Whatever is closed is sealed at once, and some neighbours are merged.
            return switch (this) {
                case SEALING -> settings.with(new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 3));
                // Merging comes before thinning, which had no turn if three were enough for it.
                case THINNING -> settings.with(new LogSettings.Sealing(Duration.ZERO, Duration.ZERO, 1, 6));
                case RETENTION, MIGRATION, BACKUP -> settings;
            };
        }
    }

    /** First to ten seconds, soon after to a minute. */
    static Ages thin(Duration coarsest) {
        return new Ages(null, null, null, null, Set.of(), List.of(
                new Ages.Thin(Duration.ZERO, Duration.ofSeconds(10)),
                new Ages.Thin(Duration.ofMillis(500), coarsest)));
    }

    /** Arguments: the folder with the data in {@code data}, the phase, the coarsest interval. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Phase phase = Phase.valueOf(arguments[1]);
        AtomicLong hours = new AtomicLong();
        boolean isSealed = phase == Phase.SEALING || phase == Phase.THINNING;
        Ticker ticker = isSealed ? () -> hours.addAndGet(HOUR_NANOS) : System::nanoTime;
        Log log = Log.open(phase.settings(folder.resolve("data")), ticker, Clock.systemUTC());
        Thread.ofPlatform().daemon().start(PhaseSubject::endWithParent);
        System.out.println("open");
        if (phase == Phase.THINNING) {
            log.keep(thin(Duration.parse(arguments[2])));
        }
        if (phase == Phase.BACKUP) {
            Thread.ofPlatform().daemon().start(() -> backUp(folder));
        }
        Semaphore outstanding = new Semaphore(OUTSTANDING_MAX);
        for (long number = LogSubject.newest(log) + 1; ; number++) {
            outstanding.acquire();
            if (phase == Phase.THINNING) {
                // Sealing comes before thinning: at full speed there is always something to seal.
                LockSupport.parkNanos(THINNING_PAUSE_NANOS);
            }
            long submitted = number;
            Series series = LogSubject.series(log, number);
            int rows = LogSubject.rows(number);
            log.submit(new Commit(
                    List.of(new Entry.Batch(LogSubject.readings(series, number),
                            new ClockStamp("boot", number, number, ClockStamp.Trust.SYNCHRONISED))),
                    List.of(new Change.SourceCount(LogSubject.OWNER, 1, 1, 0, 0),
                            new Change.SeriesCount(series.id(), rows, rows, 0),
                            new Change.Keep(LogSubject.OWNER, LogSubject.KEY, Long.toString(number)
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                    sequence -> {
                        System.out.println("acknowledged " + submitted);
                        outstanding.release();
                    }));
        }
    }

    /** The test that started this holds the other end of the input as long as it lives. */
    static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said to this process.
            }
        } catch (java.io.IOException gone) {
            System.err.println("the input is gone: " + gone.getMessage());
        }
        Runtime.getRuntime().halt(1);
    }

    /** One backup after another; each is named after a second of its own. */
    private static void backUp(Path folder) {
        try {
            for (Instant now = Instant.now(); ; now = now.plusSeconds(1)) {
                Backup.Made made = Backup.make(folder.resolve("data"), null, folder.resolve("backups"),
                        "test", now, (doing, done, all) -> {});
                System.out.println("backup " + made.folder().getFileName());
            }
        } catch (StoreFailed failed) {
            System.out.println("failed " + failed.getMessage());
        }
    }
}
