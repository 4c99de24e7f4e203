package suimon.backhaul;

import suimon.store.Change;

/** What became of a lane's entries, see {@link Change.LaneCount}. */
record Counts(long delivered, long pending, long expired, long thinned, long unmeant) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plus(Counts more) {
        return new Counts(
                delivered + more.delivered, pending + more.pending, expired + more.expired,
                thinned + more.thinned, unmeant + more.unmeant);
    }

    Counts negated() {
        return new Counts(-delivered, -pending, -expired, -thinned, -unmeant);
    }

    /** What a confirmation changes: all that is pending is delivered. */
    Counts settled() {
        return new Counts(pending, -pending, 0, 0, 0);
    }

    long total() {
        return delivered + pending + expired + thinned + unmeant;
    }

    Change toChange(String destination, String lane) {
        return new Change.LaneCount(destination, lane, delivered, pending, expired, thinned, unmeant);
    }
}
