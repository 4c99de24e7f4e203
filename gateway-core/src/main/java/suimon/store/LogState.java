package suimon.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Entry;

/**
 * What lives in memory beside the file and follows it after each commit. The open span belongs to
 * the writer thread; the rest is safe for many threads.
 */
final class LogState {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogState.class);

    /** More damaged rows than these are skipped without a word: the medium is lost by then. */
    private static final int DAMAGED_MAX = 1000;

    private final Standing standing = new Standing();
    private final Spans spans;
    private final OpenSpan openSpan;
    private final SeriesNames names = new SeriesNames();
    private final NewestTimes newestTimes = new NewestTimes();
    private final Pins pins = new Pins();
    private final RecentEntries recent = new RecentEntries();
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private volatile boolean isClosing;
    private volatile long newest;
    private volatile long retainedFrom;
    private volatile @Nullable Rollups rollups;

    private LogState(Spans spans) {
        this.spans = spans;
        this.openSpan = new OpenSpan(spans.lastCovered() + 1);
    }

    /** Rebuilds it from the file: totals as of the last fold, then the rows after it. */
    static LogState load(Connection connection) throws SQLException {
        LogState state = new LogState(Spans.load(connection));
        state.standing.load(connection);
        try (Statement statement = connection.createStatement()) {
            state.newest = Math.max(
                    Database.single(statement, "SELECT max(sequence) FROM entry"),
                    Database.single(statement, "SELECT value FROM meta WHERE name = 'newest'"));
            long folded = Database.single(statement, "SELECT value FROM meta WHERE name = 'folded'");
            state.retainedFrom = Database.single(
                    statement, "SELECT value FROM meta WHERE name = 'retained'");
            state.loadNames(statement);
            CoverageTable.visit(connection, (series, from, to) -> state.newestTimes.add(series, to));
            state.replayEntries(connection, folded);
        }
        return state;
    }

    Standing standing() {
        return standing;
    }

    Spans spans() {
        return spans;
    }

    OpenSpan openSpan() {
        return openSpan;
    }

    SeriesNames names() {
        return names;
    }

    NewestTimes newestTimes() {
        return newestTimes;
    }

    Pins pins() {
        return pins;
    }

    RecentEntries recent() {
        return recent;
    }

    /** An entry is committed; on the writer thread. */
    void addToTail(long sequence, Entry entry) {
        if (entry instanceof Entry.Batch batch) {
            openSpan.add(sequence, batch.readings());
            newestTimes.add(batch.readings());
        } else if (entry instanceof Entry.Regrade regrade) {
            openSpan.addTime(sequence, regrade.measuredNanos());
        } else {
            openSpan.pass(sequence);
        }
    }

    void closeSpan() {
        openSpan.closeInto(spans);
    }

    /** Null for a reader of a gateway that runs elsewhere or is stopped. */
    @Nullable Rollups rollups() {
        return rollups;
    }

    void follow(Rollups following) {
        rollups = following;
    }

    /** The oldest sequence that retention has not yet been at. */
    long retainedFrom() {
        return retainedFrom;
    }

    void retainFrom(long sequence) {
        retainedFrom = sequence;
    }

    long newest() {
        return newest;
    }

    void advance(long sequence) {
        newest = sequence;
        wakeAll();
    }

    /** From now on nobody waits for the log to grow. */
    void beginClosing() {
        isClosing = true;
        wakeAll();
    }

    void wakeAll() {
        lock.lock();
        try {
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long awaitBeyond(long sequence, Duration patience) throws InterruptedException {
        if (newest > sequence) {
            return newest;
        }
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (newest <= sequence && left > 0 && !isClosing) {
                left = advanced.awaitNanos(left);
            }
            return newest;
        } finally {
            lock.unlock();
        }
    }

    /** A row that can't be read was met: it is skipped, and said once. */
    void reportDamage(long sequence, RuntimeException what) {
        if (damaged.size() < DAMAGED_MAX && damaged.add(sequence)) {
            LOGGER.error("log entry {} is damaged and skipped: {}", sequence, what.toString());
        }
    }

    long damaged() {
        return damaged.size();
    }

    private void loadNames(Statement statement) throws SQLException {
        EntryCodec codec = new EntryCodec();
        EntryKind kind = EntryKind.SERIES_DEFINED;
        try (ResultSet rows = statement.executeQuery("SELECT sequence, payload FROM entry"
                + " WHERE kind = " + kind.code() + " AND kind > 1 ORDER BY sequence")) {
            while (rows.next()) {
                try {
                    if (codec.decode(kind, rows.getBytes(2)) instanceof Entry.SeriesDefined defined) {
                        names.put(defined.series());
                    }
                } catch (IllegalArgumentException damage) {
                    reportDamage(rows.getLong(1), damage);
                }
            }
        }
    }

    /** Rows after the fold in order, with the change sets of transactions without entries between. */
    private void replayEntries(Connection connection, long folded) throws SQLException {
        long from = Math.min(folded, spans.lastCovered());
        try (PreparedStatement entries = connection.prepareStatement("SELECT sequence, kind,"
                        + " CASE WHEN kind IN (1, 13) THEN payload END, changes FROM entry"
                        + " WHERE sequence > ? ORDER BY sequence");
                Statement statement = connection.createStatement();
                ResultSet changes = statement.executeQuery("SELECT after, changes FROM change ORDER BY id")) {
            entries.setLong(1, from);
            boolean hasChange = changes.next();
            EntryCodec codec = new EntryCodec();
            try (ResultSet rows = entries.executeQuery()) {
                while (rows.next()) {
                    long sequence = rows.getLong(1);
                    while (hasChange && changes.getLong(1) < sequence) {
                        applyChanges(sequence, changes.getBytes(2));
                        hasChange = changes.next();
                    }
                    replayEntry(rows, sequence, folded, codec);
                }
            }
            while (hasChange) {
                applyChanges(changes.getLong(1), changes.getBytes(2));
                hasChange = changes.next();
            }
        }
    }

    private void replayEntry(ResultSet rows, long sequence, long folded, EntryCodec codec)
            throws SQLException {
        boolean isInTail = sequence > spans.lastCovered();
        byte[] payload = rows.getBytes(3);
        try {
            Entry entry = payload == null ? null : codec.decode(EntryKind.ofCode(rows.getInt(2)), payload);
            if (isInTail && entry != null) {
                addToTail(sequence, entry);
            }
            if (sequence > folded && entry instanceof Entry.Batch batch) {
                standing.applyRows(batch.readings());
            }
        } catch (IllegalArgumentException damage) {
            reportDamage(sequence, damage);
        }
        openSpan.pass(Math.max(sequence, spans.lastCovered()));
        byte[] changes = rows.getBytes(4);
        if (sequence > folded && changes != null) {
            applyChanges(sequence, changes);
        }
    }

    private void applyChanges(long sequence, byte[] changes) {
        try {
            standing.apply(ChangeSet.of(changes));
        } catch (IllegalArgumentException damage) {
            reportDamage(sequence, damage);
        }
    }
}
