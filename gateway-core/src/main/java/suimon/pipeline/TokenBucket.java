package suimon.pipeline;

/**
 * A rate with a burst: each message takes a token, tokens come back evenly (the leaky bucket as a
 * meter, ITU-T I.371). Counted in nanoseconds, so nothing is lost by rounding. For one thread.
 */
public final class TokenBucket {
    private static final long SECOND = 1_000_000_000L;
    private static final int BURST_MIN = 10;
    private static final int BURST_SECONDS = 60;

    private final long cost;
    private final long capacity;
    private long credit;
    private long at;

    /** What a sender may deliver at once when nobody says: the messages of a minute, ten at least. */
    public static int usualBurst(int perSecond) {
        return (int) Math.max(BURST_MIN, Math.min(Integer.MAX_VALUE, (long) perSecond * BURST_SECONDS));
    }

    /** Full at first. */
    public TokenBucket(int perSecond, int burst, long nowNanos) {
        cost = Math.max(1, SECOND / perSecond);
        capacity = cost * burst;
        credit = capacity;
        at = nowNanos;
    }

    /** Takes a token; false when there is none. */
    public boolean take(long nowNanos) {
        boolean has = has(nowNanos);
        if (has) {
            credit -= cost;
        }
        return has;
    }

    /** Takes a token that is not there yet. */
    public void owe() {
        credit -= cost;
    }

    public boolean has(long nowNanos) {
        fill(nowNanos);
        return credit >= cost;
    }

    /** Nanoseconds until there is a token; 0 when there is one. */
    public long waitNanos(long nowNanos) {
        fill(nowNanos);
        return Math.max(0, cost - credit);
    }

    /** Whether it is as full as at first. */
    public boolean isFull(long nowNanos) {
        fill(nowNanos);
        return credit == capacity;
    }

    private void fill(long nowNanos) {
        credit = Math.min(capacity, credit + Math.max(0, nowNanos - at));
        at = nowNanos;
    }
}
