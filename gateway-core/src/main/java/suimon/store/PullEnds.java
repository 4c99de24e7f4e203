package suimon.store;

import java.util.Collection;

/**
 * Where pulls by others ended, kept as cursors, so that no stretch is sealed around such a place and
 * the next pull goes on exactly there. At {@link #PULL_ENDS_MAX} the oldest is forgotten: a pull that
 * goes on from it may get readings again that it had, never less.
 */
final class PullEnds {
    static final int PULL_ENDS_MAX = 64;

    private PullEnds() {}

    static boolean isKnown(Collection<Cursor> cursors, long sequence) {
        return cursors.stream().anyMatch(
                cursor -> cursor.name().startsWith(Pins.PULL) && cursor.position() == sequence);
    }

    /** The change that keeps one more. */
    static Change keep(Collection<Cursor> cursors, long sequence) {
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
