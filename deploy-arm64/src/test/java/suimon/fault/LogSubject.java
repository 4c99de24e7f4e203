package suimon.fault;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import suimon.config.DataConfig.Durability;
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
import suimon.store.LogSettings;

/**
 * Submits numbered commits to a log, several at a time, and prints the number and the sequence of
 * each when the log says that it is on disk; until somebody kills it. What a commit holds follows
 * from its number, so that a reader can tell whether it is all there.
 */
final class LogSubject {
    static final String OWNER = "subject";
    static final String KEY = "newest";
    private static final String PREFIX = "power/";
    static final int SERIES = 3;
    /** From the first row of a commit to that of the next. */
    static final int SECONDS_APART = 1_000;
    static final long QUOTA_BYTES = 1L << 30;
    private static final int OUTSTANDING_MAX = 8;

    private LogSubject() {}

    /** Arguments: the folder, the durability. */
    public static void main(String[] arguments) throws Exception {
        Durability durability = Durability.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        LogSettings settings = new LogSettings(Path.of(arguments[0]), QUOTA_BYTES, durability);
        Log log = Log.open(settings, System::nanoTime);
        Semaphore outstanding = new Semaphore(OUTSTANDING_MAX);
        for (long number = newest(log) + 1; ; number++) {
            outstanding.acquire();
            long submitted = number;
            log.submit(new Commit(entries(log, number), changes(log, number), sequence -> {
                System.out.println("acknowledged " + submitted + " " + sequence);
                outstanding.release();
            }));
        }
    }

    /** The number of the newest commit the log has, by what it keeps in the same transaction. */
    static long newest(Log log) {
        byte[] kept = log.kept(OWNER).get(KEY);
        return kept == null ? 0 : Long.parseLong(new String(kept, StandardCharsets.UTF_8));
    }

    static Series series(Log log, long number) {
        String name = nameOf(number);
        return log.define(name, new Words(name, name), "1", 0);
    }

    static String nameOf(long number) {
        return PREFIX + number % SERIES;
    }

    static boolean isOne(Series series) {
        return series.name().startsWith(PREFIX);
    }

    static int rows(long number) {
        return 1 + (int) (number % 40);
    }

    /** When a row was measured, in seconds since the epoch. */
    static long second(long number, int row) {
        return number * SECONDS_APART + row;
    }

    /** Grows with the row. */
    static long value(long number, int row) {
        return number * 31 + row;
    }

    static Readings readings(Series series, long number) {
        Readings.Builder builder = new Readings.Builder(rows(number));
        for (int row = 0; row < rows(number); row++) {
            long measured = second(number, row) * 1_000_000_000L;
            builder.add(series.id(), measured, measured, new Value.Int64(value(number, row)), Grade.GOOD,
                    0, TimeOrigin.SOURCE);
        }
        return builder.build();
    }

    private static List<Entry> entries(Log log, long number) {
        ClockStamp clock = new ClockStamp("boot", number, number, ClockStamp.Trust.SYNCHRONISED);
        return List.of(new Entry.Batch(readings(series(log, number), number), clock));
    }

    private static List<Change> changes(Log log, long number) {
        int rows = rows(number);
        return List.of(
                new Change.SourceCount(OWNER, 1, 1, 0, 0),
                new Change.SeriesCount(series(log, number).id(), rows, rows, 0),
                new Change.Keep(OWNER, KEY, Long.toString(number).getBytes(StandardCharsets.UTF_8)));
    }
}
