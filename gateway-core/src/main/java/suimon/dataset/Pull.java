package suimon.dataset;

import java.time.Instant;
import java.util.Set;

/**
 * What a data team asks for.
 *
 * @param series names; empty for all
 * @param from measured at or after
 * @param to measured before
 * @param after only entries of the log after this sequence; 0 from the beginning
 * @param limit about how many rows; an entry of the log is never split, so there may be a few more
 * @param calibratedAsOf calibrations that were written down later are left out
 */
public record Pull(
        Set<String> series, Instant from, Instant to, long after, long limit, Instant calibratedAsOf) {
    /** No limit: all there is now. */
    public static final long ALL = Long.MAX_VALUE;

    /** By all calibrations there are. */
    public Pull(Set<String> series, Instant from, Instant to, long after, long limit) {
        this(series, from, to, after, limit, Instant.MAX);
    }

    public Pull {
        series = Set.copyOf(series);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("from " + from + " is not before to " + to);
        }
        if (after < 0 || limit < 1) {
            throw new IllegalArgumentException("after is " + after + " and limit " + limit
                    + ", expected 0 or more and 1 or more");
        }
    }
}
