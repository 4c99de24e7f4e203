package suimon.connector.http;

import java.util.HashMap;
import java.util.Map;
import suimon.pipeline.TokenBucket;
import suimon.reading.Ticker;

/** How often each sender may ask: a rate with a burst. Safe for many threads. */
final class Rates {
    /** At this many senders those with a full allowance are forgotten, which changes nothing for them. */
    static final int SENDERS_MAX = 10_000;

    private final int perSecond;
    private final int burst;
    private final Ticker ticker;
    private final Map<String, TokenBucket> allowances = new HashMap<>();

    Rates(int perSecond, int burst, Ticker ticker) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.ticker = ticker;
    }

    /** Nanoseconds until the sender may ask; 0 when it may now, and that is counted. */
    synchronized long waitNanos(String sender) {
        long now = ticker.nanos();
        if (allowances.size() >= SENDERS_MAX && !allowances.containsKey(sender)) {
            forget(now);
        }
        TokenBucket allowance = allowances.computeIfAbsent(sender, any -> new TokenBucket(perSecond, burst, now));
        return allowance.take(now) ? 0 : allowance.waitNanos(now);
    }

    private void forget(long now) {
        allowances.values().removeIf(allowance -> allowance.isFull(now));
        if (allowances.size() >= SENDERS_MAX) {
            // All of them are at it: nobody is held back wrongly, and memory stays bounded.
            allowances.clear();
        }
    }
}
