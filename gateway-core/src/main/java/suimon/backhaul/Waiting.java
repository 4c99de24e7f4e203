package suimon.backhaul;

import suimon.config.UplinkConfig.Lane;
import suimon.store.StoreFailed;

/**
 * How many entries of a lane wait to be cut, also while its link is down and nothing is. Most of the log is not
 * meant for most lanes, so that sequences would tell of a backlog where there is none. Counted a piece at a time:
 * after a start with a long backlog it takes some looks until all of it is. For the uplink's thread only.
 */
final class Waiting {
    private final Lane lane;
    private final Walk walk;
    private long count;
    private long countedTo = -1;

    Waiting(Lane lane, Walk walk) {
        this.lane = lane;
        this.walk = walk;
    }

    /** The lane was put to another place. */
    void begin() {
        countedTo = -1;
    }

    /** So many entries were cut. */
    void cut(long entries) {
        count = Math.max(0, count - entries);
    }

    /** Counts the next piece; for P3, whose walk would hold a place in the log, sequences. */
    long look(Place place, long newest) throws StoreFailed {
        if (Lanes.kindsOf(lane).isEmpty()) {
            return newest - place.sequence();
        }
        if (countedTo < place.sequence()) {
            count = 0;
            countedTo = place.sequence();
        }
        if (countedTo < newest) {
            Walk.Stretch piece = walk.from(lane, new Place(countedTo, 0), Long.MIN_VALUE);
            count += piece.steps().size();
            countedTo = piece.end().sequence();
        }
        return count;
    }
}
