package suimon.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Entry;

/**
 * The thread that owns the write connection: takes all commits that wait, writes them in one
 * transaction, syncs once, then tells each.
 *
 * <p>When the disk fails a transaction is tried again {@value #TRIES_MAX} times a second apart; then
 * the log is failed for good and the process should end. When the disk is full it is tried again
 * for as long as that lasts: nothing is acknowledged meanwhile.
 */
final class LogWriter implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LogWriter.class);
    private static final int TRIES_MAX = 5;
    /** Transactions after which the totals are written into their tables. */
    private static final int FOLD_TRANSACTIONS = 1024;
    private static final Waiting CLOSE = new Waiting(new Commit(List.of(), List.of()), null);

    private final Path file;
    private final Connection connection;
    private final Clock clock;
    private final LogState state;
    private final EntryCodec codec = new EntryCodec();
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(Log.WAITING_MAX);
    private final CountDownLatch closing = new CountDownLatch(1);
    private int unfolded;
    private volatile boolean isOpen = true;
    private volatile boolean isDiskFull;
    private volatile @Nullable StoreFailed failure;

    LogWriter(Path file, Connection connection, Clock clock, LogState state) {
        this.file = file;
        this.connection = connection;
        this.clock = clock;
        this.state = state;
    }

    /** A commit in the queue, and what the store itself writes in the same transaction. */
    private record Waiting(Commit commit, @Nullable SideWrite side) {}

    /** Writes into tables of its own within the transaction; may run again when that failed. */
    interface SideWrite {
        void write(Connection connection) throws SQLException;
    }

    /** One row to write. */
    private record Row(long sequence, Entry entry, EntryKind kind, byte[] payload) {}

    void submit(Commit commit, @Nullable SideWrite side) throws InterruptedException {
        Waiting entry = new Waiting(commit, side);
        // Waiting in steps, so that nobody waits for ever on a writer that has failed.
        do {
            requireOpen();
        } while (!waiting.offer(entry, 1, TimeUnit.SECONDS));
    }

    boolean isDiskFull() {
        return isDiskFull;
    }

    @Nullable StoreFailed failure() {
        return failure;
    }

    void requireOpen() {
        StoreFailed failed = failure;
        if (failed != null) {
            throw new IllegalStateException("the log has failed: " + failed.getMessage(), failed);
        }
        if (!isOpen) {
            throw new IllegalStateException("the log " + file + " is closed");
        }
    }

    /** What was submitted before is still committed; the thread ends after it. */
    void close() throws InterruptedException {
        isOpen = false;
        closing.countDown();
        while (failure == null && !waiting.offer(CLOSE, 1, TimeUnit.SECONDS)) {
            LOGGER.warn("log {}: closing waits for {} commits", file, waiting.size());
        }
    }

    @Override
    public void run() {
        List<Waiting> commits = new ArrayList<>();
        boolean isClosing = false;
        try {
            while (!isClosing) {
                commits.clear();
                commits.add(waiting.take());
                waiting.drainTo(commits);
                // The same object, not an equal one: an empty commit of somebody's is equal.
                isClosing = commits.removeIf(commit -> commit == CLOSE);
                if (!commits.isEmpty()) {
                    write(commits);
                }
                maintain(isClosing);
            }
        } catch (SQLException failed) {
            fail(Database.explain(file, "writing", failed));
        } catch (InterruptedException ended) {
            fail(new StoreFailed("the log's writer thread was interrupted; restart the gateway"));
        } finally {
            if (!isClosing && failure == null) {
                fail(new StoreFailed("the log's writer ended by a defect; restart the gateway"));
            }
        }
    }

    private void fail(StoreFailed failed) {
        failure = failed;
        LOGGER.error("log failed: {}", failed.getMessage());
        waiting.clear();
        state.wakeAll();
    }

    private void write(List<Waiting> commits) throws SQLException, InterruptedException {
        List<Row> rows = new ArrayList<>();
        ChangeSet changes = new ChangeSet();
        long sequence = state.newest();
        long[] last = new long[commits.size()];
        for (int index = 0; index < last.length; index++) {
            Commit one = commits.get(index).commit();
            for (Entry entry : one.entries()) {
                rows.add(new Row(++sequence, entry, EntryKind.of(entry), codec.encode(entry)));
                if (entry instanceof Entry.Batch batch) {
                    changes.addRows(batch.readings(), -1);
                }
            }
            one.changes().forEach(changes::add);
            last[index] = sequence;
        }
        storeWithPatience(rows, changes, commits);
        commit(rows, changes);
        for (int index = 0; index < last.length; index++) {
            commits.get(index).commit().done().accept(last[index]);
        }
    }

    private void storeWithPatience(List<Row> rows, ChangeSet changes, List<Waiting> commits)
            throws SQLException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                store(rows, changes, commits);
                isDiskFull = false;
                return;
            } catch (SQLException failed) {
                isDiskFull = Database.isFull(failed);
                if (closing.getCount() == 0 || !isDiskFull && tries == TRIES_MAX) {
                    throw failed;
                }
                LOGGER.warn("log {}: a commit failed and is tried again: {}", file, failed.getMessage());
                closing.await(1, TimeUnit.SECONDS);
            }
        }
    }

    private void store(List<Row> rows, ChangeSet changes, List<Waiting> commits)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                if (state.openSpan().isComplete()) {
                    state.openSpan().insert(connection);
                }
                insert(rows, changes.isEmpty() ? null : changes.toBytes());
                for (Waiting commit : commits) {
                    if (commit.side() != null) {
                        commit.side().write(connection);
                    }
                }
                statement.execute("COMMIT");
            } catch (SQLException failed) {
                rollBack(statement, failed);
                throw failed;
            }
        }
    }

    private void insert(List<Row> rows, byte @Nullable [] changes) throws SQLException {
        if (rows.isEmpty()) {
            if (changes != null) {
                insertChange(changes);
            }
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO entry(sequence, kind, committed, time_min, time_max, changes, payload)"
                        + " VALUES(?,?,?,?,?,?,?)")) {
            long now = clock.millis();
            for (Row row : rows) {
                insert.setLong(1, row.sequence());
                insert.setInt(2, row.kind().code());
                insert.setLong(3, now);
                bindTimes(insert, row.entry());
                boolean isLast = row == rows.getLast();
                insert.setBytes(6, isLast ? changes : null);
                insert.setBytes(7, row.payload());
                insert.execute();
            }
        }
    }

    private void insertChange(byte[] changes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO change(after, changes) VALUES(?, ?)")) {
            insert.setLong(1, state.newest());
            insert.setBytes(2, changes);
            insert.execute();
        }
    }

    /** The measured times that the row is about; null where it is about none. */
    private static void bindTimes(PreparedStatement insert, Entry entry) throws SQLException {
        long earliest = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        if (entry instanceof Entry.Batch batch) {
            for (int row = 0; row < batch.readings().size(); row++) {
                earliest = Math.min(earliest, batch.readings().measured(row));
                latest = Math.max(latest, batch.readings().measured(row));
            }
        } else if (entry instanceof Entry.Regrade regrade) {
            earliest = regrade.measuredNanos();
            latest = earliest;
        }
        if (earliest <= latest) {
            insert.setLong(4, earliest);
            insert.setLong(5, latest);
        } else {
            insert.setNull(4, Types.INTEGER);
            insert.setNull(5, Types.INTEGER);
        }
    }

    /** After the transaction: memory follows the disk, then readers may see it. */
    private void commit(List<Row> rows, ChangeSet changes) {
        if (state.openSpan().isComplete()) {
            state.closeSpan();
        }
        state.standing().apply(changes);
        for (Row row : rows) {
            state.addToTail(row.sequence(), row.entry());
            if (row.entry() instanceof Entry.Batch batch) {
                state.standing().applyRows(batch.readings());
            }
        }
        unfolded++;
        if (!rows.isEmpty()) {
            state.advance(rows.getLast().sequence());
        }
    }

    private void maintain(boolean isClosing) throws SQLException {
        if (unfolded < FOLD_TRANSACTIONS && !(isClosing && unfolded > 0)) {
            return;
        }
        try {
            fold();
        } catch (SQLException failed) {
            if (!Database.isFull(failed)) {
                throw failed;
            }
            // Nothing is lost by folding later: the totals are rebuilt from the rows at open.
            LOGGER.warn("log {}: folding the totals is put off: {}", file, failed.getMessage());
        }
    }

    private void fold() throws SQLException {
        state.standing().fold(connection, totals -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                try {
                    totals.write();
                    statement.execute("INSERT OR REPLACE INTO meta(name, value) VALUES('folded', "
                            + state.newest() + ")");
                    statement.execute("DELETE FROM change");
                    statement.execute("COMMIT");
                } catch (SQLException failed) {
                    rollBack(statement, failed);
                    throw failed;
                }
            }
        });
        unfolded = 0;
    }

    static void rollBack(Statement statement, SQLException cause) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException alreadyEnded) {
            // SQLite rolls back by itself on some errors.
            cause.addSuppressed(alreadyEnded);
        }
    }
}
