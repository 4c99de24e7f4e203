package suimon.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
    /** With nothing to write it is looked so often whether a full disk has room again. */
    private static final long REARM_SECONDS = 1;
    /** What a file system writes at least. */
    private static final int BLOCK_BYTES = 4096;
    /** Transactions after which the totals are written into their tables. */
    private static final int FOLD_TRANSACTIONS = 1024;
    private static final Waiting CLOSE = new Waiting(new Commit(List.of(), List.of()), null, null);

    private final Path file;
    private final Connection connection;
    private final Clock clock;
    private final LogState state;
    private final Retention retention;
    private final Ageing ageing;
    private final SpaceReserve reserve;
    private final EntryCodec codec = new EntryCodec();
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(Log.WAITING_MAX);
    private final CountDownLatch closing = new CountDownLatch(1);
    private int unfolded;
    private volatile long writtenBytes;
    private volatile boolean isOpen = true;
    private volatile boolean isDiskFull;
    private volatile @Nullable StoreFailed failure;

    LogWriter(Path file, Connection connection, Clock clock, LogState state, Retention retention,
            Ageing ageing, SpaceReserve reserve) {
        this.file = file;
        this.connection = connection;
        this.clock = clock;
        this.state = state;
        this.retention = retention;
        this.ageing = ageing;
        this.reserve = reserve;
    }

    /** A commit in the queue, and what the store itself writes in the same transaction. */
    private record Waiting(Commit commit, @Nullable SideWrite side, @Nullable Task task) {}

    /** Upkeep in transactions of its own, between commits. */
    interface Upkeep {
        /** Whether it was done. */
        boolean run(Connection connection) throws SQLException;
    }

    /** Upkeep in the queue, and what became of it. */
    private static final class Task {
        private final Upkeep upkeep;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile boolean isDone;
        private volatile @Nullable SQLException failed;

        Task(Upkeep upkeep) {
            this.upkeep = upkeep;
        }

        void run(Connection connection) {
            try {
                isDone = upkeep.run(connection);
            } catch (SQLException failure) {
                failed = failure;
            } finally {
                done.countDown();
            }
        }
    }

    /**
     * Runs upkeep on the writer's thread and waits for it; what it returned. When it fails nothing
     * of its transaction is left, and the log goes on.
     */
    boolean run(Upkeep upkeep) throws StoreFailed, InterruptedException {
        Task task = new Task(upkeep);
        queue(new Waiting(new Commit(List.of(), List.of()), null, task));
        while (!task.done.await(1, TimeUnit.SECONDS)) {
            StoreFailed failed = failure;
            if (failed != null) {
                throw failed;
            }
        }
        SQLException failed = task.failed;
        if (failed != null) {
            throw Database.explain(file, "upkeep", failed);
        }
        return task.isDone;
    }

    /** Writes into tables of its own within the transaction; may run again when that failed. */
    interface SideWrite {
        void write(Connection connection) throws SQLException;
    }

    void submit(Commit commit, @Nullable SideWrite side) throws InterruptedException {
        queue(new Waiting(commit, side, null));
    }

    private void queue(Waiting entry) throws InterruptedException {
        // Waiting in steps, so that nobody waits for ever on a writer that has failed.
        do {
            requireOpen();
        } while (!waiting.offer(entry, 1, TimeUnit.SECONDS));
    }

    boolean isDiskFull() {
        return isDiskFull;
    }

    long writtenBytes() {
        return writtenBytes;
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
        reserve.take();
        List<Waiting> commits = new ArrayList<>();
        boolean isClosing = false;
        try {
            while (!isClosing) {
                commits.clear();
                Waiting first = waiting.poll(REARM_SECONDS, TimeUnit.SECONDS);
                if (first == null) {
                    rearm();
                    continue;
                }
                commits.add(first);
                waiting.drainTo(commits);
                // The same object, not an equal one: an empty commit of somebody's is equal.
                isClosing = commits.removeIf(commit -> commit == CLOSE);
                List<Task> tasks = takeTasks(commits);
                if (!commits.isEmpty()) {
                    write(commits);
                }
                if (!tasks.isEmpty()) {
                    state.recent().clear();
                }
                tasks.forEach(task -> task.run(connection));
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

    private static List<Task> takeTasks(List<Waiting> commits) {
        List<Task> tasks = new ArrayList<>();
        commits.removeIf(waiting -> {
            if (waiting.task() == null) {
                return false;
            }
            tasks.add(waiting.task());
            return true;
        });
        return tasks;
    }

    private void fail(StoreFailed failed) {
        failure = failed;
        LOGGER.error("log failed: {}", failed.getMessage());
        waiting.clear();
        state.wakeAll();
    }

    private void write(List<Waiting> commits) throws SQLException, InterruptedException {
        List<EntryTable.Row> rows = new ArrayList<>();
        ChangeSet changes = new ChangeSet();
        long sequence = state.newest();
        long[] last = new long[commits.size()];
        for (int index = 0; index < last.length; index++) {
            Commit one = commits.get(index).commit();
            for (Entry entry : one.entries()) {
                rows.add(new EntryTable.Row(++sequence, entry, EntryKind.of(entry), codec.encode(entry)));
                if (entry instanceof Entry.Batch batch) {
                    changes.subtractRows(batch.readings());
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

    private void storeWithPatience(List<EntryTable.Row> rows, ChangeSet changes, List<Waiting> commits)
            throws SQLException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                store(rows, changes, commits);
                rearm();
                countPages(rows);
                return;
            } catch (SQLException failed) {
                isDiskFull = Database.isFull(failed);
                if (isDiskFull && reserve.release()) {
                    continue;
                }
                if (closing.getCount() == 0 || !isDiskFull && tries == TRIES_MAX) {
                    throw failed;
                }
                LOGGER.warn("log {}: a commit failed and is tried again: {}", file, failed.getMessage());
                closing.await(1, TimeUnit.SECONDS);
            }
        }
    }

    /** Each payload goes into the write-ahead log and is copied from there, in whole blocks. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void countPages(List<EntryTable.Row> rows) {
        long bytes = BLOCK_BYTES;
        for (EntryTable.Row row : rows) {
            bytes += 2L * row.payload().length + BLOCK_BYTES / 4;
        }
        // Only this thread writes it.
        writtenBytes += bytes;
    }

    /** Counts what upkeep has written beside the commits; on the writer's thread. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void countBytes(long bytes) {
        writtenBytes += 2 * bytes;
    }

    private void store(List<EntryTable.Row> rows, ChangeSet changes, List<Waiting> commits)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                if (state.openSpan().isComplete()) {
                    state.openSpan().insert(connection, clock.millis());
                }
                EntryTable.insert(connection, rows, changes, clock.millis(), state.newest());
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

    /** After the transaction: memory follows the disk, then readers may see it. */
    private void commit(List<EntryTable.Row> rows, ChangeSet changes) {
        if (state.openSpan().isComplete()) {
            state.closeSpan();
        }
        state.standing().apply(changes);
        for (EntryTable.Row row : rows) {
            state.addToTail(row.sequence(), row.entry());
            if (row.entry() instanceof Entry.Batch batch) {
                state.standing().applyRows(batch.readings());
            }
        }
        unfolded++;
        for (EntryTable.Row row : rows) {
            state.recent().add(row.sequence(), row.entry());
        }
        if (!rows.isEmpty()) {
            state.advance(rows.getLast().sequence());
        }
    }

    /** While the disk is full the reserve is for alarms; new data is taken when it is whole again. */
    private void rearm() {
        isDiskFull = reserve.isReleased() && !reserve.take();
    }

    private void maintain(boolean isClosing) throws SQLException {
        boolean mustFold = unfolded >= FOLD_TRANSACTIONS || isClosing && unfolded > 0;
        boolean mustLook = retention.isDue() && !isClosing;
        try {
            if (mustFold) {
                fold();
            }
            if (mustLook) {
                state.recent().clear();
                retention.run(connection, state, this::fold);
                ageing.run(connection, state, this::fold);
            }
        } catch (SQLException failed) {
            if (!Database.isFull(failed)) {
                throw failed;
            }
            // Nothing is lost by folding or removing later: totals are rebuilt from the rows at open.
            LOGGER.warn("log {}: upkeep is put off: {}", file, failed.getMessage());
        }
    }

    void fold() throws SQLException {
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
