package suimon.store;

import java.util.Collection;
import java.util.List;

/**
 * Where pulls by others ended, kept as cursors, so that no stretch is sealed around such a place and
 * the next pull goes on exactly there. At {@link #PULL_ENDS_MAX} the oldest is forgotten: a pull that
 * goes on from it may get readings again that it had, never less.
 * Safe for many threads.
 */
final class PullEnds {
    static final int PULL_ENDS_MAX = 64;

    private final LogState state;

    PullEnds(LogState state) {
        this.state = state;
    }

    boolean isKnown(long sequence) {
        return isKnown(state.standing().cursors().values(), sequence);
    }

    /** Keeps one more, one after the other, so that no two take the same place. */
    synchronized void keep(long sequence, Log log) throws InterruptedException {
        Collection<Cursor> cursors = state.standing().cursors().values();
        if (sequence > 0 && !isKnown(cursors, sequence)) {
            log.commit(new Commit(List.of(), List.of(advance(cursors, sequence))));
        }
    }

    private static boolean isKnown(Collection<Cursor> cursors, long sequence) {
        return cursors.stream().anyMatch(
                cursor -> cursor.name().startsWith(Pins.PULL) && cursor.position() == sequence);
    }

    private static Change advance(Collection<Cursor> cursors, long sequence) {
        int used = 0;
        Cursor oldest = new Cursor(Pins.PULL + 0, Long.MAX_VALUE, 0);
        for (Cursor cursor : cursors) {
            if (cursor.name().startsWith(Pins.PULL)) {
                used++;
                oldest = cursor.position() < oldest.position() ? cursor : oldest;
            }
        }
        String name = used < PULL_ENDS_MAX ? Pins.PULL + used : oldest.name();
        return new Change.Advance(name, sequence, sequence + 1);
    }
}
