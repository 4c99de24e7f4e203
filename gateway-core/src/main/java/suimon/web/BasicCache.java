package suimon.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Ticker;

/**
 * Remembers for a short while that a user and password were right, since a script sends them with
 * every request and checking them is slow by design. Keeps only hashes. Safe for many threads.
 */
final class BasicCache {
    /** Beyond this the oldest is forgotten and checked again. */
    static final int ENTRIES_MAX = 50;
    /** A password that was changed goes on working for at most this long. */
    static final Duration KEPT_FOR = Duration.ofMinutes(5);

    private final Ticker ticker;
    private final Map<String, Kept> byHash = new LinkedHashMap<>();

    BasicCache(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized void keep(String authorization, Visitor visitor) {
        byHash.put(Sessions.hash(authorization), new Kept(visitor, ticker.nanos()));
        if (byHash.size() > ENTRIES_MAX) {
            byHash.remove(byHash.keySet().iterator().next());
        }
    }

    synchronized @Nullable Visitor find(String authorization) {
        String hash = Sessions.hash(authorization);
        Kept kept = byHash.get(hash);
        if (kept == null) {
            return null;
        }
        if (ticker.nanos() - kept.at > KEPT_FOR.toNanos()) {
            byHash.remove(hash);
            return null;
        }
        return kept.visitor;
    }

    private record Kept(Visitor visitor, long at) {}
}
