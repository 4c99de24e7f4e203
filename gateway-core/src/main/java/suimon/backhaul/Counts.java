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

    /**
     * What takes books that stand here back to a place in the log where nothing is pending: what was
     * counted of lost frames as not sent is not known one by one, so what was not meant goes first.
     */
    Counts backTo(long sequence) {
        long excess = total() - pending - sequence;
        if (excess < 0) {
            return new Counts(0, -pending, -excess, 0, 0);
        }
        long fromUnmeant = Math.min(excess, unmeant);
        long fromExpired = Math.min(excess - fromUnmeant, expired);
        long fromThinned = Math.min(excess - fromUnmeant - fromExpired, thinned);
        return new Counts(fromUnmeant + fromExpired + fromThinned - excess, -pending, -fromExpired,
                -fromThinned, -fromUnmeant);
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
