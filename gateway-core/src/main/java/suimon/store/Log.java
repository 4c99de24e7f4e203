package suimon.store;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import suimon.reading.Series;
import suimon.reading.Ticker;
import suimon.reading.Words;

/**
 * The one append-only log, in SQLite (WAL, synchronous=FULL), with rising sequence numbers from 1.
 *
 * <p>One platform thread owns the write connection. {@link #submit} may be called from any thread;
 * what several threads submit while a commit runs goes into the next one together.
 */
public final class Log implements AutoCloseable {
    /** At this many waiting commits {@link #submit} waits. */
    public static final int WAITING_MAX = 1024;

    private Log() {}

    /**
     * Opens or creates the log, takes the folder's lock and rebuilds what lives in memory.
     *
     * @throws StoreFailed when the folder can't be used or another process has it
     */
    public static Log open(LogSettings settings, Ticker ticker) throws StoreFailed {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** The random id of this log's history; new after every restore, salvage and box swap. */
    public String epoch() {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** Queues a commit; waits when {@link #WAITING_MAX} are waiting. */
    public void submit(Commit commit) throws InterruptedException {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** Submits and waits until it is on disk; returns the sequence as {@link Commit#done} gets it. */
    public long commit(Commit commit) throws InterruptedException {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** The sequence of the newest committed entry; 0 when empty. */
    public long newest() {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** Waits until the log is newer than the sequence, at most so long; returns {@link #newest}. */
    public long awaitBeyond(long sequence, Duration patience) throws InterruptedException {
        throw new UnsupportedOperationException("lands with the store");
    }

    /**
     * The series of that name; a new one gets the next number and its definition is committed before
     * its first reading. Changed attributes are committed as a new definition. Safe for many threads.
     */
    public Series define(String name, Words title, String unit, long expectedPeriodNanos) {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** The series with that number; IllegalArgumentException when there is none. */
    public Series series(int id) {
        throw new UnsupportedOperationException("lands with the store");
    }

    public Collection<Series> allSeries() {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** What the owner keeps, as last committed: key to bytes. */
    public Map<String, byte[]> kept(String owner) {
        throw new UnsupportedOperationException("lands with the store");
    }

    public Cursor cursor(String name) {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** A reader with its own connection; for one thread, closed by who opened it. */
    public LogReader reader() throws StoreFailed {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** Commits what was submitted, stops the writer, releases the lock. */
    @Override
    public void close() {}
}
