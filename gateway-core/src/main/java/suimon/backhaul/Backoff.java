package suimon.backhaul;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Doubling waits with jitter, so that many gateways don't come back at the same instant. */
final class Backoff {
    private final Duration least;
    private final Duration most;
    private final RandomGenerator random;
    private int losses;

    Backoff(Duration least, Duration most, RandomGenerator random) {
        this.least = least;
        this.most = most;
        this.random = random;
    }

    /** Between half and all of the doubled wait. */
    Duration next() {
        long wait = Math.min(most.toNanos(), least.toNanos() << Math.min(losses, 20));
        losses++;
        return Duration.ofNanos(wait / 2 + random.nextLong(wait / 2 + 1));
    }

    /** The longest wait, for what a person must cure. */
    Duration longest() {
        return most;
    }

    void reset() {
        losses = 0;
    }
}
