package suimon.connector.http;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import suimon.reading.Ticker;

/** How often each sender may ask: a rate with a burst (ITU-T I.371), counted in nanoseconds. Safe for many threads. */
final class Rates {
    /** At this many senders those with a full allowance are forgotten, which changes nothing for them. */
    static final int SENDERS_MAX = 10_000;

    private static final long SECOND = 1_000_000_000L;
    private static final int BURST_SECONDS = 60;
    private static final int BURST_MIN = 10;

    private final Ticker ticker;
    private final long cost;
    private final long capacity;
    private final Map<String, Allowance> allowances = new HashMap<>();

    private static final class Allowance {
        private long credit;
        private long at;

        Allowance(long credit, long at) {
            this.credit = credit;
            this.at = at;
        }
    }

    Rates(int perSecond, int burst, Ticker ticker) {
        this.ticker = ticker;
        cost = SECOND / perSecond;
        capacity = cost * burst;
    }

    static int burstOf(int perSecond) {
        return (int) Math.max(BURST_MIN, Math.min(Integer.MAX_VALUE, (long) perSecond * BURST_SECONDS));
    }

    /** Nanoseconds until the sender may ask; 0 when it may now, and that is counted. */
    synchronized long waitNanos(String sender) {
        long now = ticker.nanos();
        if (allowances.size() >= SENDERS_MAX && !allowances.containsKey(sender)) {
            forget(now);
        }
        Allowance allowance = allowances.computeIfAbsent(sender, any -> new Allowance(capacity, now));
        allowance.credit = Math.min(capacity, allowance.credit + Math.max(0, now - allowance.at));
        allowance.at = now;
        if (allowance.credit < cost) {
            return cost - allowance.credit;
        }
        allowance.credit -= cost;
        return 0;
    }

    private void forget(long now) {
        for (Iterator<Allowance> each = allowances.values().iterator(); each.hasNext(); ) {
            Allowance one = each.next();
            if (one.credit + now - one.at >= capacity) {
                each.remove();
            }
        }
        if (allowances.size() >= SENDERS_MAX) {
            // All of them are at it: nobody is held back wrongly, and memory stays bounded.
            allowances.clear();
        }
    }
}
