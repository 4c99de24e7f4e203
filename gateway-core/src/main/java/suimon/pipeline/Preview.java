package suimon.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows insight the readings before their commit, in the order of the log and by the turn of the
 * ingest thread, so that a result need not wait for the disk. Which group of readings was committed,
 * and where, follows later.
 *
 * <p>Bounded: at {@link #ROWS_MAX} readings that insight has not taken it is switched off and
 * emptied; insight then goes on from the log and joins again. Ingest never waits.
 */
public final class Preview {
    /** Readings that may wait for insight. */
    static final int ROWS_MAX = 1 << 17;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final PreviewRows turn = new PreviewRows();
    private PreviewRows waiting = new PreviewRows();
    private List<Group> committed = new ArrayList<>();
    private boolean isAwaited;
    private boolean isOverflown;
    private boolean isInLogAlone;
    private volatile boolean isAsked;
    private volatile boolean isOn;
    private volatile byte[] unwanted = {};
    private long group;
    private long joined;

    /**
     * A group of readings that is on disk.
     *
     * @param first the sequence of its first entry
     * @param last the sequence of its last entry
     */
    record Group(long number, long first, long last) {}

    /** What insight takes at once. */
    record Taken(PreviewRows rows, List<Group> committed, boolean isOverflown) {}

    /** Insight wants to see what comes from the next group on. */
    void join() {
        lock.lock();
        try {
            waiting.clear();
            committed = new ArrayList<>();
            isOverflown = false;
            isInLogAlone = false;
            isOn = false;
            isAsked = true;
        } finally {
            lock.unlock();
        }
    }

    /** Insight has no use for the readings of that series. */
    void unwanted(int series) {
        byte[] known = unwanted;
        if (series >= known.length) {
            known = Arrays.copyOf(known, Math.max(series + 1, known.length * 2));
        }
        known[series] = 1;
        unwanted = known;
    }

    /**
     * Takes what has come since, waiting at most so long for something. Returns early with nothing when
     * a group that began before insight joined is on disk, since it comes through the log alone.
     */
    Taken take(PreviewRows empty, long patienceNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patienceNanos;
            while (isIdle() && left > 0) {
                isAwaited = true;
                left = arrived.awaitNanos(left);
            }
            isAwaited = false;
            isInLogAlone = false;
            // The list that is kept goes on growing: not even an empty one may be shared.
            List<Group> done = List.of();
            if (!committed.isEmpty()) {
                done = committed;
                committed = new ArrayList<>();
            }
            Taken taken = new Taken(waiting, done, isOverflown);
            waiting = empty;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Ingest: nothing of the next commit has been collected yet. */
    void groupBegins() {
        if (isAsked) {
            lock.lock();
            try {
                isAsked = false;
                isOn = true;
                joined = group + 1;
            } finally {
                lock.unlock();
            }
        }
    }

    /** Ingest: a reading that will be stored. */
    void add(int series, long measured, long received, double value, boolean usable) {
        byte[] known = unwanted;
        if (isOn && (series >= known.length || known[series] == 0)) {
            turn.add(usable ? PreviewRows.USABLE : PreviewRows.UNUSABLE, series, measured, received, value);
        }
    }

    /** Ingest: an earlier reading will be regraded and is not usable any more. */
    void remove(int series, long measured) {
        if (isOn) {
            turn.add(PreviewRows.REMOVED, series, measured, measured, 0);
        }
    }

    /** Ingest: all that was collected goes into one commit; returns the group's number for it. */
    long groupEnds() {
        group++;
        if (isOn) {
            turn.add(PreviewRows.GROUP_END, 0, group, 0, 0);
        }
        turnEnds();
        return group;
    }

    /** Ingest: hands over what was added since the last time. */
    void turnEnds() {
        if (turn.size() == 0) {
            return;
        }
        lock.lock();
        try {
            if (isOn && waiting.size() + turn.size() > ROWS_MAX) {
                isOn = false;
                isOverflown = true;
                waiting.clear();
            } else if (isOn) {
                waiting.addAll(turn);
            }
            turn.clear();
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** The log's writer: the group is on disk. */
    void committed(Group done) {
        lock.lock();
        try {
            if (isOn && done.number >= joined) {
                committed.add(done);
            } else {
                isInLogAlone = true;
            }
            wake();
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return waiting.size() == 0 && committed.isEmpty() && !isOverflown && !isInLogAlone;
    }

    private void wake() {
        if (isAwaited) {
            isAwaited = false;
            arrived.signal();
        }
    }
}
