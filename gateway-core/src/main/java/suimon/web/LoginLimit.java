package suimon.web;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import suimon.reading.Ticker;

/**
 * Slows down whoever guesses passwords: after {@link #FREE} failures the wait doubles with each, per
 * address and per user name. A name is never locked for good, or a stranger could lock an operator
 * out. Safe for many threads.
 */
final class LoginLimit {
    static final int FREE = 3;
    static final Duration WAIT_MAX = Duration.ofMinutes(5);
    /** Remembered addresses and names; beyond this the oldest failure is forgotten. */
    static final int KEYS_MAX = 1000;
    private static final Duration FORGIVEN_AFTER = Duration.ofHours(1);

    private final Ticker ticker;
    private final Map<String, Failures> byKey = new LinkedHashMap<>();

    LoginLimit(Ticker ticker) {
        this.ticker = ticker;
    }

    /** How long both keys must still wait; zero when an attempt may be made now. */
    synchronized Duration waitFor(String address, String name) {
        long now = ticker.nanos();
        long rest = Math.max(rest("address " + address, now), rest("name " + name, now));
        return Duration.ofNanos(Math.max(0, rest));
    }

    synchronized void failed(String address, String name) {
        long now = ticker.nanos();
        count("address " + address, now);
        count("name " + name, now);
    }

    /** A right password clears the name's failures; the address may still be guessing others. */
    synchronized void succeeded(String name) {
        byKey.remove("name " + name);
    }

    private long rest(String key, long now) {
        Failures failures = byKey.get(key);
        if (failures == null || failures.count < FREE) {
            return 0;
        }
        Duration wait = Duration.ofSeconds(1L << Math.min(failures.count - FREE, 20));
        long nanos = Math.min(wait.toNanos(), WAIT_MAX.toNanos());
        return failures.lastAt + nanos - now;
    }

    private void count(String key, long now) {
        Failures before = byKey.remove(key);
        boolean isForgiven = before != null && now - before.lastAt > FORGIVEN_AFTER.toNanos();
        int count = before == null || isForgiven ? 1 : before.count + 1;
        byKey.put(key, new Failures(count, now));
        Iterator<String> oldest = byKey.keySet().iterator();
        while (byKey.size() > KEYS_MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    private record Failures(int count, long lastAt) {}
}
