package suimon.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who stands where in the log, so that no stretch is rewritten under somebody in its middle: he would
 * miss readings or get them twice. A walk holds what its last look showed until its next, a cursor
 * the place it is durable at. Safe for many threads.
 */
final class Pins {
    /** How the cursors of lanes begin. */
    static final String LANE = "uplink/";
    /** How the cursors begin that stand for what others have pulled so far. */
    static final String PULL = "pull/";

    /** How the cursors of a hub's sinks begin. */
    static final String SINK = "sink/";

    /** The lane that carries readings; the others look for other entries, which stay as they are. */
    private static final String LANE_OF_READINGS = "/P3";

    private final List<Walk> walks = new ArrayList<>();
    private long rewrites;
    private boolean isRewriting;
    private long rewrittenFirst;
    private long rewrittenLast;

    /** A reader that goes from entry to entry; what it was shown lies in (from, to]. */
    static final class Walk {
        private long from;
        private long to;
    }

    /** Before a look: names the state of affairs. */
    synchronized long begin() {
        return isRewriting ? rewrites - 1 : rewrites;
    }

    /**
     * After a look from one sequence up to another: whether nothing there was rewritten since it
     * began; then it is held. Otherwise the look must be taken again after {@link #awaitEnd}.
     */
    synchronized boolean settle(Walk walk, long from, long to, long begun) {
        boolean isTouched = from < rewrittenLast && to >= rewrittenFirst;
        if (rewrites - begun > 1 || rewrites != begun && isTouched) {
            return false;
        }
        if (!walks.contains(walk)) {
            walks.add(walk);
        }
        walk.from = from;
        walk.to = to;
        return true;
    }

    /** Waits out a rewrite, which takes as long as one small transaction. */
    synchronized void awaitEnd() {
        boolean isInterrupted = false;
        while (isRewriting) {
            try {
                wait();
            } catch (InterruptedException again) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void release(Walk walk) {
        walks.remove(walk);
    }

    /** Whether nobody stands in the middle of the stretch. */
    synchronized boolean isFree(long first, long last, Collection<Cursor> cursors) {
        return places(cursors).noneMatch(place -> isHeld(first, last, place.from, place.to));
    }

    /**
     * The sequences in the middle of the stretch after which it must end to be free, but for what is
     * itself held.
     */
    synchronized NavigableSet<Long> endsWithin(Span stretch, Collection<Cursor> cursors) {
        NavigableSet<Long> ends = new TreeSet<>();
        places(cursors).flatMap(place -> Stream.of(place.from, place.to))
                .filter(stretch::hasInside).forEach(ends::add);
        return ends;
    }

    /** What all hold. */
    private Stream<Walk> places(Collection<Cursor> cursors) {
        Stream<Walk> held = cursors.stream().filter(cursor -> isLane(cursor) || !cursor.name().startsWith(LANE))
                .map(Pins::placeOf);
        return Stream.concat(walks.stream(), held);
    }

    private static Walk placeOf(Cursor cursor) {
        Walk place = new Walk();
        // Frames on their way must come out the same again, and a lane may stand within the batch
        // that follows its position.
        place.from = isLane(cursor) ? cursor.replayFrom() - 1 : cursor.position();
        place.to = isLane(cursor) ? cursor.position() + 1 : cursor.position();
        return place;
    }

    /** Begins a rewrite unless somebody is in the way; {@link #end} must follow. */
    synchronized boolean claim(long first, long last, Collection<Cursor> cursors) {
        if (!isFree(first, last, cursors)) {
            return false;
        }
        isRewriting = true;
        rewrites++;
        rewrittenFirst = first;
        rewrittenLast = last;
        return true;
    }

    synchronized void end() {
        isRewriting = false;
        notifyAll();
    }

    /** Whether the cursor needs entries as they were, beyond the place where it stands. */
    static boolean isLane(Cursor cursor) {
        return cursor.name().startsWith(LANE) && cursor.name().endsWith(LANE_OF_READINGS);
    }

    private static boolean isHeld(long first, long last, long from, long to) {
        return last > from && first <= to;
    }
}
