package suimon.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts old stretches of the log into chunks, then short stretches into longer ones, by a thread of
 * its own that reads and encodes while the writer's thread only takes small steps.
 *
 * <p>A stretch is sealed only where nobody stands in its middle ({@link Pins}) and where neither the
 * rollups nor a cursor that reads the log in order (insight, a sink) has still to come by, unless
 * that one has not moved for {@link #WAITING_MAX}. A lane that lags may find sealed stretches ahead.
 */
final class Sealing implements Runnable {
    /** A cursor that lags by more holds up nothing any more: it may never move again. */
    static final Duration WAITING_MAX = Duration.ofDays(1);
    /** More readings than these are sealed in several stretches. */
    static final long READINGS_MAX = 1L << 20;

    private static final Logger LOGGER = LoggerFactory.getLogger(Sealing.class);
    /** Fewer series than these are taken for so many, or stretches would be too short. */
    private static final int SERIES_MIN = 64;
    private static final Duration TROUBLE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS_MIN = 20;
    private static final long LOOK_MILLIS_MAX = 1000;

    private final LogState state;
    private final LogWriter writer;
    private final Connection connection;
    private final Garbage garbage;
    private final Clock clock;
    private final LogSettings.Sealing policy;
    private final Exchange exchange;
    private final CountDownLatch closing = new CountDownLatch(1);
    private long nextId;

    Sealing(LogState state, LogWriter writer, Connection connection, Garbage garbage, Clock clock,
            LogSettings.Sealing policy) throws SQLException {
        this.state = state;
        this.writer = writer;
        this.connection = connection;
        this.garbage = garbage;
        this.clock = clock;
        this.policy = policy;
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
            long look = Math.clamp(policy.untouched().toMillis() / 30, LOOK_MILLIS_MIN, LOOK_MILLIS_MAX);
            while (closing.getCount() > 0 && writer.failure() == null) {
                long pause = look;
                try {
                    long started = clock.millis();
                    // As long a rest as the work took, so that ingest keeps the machine.
                    pause = step() ? Math.clamp(clock.millis() - started, 0, LOOK_MILLIS_MAX) : look;
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

    /** Does one thing that is due; whether there was any. */
    synchronized boolean step() throws SQLException, StoreFailed, InterruptedException {
        if (writer.run(garbage::sweep)) {
            return true;
        }
        List<Span> due = nextToSeal();
        return !due.isEmpty() && seal(due);
    }

    private List<Span> nextToSeal() {
        long now = clock.millis();
        long target = Math.min(READINGS_MAX, (long) policy.readingsPerSeries()
                * Math.max(Math.min(SERIES_MIN, policy.readingsPerSeries()), state.names().all().size()));
        List<Span> group = new ArrayList<>();
        long readings = 0;
        for (Span span : state.spans().view().spans()) {
            boolean isOpen = !span.isSealed() && span.first() > state.retainedFrom() - 1
                    && span.last() <= limit(span, now)
                    && now - span.committed() >= policy.untouched().toMillis();
            boolean isJoined = !group.isEmpty() && isOpen && isFree(group.getFirst(), span);
            if (!isJoined && isOld(group, now)) {
                return group;
            }
            if (!isJoined) {
                group.clear();
                readings = 0;
            }
            if (isOpen && isFree(span, span)) {
                group.add(span);
                readings += span.readings();
            } else {
                group.clear();
                readings = 0;
            }
            if (readings >= target) {
                return group;
            }
        }
        return isOld(group, now) ? group : List.of();
    }

    private boolean isOld(List<Span> group, long now) {
        return !group.isEmpty() && now - group.getFirst().committed() >= policy.after().toMillis();
    }

    private boolean isFree(Span first, Span last) {
        return state.pins().isFree(first.first(), last.last(), state.standing().cursors().values());
    }

    /** The last sequence that a stretch of that age may be rewritten up to. */
    private long limit(Span span, long now) {
        Rollups rollups = state.rollups();
        long limit = rollups == null ? 0 : rollups.flushed();
        boolean waits = now - span.committed() < WAITING_MAX.toMillis();
        for (Cursor cursor : state.standing().cursors().values()) {
            boolean isReader = !cursor.name().startsWith(Pins.LANE) && !cursor.name().startsWith(Pins.PULL);
            if (waits && isReader) {
                limit = Math.min(limit, cursor.position());
            }
        }
        return limit;
    }

    private boolean seal(List<Span> group) throws SQLException, StoreFailed, InterruptedException {
        long first = group.getFirst().first();
        long last = group.getLast().last();
        StretchRows rows = new StretchRows(writer, nextId);
        boolean isDone = false;
        try {
            Sealer.Replaced replaced = new Sealer(connection, state).seal(first, last, rows);
            Span by = new Span(first, last, timeMin(group), timeMax(group), rows.readings(), 1,
                    rows.firstId(), rows.nextId() - 1, replaced.regrades(), group.getLast().committed());
            ChangeSet changes = new ChangeSet();
            changes.mergedEntries = replaced.sequences().size() - rows.rows();
            isDone = exchange.execute(new Exchange.Order(by, group,
                    OpenSpan.seriesToBytes(rows.bySeries()), Map.of(), replaced.sequences(), changes));
            return isDone;
        } finally {
            settle(rows, isDone);
        }
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

    private static long timeMin(List<Span> spans) {
        return spans.stream().mapToLong(Span::timeMin).min().orElse(Long.MAX_VALUE);
    }

    private static long timeMax(List<Span> spans) {
        return spans.stream().mapToLong(Span::timeMax).max().orElse(Long.MIN_VALUE);
    }
}
