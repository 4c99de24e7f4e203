package suimon.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import suimon.pipeline.Preview.Group;
import suimon.pipeline.Preview.Taken;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/**
 * Insight while it keeps up: windows are run from readings that are not committed yet, and what came
 * out is held until they are. Ends when it falls behind; what it held is then made again from the
 * log.
 */
final class EarlyWork {
    /** So many readings at once mean that it lags: of each series only the newest window is run. */
    private static final int LAGGING_ROWS = 1 << 14;

    /** Results of windows of readings wait so long for company in their commit. */
    private static final long GATHER_NANOS = 1_000_000_000L;

    private static final long PATIENCE_NANOS = 1_000_000_000L;

    /** Without outputs the position is committed after so many entries, to spare the flash. */
    private static final int ADVANCE_EVERY = 4096;

    /** Which entries a restart needs is looked up once in so many groups; an older answer is safe. */
    private static final int REPLAY_EVERY = 64;

    private final Insight insight;
    private final Wiring wiring;
    private final Preview preview;
    private final Results results;
    private final PreviewRows backlog = new PreviewRows();
    private final List<Group> early = new ArrayList<>();
    private final Queue<Held> held = new ArrayDeque<>();
    private final List<Outcome> ready = new ArrayList<>();
    private Outcome open = new Outcome();
    private long groups;
    private long replay;
    private long position;
    private long positionReplay;
    private long committed;
    private boolean isUrgent;
    private long gatheredSince;
    private long published;

    /** A group's results until it is committed. */
    private record Held(long group, Outcome outcome, long replayFrom) {}

    EarlyWork(Insight insight, Wiring wiring, Preview preview, Results results) {
        this.insight = insight;
        this.wiring = wiring;
        this.preview = preview;
        this.results = results;
    }

    /** Waits for the first group it sees from its beginning; its first sequence, 0 on falling behind. */
    long join(LogReader reader) throws InterruptedException, StoreFailed {
        preview.join();
        // What was committed since the log was read last, before it asked to join, wakes nobody.
        insight.advance(reader, Long.MAX_VALUE);
        PreviewRows spare = new PreviewRows();
        while (true) {
            Taken taken = preview.take(spare, PATIENCE_NANOS);
            if (taken.isOverflown() || backlog.size() > Preview.ROWS_MAX) {
                return 0;
            }
            backlog.addAll(taken.rows());
            early.addAll(taken.committed());
            spare = taken.rows();
            spare.clear();
            insight.publish("waiting for readings");
            if (backlog.size() == 0 && early.isEmpty()) {
                // What was collected when it asked to join comes through the log alone.
                insight.advance(reader, Long.MAX_VALUE);
            }
            if (!early.isEmpty()) {
                return early.getFirst().first();
            }
        }
    }

    /**
     * Works until it falls behind.
     *
     * @param from the committed position of the cursor
     * @param replayFrom what goes with it
     */
    void run(long from, long replayFrom) throws InterruptedException {
        committed = from;
        position = early.getFirst().first() - 1;
        replay = replayFrom;
        positionReplay = replayFrom;
        work(new Taken(backlog, List.copyOf(early), false));
        PreviewRows spare = new PreviewRows();
        boolean wasUndated = insight.isUndated();
        while (true) {
            Taken taken = preview.take(spare, patience());
            // Once the time is known, windows are made again by the right times.
            if (taken.isOverflown() || wasUndated && !insight.isUndated()) {
                return;
            }
            work(taken);
            spare = taken.rows();
            spare.clear();
        }
    }

    private long patience() {
        return ready.isEmpty() ? PATIENCE_NANOS
                : Math.max(1, gatheredSince + GATHER_NANOS - insight.ticks());
    }

    private void work(Taken taken) throws InterruptedException {
        PreviewRows rows = taken.rows();
        wiring.thin(rows.size() > LAGGING_ROWS);
        results.begin();
        for (int row = 0; row < rows.size(); row++) {
            observe(rows, row);
            if (wiring.waiting() >= Model.WINDOWS_MAX && rows.size() <= LAGGING_ROWS) {
                insight.run(wiring.takeDue(), open, true);
            }
        }
        insight.run(wiring.takeDue(), open, true);
        for (Group group : taken.committed()) {
            settle(group);
        }
        commitWhenDue();
    }

    private void observe(PreviewRows rows, int row) {
        switch (rows.kind(row)) {
            case PreviewRows.GROUP_END -> endGroup(rows.measured(row));
            case PreviewRows.REMOVED -> wiring.remove(rows.series(row), rows.measured(row));
            default -> {
                int series = rows.series(row);
                if (wiring.wants(series)) {
                    // Its entry is not known yet; it comes after all that is committed.
                    wiring.observe(position + 1, series, rows.measured(row), rows.received(row), rows.value(row),
                            rows.kind(row) == PreviewRows.USABLE);
                } else {
                    preview.unwanted(series);
                }
            }
        }
    }

    private void endGroup(long group) {
        insight.run(wiring.takeDue(), open, true);
        if (groups++ % REPLAY_EVERY == 0) {
            replay = wiring.replayFrom(position + 1);
        }
        held.add(new Held(group, open, replay));
        open = new Outcome();
    }

    /** A group is on disk, and those before it are. */
    private void settle(Group group) {
        for (Held next = held.peek(); next != null && next.group <= group.number(); next = held.peek()) {
            held.remove();
            positionReplay = next.replayFrom;
            if (!next.outcome.isEmpty()) {
                if (ready.isEmpty()) {
                    gatheredSince = insight.ticks();
                }
                ready.add(next.outcome);
                isUrgent |= insight.isUrgent(next.outcome);
            }
        }
        position = group.last();
    }

    private void commitWhenDue() throws InterruptedException {
        long now = insight.ticks();
        boolean isFull = !ready.isEmpty() && (isUrgent || now - gatheredSince >= GATHER_NANOS);
        if (isFull || position - committed >= ADVANCE_EVERY) {
            insight.commit(ready, position, Math.min(positionReplay, position + 1));
            committed = position;
            ready.clear();
            isUrgent = false;
        }
        if (now - published >= GATHER_NANOS) {
            published = now;
            insight.publish("working ahead of entry " + position);
        }
    }
}
