package suimon.connector.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double up to a limit, each between half and all of its length at random, so that a
 * hundred gateways don't come back to a broker in the same instant. Not safe for several threads.
 */
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    /** From the first wait on, up to the longest. */
    public Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first.compareTo(longest) < 0 ? first : longest;
        this.longest = longest;
        this.random = random;
        next = this.first;
    }

    /** How long to wait before the next attempt. */
    public Duration next() {
        Duration wait = Duration.ofNanos(Math.round(next.toNanos() * random.nextDouble(0.5, 1)));
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) < 0 ? doubled : longest;
        return wait;
    }

    /** It works again: the next wait is the shortest. */
    public void reset() {
        next = first;
    }
}
