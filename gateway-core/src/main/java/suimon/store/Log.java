package suimon.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
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

    private final LogSettings settings;
    private final FolderLock lock;
    private final Connection connection;
    private final Connection keptReader;
    private final LogState state;
    private final Retention retention;
    private final Ageing ageing;
    private final LogWriter writer;
    private final Thread writerThread;
    private final String epoch;
    private final Garbage garbage;
    private final Clock clock;
    private final AgeClock ageClock;
    private Thread rollupThread = Thread.currentThread();
    private Thread sealingThread = Thread.currentThread();
    private @Nullable Sealing sealing;
    private final Inspector inspector;
    private final PullEnds pullEnds;

    /** See {@link #open}. */
    Log(LogSettings settings, FolderLock lock, Connection connection, Connection keptReader,
            String epoch, LogState state, Garbage garbage, Clock clock, Ticker ticker) {
        this.settings = settings;
        this.lock = lock;
        this.connection = connection;
        this.keptReader = keptReader;
        this.epoch = epoch;
        this.state = state;
        this.garbage = garbage;
        this.clock = clock;
        this.pullEnds = new PullEnds(state);
        this.inspector = new Inspector(settings.folder());
        this.retention = new Retention(settings.quotaBytes(), garbage);
        this.ageClock = new AgeClock(clock, ticker);
        this.ageing = new Ageing(retention, ageClock);
        this.writer = new LogWriter(Database.file(settings.folder()), connection, clock, state, retention, ageing,
                new SpaceReserve(settings.folder(), settings.quotaBytes()));
        this.writerThread = Thread.ofPlatform().name("suimon-log").unstarted(writer);
    }

    /**
     * Opens or creates the log, takes the folder's lock and rebuilds what lives in memory.
     *
     * @throws StoreFailed when the folder can't be used or another process has it
     */
    public static Log open(LogSettings settings, Ticker ticker) throws StoreFailed {
        return open(settings, ticker, Clock.systemUTC());
    }

    /** The same with the wall clock that dates the rows. */
    public static Log open(LogSettings settings, Ticker ticker, Clock clock) throws StoreFailed {
        return Opening.open(settings, ticker, clock);
    }

    /** The random id of this log's history; new after every restore, salvage and box swap. */
    public String epoch() {
        return epoch;
    }

    /** Queues a commit; waits when {@link #WAITING_MAX} are waiting. */
    public void submit(Commit commit) throws InterruptedException {
        writer.submit(commit, null);
    }

    /**
     * Submits new data unless there is no room for it; what was not taken must not be acknowledged.
     * Alarms, labels and the like go through {@link #submit}, which keeps a reserve for them.
     *
     * @throws StoreFull when only entries are left that quota never removes, or the disk is full
     */
    public void offer(Commit commit) throws StoreFull, InterruptedException {
        if (isFull()) {
            throw new StoreFull(writer.isDiskFull()
                    ? "the disk with " + settings.folder() + " is full; free some space"
                    : "the log in " + settings.folder() + " has used up its quota of "
                            + settings.quotaBytes() + " bytes and nothing may be removed; raise data.quota");
        }
        submit(commit);
    }

    /** Whether {@link #offer} refuses at present. */
    public boolean isFull() {
        return retention.isExhausted() || writer.isDiskFull();
    }

    /** Waits at most so long while {@link #isFull}, looking now and then; returns whether there is room. */
    public boolean awaitRoom(Duration patience) throws InterruptedException {
        if (isFull()) {
            state.awaitBeyond(Long.MAX_VALUE, patience);
        }
        return !isFull();
    }

    /**
     * Names the cursors that must have passed an entry before it counts as delivered, such as those
     * of the lanes of required destinations. Until this is called none is needed.
     */
    public void requireDelivery(Set<String> cursors) {
        retention.require(cursors);
    }

    /** From now on what is older goes, once it is delivered; until this is called nothing does. */
    public void keep(Ages ages) {
        ageing.keep(ages);
        sealing().keep(ages);
    }

    /** Bytes that the log takes of its quota, as of some commits ago; 0 before the first. */
    public long usedBytes() {
        return retention.usedBytes();
    }

    /** Bytes at which the oldest begins to go. */
    public long quotaBytes() {
        return retention.limitBytes();
    }

    /** Submits and waits until it is on disk; returns the sequence as {@link Commit#done} gets it. */
    public long commit(Commit commit) throws InterruptedException {
        return commitWith(commit, null);
    }

    /** The same with tables of the store's own written in the transaction. */
    long commitWith(Commit commit, LogWriter.@Nullable SideWrite side) throws InterruptedException {
        CountDownLatch isDone = new CountDownLatch(1);
        AtomicLong last = new AtomicLong();
        writer.submit(new Commit(commit.entries(), commit.changes(), sequence -> {
            last.set(sequence);
            commit.done().accept(sequence);
            isDone.countDown();
        }), side);
        while (!isDone.await(1, TimeUnit.SECONDS)) {
            if (!writerThread.isAlive() && isDone.getCount() > 0) {
                writer.requireOpen();
            }
        }
        return last.get();
    }

    /** The sequence of the newest committed entry; 0 when empty. */
    public long newest() {
        return state.newest();
    }

    /**
     * Waits until the log is newer than the sequence, at most so long and not beyond the beginning
     * of {@link #close}; returns {@link #newest}.
     */
    public long awaitBeyond(long sequence, Duration patience) throws InterruptedException {
        return state.awaitBeyond(sequence, patience);
    }

    /**
     * The series of that name; a new one gets the next number and its definition is committed before
     * its first reading. Changed attributes are committed as a new definition. Safe for many threads.
     */
    public Series define(String name, Words title, String unit, long expectedPeriodNanos) {
        SeriesNames names = state.names();
        synchronized (names) {
            Series known = names.named(name);
            int id = known == null ? names.nextId() : known.id();
            Series wanted = new Series(id, name, title, unit, expectedPeriodNanos);
            if (!wanted.equals(known)) {
                // The queue keeps the order, so no reading of the series can overtake this.
                submitUninterrupted(new Commit(List.of(new Entry.SeriesDefined(wanted)), List.of()));
                names.put(wanted);
            }
            return wanted;
        }
    }

    /** The series with that number; IllegalArgumentException when there is none. */
    public Series series(int id) {
        return state.names().numbered(id);
    }

    /** The series of that name; null when it was never defined. */
    public @Nullable Series seriesNamed(String name) {
        return state.names().named(name);
    }

    public Collection<Series> allSeries() {
        return state.names().all();
    }

    /** What the owner keeps, as last committed: key to bytes. */
    public Map<String, byte[]> kept(String owner) {
        try {
            return state.standing().kept(keptReader, owner);
        } catch (SQLException failed) {
            throw new IllegalStateException(Database.explain(
                    Database.file(settings.folder()), "reading what is kept", failed));
        }
    }

    public Cursor cursor(String name) {
        return state.standing().cursor(name);
    }

    /**
     * The newest committed measured time of a series in nanoseconds since the epoch, or
     * Long.MIN_VALUE: from here on a source reads back its server's history.
     */
    public long lastMeasured(int series) {
        return state.newestTimes().of(series);
    }

    /** When the newest entry was committed, milliseconds since the epoch; 0 when there is none. */
    public long newestCommitMillis() throws StoreFailed {
        try (Connection connection = Database.openReader(settings)) {
            return EntryTable.newestCommit(connection);
        } catch (SQLException failed) {
            throw Database.explain(Database.file(settings.folder()), "asking for the newest entry", failed);
        }
    }

    /** How many readings of the series are in the log. */
    public long storedReadings(int series) {
        return state.standing().present(series);
    }

    /** The books as of the newest commit. */
    public Books books() {
        return state.standing().books();
    }

    LogSettings settings() {
        return settings;
    }

    /** How many damaged entries were met and skipped since the log was opened. */
    public long damaged() {
        return state.damaged();
    }

    /** Why the log can't be written any more, or null while it can. The process should end then. */
    public @Nullable StoreFailed failure() {
        return writer.failure();
    }

    /** An estimate of the bytes written to the device since the log was opened, in whole pages. */
    public long writtenBytes() {
        return writer.writtenBytes();
    }

    /** A reader with its own connection; for one thread, closed by who opened it. */
    public LogReader reader() throws StoreFailed {
        return new LogReader(settings.folder(), Database.openReader(settings), state);
    }

    /**
     * Where a walk must begin to be shown all entries after a sequence that it knows from an earlier
     * run: they may have been sealed meanwhile together with entries before it, which it is then
     * shown as well.
     */
    public long walkFrom(long sequence) {
        for (Span span : stretches()) {
            if (span.isSealed() && span.hasInside(sequence)) {
                return span.first() - 1;
            }
        }
        return sequence;
    }

    /** The same for a pull that goes on from the end of another: where that is kept, exactly there. */
    public long pullFrom(long sequence) {
        return pullEnds.isKnown(sequence) ? sequence : walkFrom(sequence);
    }

    /** Keeps the end of a pull, so that the next one can go on from it; see {@link #pullFrom}. */
    public void keepPullEnd(long sequence) throws InterruptedException {
        pullEnds.keep(sequence, this);
    }

    /** Seals, merges and rewrites stretches; not to be asked on the writer's thread. */
    Sealing sealing() {
        return java.util.Objects.requireNonNull(sealing, "the log is open");
    }

    /** The closed stretches of the log, oldest first. */
    List<Span> stretches() {
        return state.spans().view().spans();
    }

    /** The oldest sequence that retention has not yet been at. */
    LongSupplier retainedFrom() {
        return state::retainedFrom;
    }

    /** Hears of every page that an inspection has read; may wait in order to slow it down. */
    @FunctionalInterface
    public interface Pace {
        /** Called once a page, of 512 bytes. */
        void page(int done);
    }

    /**
     * Reads the whole file and every checksum in it, on the calling thread; the number of damaged
     * pages and rows. When there are any the next {@link #open} salvages the log.
     */
    public long inspect(Pace pace) throws StoreFailed {
        return inspector.run(pace);
    }

    /** What has the next {@link #open} salvage the log; null while nothing has. */
    public @Nullable String suspicion() {
        return Salvage.suspicion(settings.folder());
    }

    /** All entries up to here are in the rollups. */
    long rolledUp() {
        Rollups following = state.rollups();
        return following == null ? 0 : following.position();
    }

    /** Commits what was submitted, stops the writer, releases the lock. */
    @Override
    public void close() {
        try {
            Rollups following = state.rollups();
            Sealing sealer = sealing;
            if (sealer != null) {
                sealer.close();
                sealingThread.join();
            }
            if (following != null) {
                following.close();
                state.beginClosing();
                rollupThread.join();
            }
            writer.close();
            writerThread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            Database.close(keptReader);
            Database.close(connection);
            inspector.close();
            lock.close();
        }
    }

    /** Begins to write, to keep the rollups and to seal. */
    void start(Ticker ticker) throws StoreFailed, SQLException {
        writerThread.start();
        Rollups rollups = new Rollups(this, reader(), clock, ticker, settings.aggregates());
        state.follow(rollups);
        rollupThread = Thread.ofPlatform().name("suimon-rollups").daemon().start(rollups);
        Sealing sealer = new Sealing(state, writer, Database.openReader(settings), garbage,
                clock, ageClock, settings, last -> last <= retention.delivered(state));
        sealing = sealer;
        sealingThread = Thread.ofPlatform().name("suimon-sealing").daemon().start(sealer);
    }

    private void submitUninterrupted(Commit commit) {
        boolean isInterrupted = false;
        while (true) {
            try {
                submit(commit);
                break;
            } catch (InterruptedException again) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
