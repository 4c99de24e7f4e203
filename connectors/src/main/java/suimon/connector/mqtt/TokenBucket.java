package suimon.connector.mqtt;

/**
 * A rate with a burst: each message takes a token, tokens come back evenly (the leaky bucket as a
 * meter, ITU-T I.371). Counted in nanoseconds, so nothing is lost by rounding. For one thread.
 */
final class TokenBucket {
    private static final long SECOND = 1_000_000_000L;

    private final long cost;
    private final long capacity;
    private long credit;
    private long at;

    /** Full at first. */
    TokenBucket(int perSecond, int burst, long nowNanos) {
        cost = Math.max(1, SECOND / perSecond);
        capacity = cost * burst;
        credit = capacity;
        at = nowNanos;
    }

    /** Takes a token; false when there is none. */
    boolean take(long nowNanos) {
        boolean has = has(nowNanos);
        if (has) {
            credit -= cost;
        }
        return has;
    }

    /** Takes a token that is not there yet. */
    void owe() {
        credit -= cost;
    }

    boolean has(long nowNanos) {
        credit = Math.min(capacity, credit + Math.max(0, nowNanos - at));
        at = nowNanos;
        return credit >= cost;
    }
}
