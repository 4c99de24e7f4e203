package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Readings;

/**
 * Puts old stretches of the log into chunks, then short stretches into longer ones, by a thread of
 * its own that reads and encodes while the writer's thread only takes small steps: rows are written
 * a few at a time where nobody looks for them, then one small transaction puts them in force.
 */
final class Sealing implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Sealing.class);
    private static final Duration TROUBLE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS_MIN = 20;
    private static final long LOOK_MILLIS_MAX = 1000;
    private static final long LOOK_OF_MANY_MILLIS = 10_000;
    /** Of a process's hundreds of logs one seals at a time: else all do at the same moment, and nobody is confirmed. */
    private static final Semaphore TURN = new Semaphore(1, true);

    private final LogState state;
    private final LogWriter writer;
    private final Connection connection;
    private final Garbage garbage;
    private final Clock clock;
    private final LogSettings.Sealing policy;
    private final SealPlan plan;
    private final LongPredicate isDelivered;
    private final Thinning thinning;
    private final Exchange exchange;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FinalGrades grades;
    private final boolean isOneOfMany;
    private long nextId;

    /** @param isDelivered whether every required destination has what comes up to a sequence */
    Sealing(LogState state, LogWriter writer, Connection connection, Garbage garbage, Clock clock,
            AgeClock ageClock, LogSettings settings, LongPredicate isDelivered) throws SQLException {
        this.state = state;
        this.writer = writer;
        this.connection = connection;
        this.garbage = garbage;
        this.clock = clock;
        this.policy = settings.sealing();
        this.grades = settings.grades();
        this.isOneOfMany = settings.isOneOfMany();
        this.plan = new SealPlan(state, clock, settings);
        this.isDelivered = isDelivered;
        this.thinning = new Thinning(state, ageClock, isDelivered);
        this.exchange = new Exchange(writer, state, garbage);
        try (Statement statement = connection.createStatement()) {
            nextId = 1 + Math.max(Database.single(statement, "SELECT max(id) FROM chunk"),
                    Database.single(statement, "SELECT max(chunk_last) FROM span"));
        }
    }

    void close() {
        closing.countDown();
    }

    @Override
    public void run() {
        try (connection) {
            long look = isOneOfMany ? LOOK_OF_MANY_MILLIS
                    : Math.clamp(policy.untouched().toMillis() / 30, LOOK_MILLIS_MIN, LOOK_MILLIS_MAX);
            while (closing.getCount() > 0 && writer.failure() == null) {
                long pause = look;
                try {
                    long started = clock.millis();
                    // As long a rest as the work took, so that ingest keeps the machine.
                    pause = stepInTurn() ? Math.clamp(clock.millis() - started, 0, LOOK_MILLIS_MAX) : look;
                } catch (SQLException | StoreFailed failed) {
                    LOGGER.warn("sealing waits {} s: {}", TROUBLE.toSeconds(), failed.getMessage());
                    pause = TROUBLE.toMillis();
                }
                closing.await(pause, TimeUnit.MILLISECONDS);
            }
        } catch (SQLException ignored) {
            // A connection that only read has nothing to lose.
            return;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same, but one log after the other where there are hundreds. */
    private boolean stepInTurn() throws SQLException, StoreFailed, InterruptedException {
        if (!isOneOfMany) {
            return step();
        }
        TURN.acquire();
        try {
            return step();
        } finally {
            TURN.release();
        }
    }

    /** Does one thing that is due; whether there was any. */
    synchronized boolean step() throws SQLException, StoreFailed, InterruptedException {
        if (writer.run(garbage::sweep)) {
            return true;
        }
        List<Span> due = plan.nextToSeal();
        if (!due.isEmpty()) {
            return seal(due);
        }
        List<Span> mergeable = plan.nextToMerge();
        if (!mergeable.isEmpty()) {
            return merge(mergeable);
        }
        Cut cut = plan.nextToCut();
        if (cut != null) {
            return cut.execute(connection, writer, state);
        }
        Thinning.Due thin = thinning.next(connection);
        return thin != null && thin(thin);
    }

    /** What is older is thinned from now on. */
    void keep(Ages ages) {
        thinning.keep(ages.thin());
    }

    private boolean thin(Thinning.Due due) throws SQLException, StoreFailed, InterruptedException {
        Thinner thinner = new Thinner(due.thin().interval());
        Revisions revisions = new Revisions(connection, state);
        return rewrite(due.stretch(), sorted -> thinner.apply(sorted, revisions.elsewhere(sorted)))
                && writer.run(on -> {
                    Thinning.note(on, due);
                    return true;
                });
    }

    private boolean seal(List<Span> group) throws SQLException, StoreFailed, InterruptedException {
        StretchRows rows = new StretchRows(writer, nextId);
        boolean isDone = false;
        try {
            Sealer.Replaced replaced = new Sealer(connection, state, grades)
                    .seal(group.getFirst().first(), group.getLast().last(), rows);
            // Even if the rest comes to nothing: it is true already, and is not told twice.
            if (!replaced.found().isEmpty()) {
                writer.submit(new Commit(replaced.found(), List.of()), null);
            }
            ChangeSet changes = new ChangeSet();
            changes.mergedEntries = replaced.sequences().size() - rows.rows();
            isDone = exchange.execute(new Exchange.Order(spanOf(group, rows, 1, replaced.regrades()), group,
                    OpenSpan.seriesToBytes(rows.bySeries()), Map.of(), replaced.sequences(), changes));
            return isDone;
        } catch (IllegalArgumentException defect) {
            return leave(group, defect);
        } finally {
            settle(rows, isDone);
        }
    }

    /** It stays as it is for good, and readable. */
    private boolean leave(List<Span> stretches, IllegalArgumentException why) {
        LOGGER.error("entries {} to {} stay as they are stored: {}", stretches.getFirst().first(),
                stretches.getLast().last(), why.getMessage());
        plan.leave(stretches);
        return true;
    }

    private boolean merge(List<Span> sources) throws SQLException, StoreFailed, InterruptedException {
        int level = sources.stream().mapToInt(Span::level).max().orElse(1) + 1;
        return write(sources, level, readings -> readings, false);
    }

    /**
     * Writes one sealed stretch anew with what the function makes of its readings; what it leaves out
     * is booked as thinned. Whether it was done: not while somebody stands in its middle or a required
     * destination waits for it, nor for one that is not there any more or is damaged.
     *
     * @param change gets readings of one series by time, in pieces, and returns some of them
     */
    synchronized boolean rewrite(Span stretch, Merger.Rewriting change)
            throws SQLException, StoreFailed, InterruptedException {
        return stretch.isSealed() && isDelivered.test(stretch.last()) && state.spans().view().spans().contains(stretch)
                && write(List.of(stretch), stretch.level(), change, true);
    }

    private boolean write(List<Span> sources, int level, Merger.Rewriting change, boolean isChanging)
            throws SQLException, StoreFailed, InterruptedException {
        StretchRows rows = new StretchRows(writer, nextId);
        boolean isDone = false;
        try {
            Map<Integer, Coverage> coverages = level < CoverageTable.FROM_LEVEL ? Map.of()
                    : CoverageTable.merged(connection, sources.getFirst().first(), sources.getLast().last());
            ChangeSet changes = new ChangeSet();
            Thinned thinned = new Thinned(change, changes);
            Merger.Merged merged = new Merger(connection).merge(sources, thinned, isChanging, rows);
            changes.mergedEntries = merged.rows() + merged.outdated().size() - rows.rows();
            byte[] series = OpenSpan.seriesToBytes(
                    level < CoverageTable.FROM_LEVEL ? rows.bySeries() : Map.of());
            isDone = exchange.execute(new Exchange.Order(spanOf(sources, rows, level, merged.regrades()),
                    sources, series, coverages, merged.outdated(), changes));
            return isDone;
        } catch (IllegalArgumentException damage) {
            return leave(sources, damage);
        } finally {
            settle(rows, isDone);
        }
    }

    /** Counts what a function leaves out. */
    private record Thinned(Merger.Rewriting change, ChangeSet changes)
            implements Merger.Rewriting {
        @Override
        public Readings apply(Readings before) throws SQLException {
            Readings after = change.apply(before);
            long gone = (long) before.size() - after.size();
            if (gone > 0) {
                changes.thinned.add(before.series(0), gone);
            }
            return after;
        }
    }

    private static Span spanOf(List<Span> group, StretchRows rows, int level, long regrades) {
        return new Span(group.getFirst().first(), group.getLast().last(),
                group.stream().mapToLong(Span::timeMin).min().orElse(Long.MAX_VALUE),
                group.stream().mapToLong(Span::timeMax).max().orElse(Long.MIN_VALUE),
                rows.readings(), level, rows.firstId(), rows.nextId() - 1, regrades,
                group.getLast().committed());
    }

    private void settle(StretchRows rows, boolean isDone) throws StoreFailed, InterruptedException {
        nextId = rows.nextId();
        if (!isDone && rows.rows() > 0 && writer.failure() == null) {
            writer.run(ignored -> {
                garbage.add(rows.firstId(), rows.nextId() - 1);
                return true;
            });
        }
    }
}
