package suimon.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Value;

/**
 * Tells whether a reading is already in the log. Same series, measured time, value and status: a
 * repeat, which is counted but not stored. Same series and time with another value or status: a
 * revision, which is stored and wins on reading.
 *
 * <p>Most readings are newer than all before and need one comparison. A backfill into a hole of
 * {@link Coverage} needs no more. Anything else is looked for among the last {@value #RECENT_MAX}
 * readings and then in the log itself, a window of time at once.
 *
 * <p>For one thread, which submits what it was told to store before it asks about more than
 * {@value #RECENT_MAX} further readings.
 */
public final class Repeats implements AutoCloseable {
    /** Readings remembered one by one; older ones are looked up in the log. */
    public static final int RECENT_MAX = 32_768;

    /** The same where one process keeps hundreds of logs, until {@link #expect} asks for more. */
    private static final int RECENT_OF_MANY = 2048;

    private static final int ENTRIES_AT_ONCE = 512;
    private static final long BYTES_AT_ONCE = 4L << 20;

    private final Log log;
    private final LogReader reader;
    private final BySeries<Coverage> coverages = new BySeries<>();
    private RecentReadings recent;
    private final StoredReadings stored;

    private Repeats(Log log, LogReader reader) {
        this.log = log;
        this.reader = reader;
        this.recent = new RecentReadings(log.settings().isOneOfMany() ? RECENT_OF_MANY : RECENT_MAX);
        this.stored = new StoredReadings(reader);
    }

    /** What a reading is. */
    public enum Outcome {
        /** Never seen: store it. */
        NEW,
        /** Already stored just so: count it. */
        REPEAT,
        /** Another value or status for a time that has one: store it. */
        REVISION;

        public boolean isStored() {
            return this != REPEAT;
        }
    }

    /** Rebuilds from the log what was seen; before readings are submitted to it. */
    public static Repeats open(Log log) throws StoreFailed {
        Repeats repeats = new Repeats(log, log.reader());
        // A reader of its own: it holds what it was shown last, which must not stay as it is for good.
        try (LogReader tail = log.reader()) {
            long position = tail.visitRanges(
                    (series, from, to) -> repeats.coverage(series).add(from, to));
            List<Sequenced> found = tail.after(position, ENTRIES_AT_ONCE, BYTES_AT_ONCE);
            while (!found.isEmpty()) {
                for (Sequenced entry : found) {
                    position = entry.sequence();
                    if (entry.entry() instanceof Entry.Batch batch) {
                        repeats.cover(batch.readings());
                    }
                }
                found = tail.after(position, ENTRIES_AT_ONCE, BYTES_AT_ONCE);
            }
            return repeats;
        }
    }

    /** So many readings will be judged before they are submitted; no more than {@value #RECENT_MAX} count. */
    public void expect(int readings) {
        int wanted = Integer.highestOneBit(Math.clamp(2L * readings - 1, 1, RECENT_MAX));
        if (wanted > recent.capacity()) {
            recent = recent.grown(wanted);
        }
    }

    /**
     * Judges a reading and remembers it as stored unless it is a repeat.
     *
     * @throws IllegalStateException when the log can't be read
     */
    public Outcome judge(int series, long measured, Value value, int status) {
        Coverage coverage = coverage(series);
        if (!coverage.contains(measured)) {
            coverage.add(measured);
            return remember(Outcome.NEW, series, measured, value, status);
        }
        int slot = recent.find(series, measured);
        if (slot >= 0) {
            return recent.holds(slot, value, status)
                    ? Outcome.REPEAT
                    : remember(Outcome.REVISION, series, measured, value, status);
        }
        StoredReadings.Stored found = lookUp(series, measured, coverage);
        if (found == null) {
            return remember(Outcome.NEW, series, measured, value, status);
        }
        return found.status() == status && found.value().equals(value)
                ? Outcome.REPEAT
                : remember(Outcome.REVISION, series, measured, value, status);
    }

    @Override
    public void close() {
        reader.close();
    }

    private StoredReadings.@Nullable Stored lookUp(
            int series, long measured, Coverage coverage) {
        long count = Math.max(1, log.storedReadings(series));
        try {
            return stored.find(series, measured, coverage.nanos() / count, this::settle);
        } catch (StoreFailed failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Waits until what was submitted is committed, and so can be found. */
    private void settle() {
        try {
            log.commit(new Commit(List.of(), List.of()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the log", interrupted);
        }
    }

    private Outcome remember(Outcome outcome, int series, long measured, Value value, int status) {
        recent.add(series, measured, value, status);
        stored.remember(series, measured, value, status);
        return outcome;
    }

    private void cover(Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            coverage(readings.series(row)).add(readings.measured(row));
        }
    }

    private Coverage coverage(int series) {
        return coverages.computeIfAbsent(series, missing -> new Coverage());
    }
}
