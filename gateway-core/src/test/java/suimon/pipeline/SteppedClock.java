package suimon.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import suimon.reading.Ticker;

/** A clock and a ticker that move when a test says so. Safe for many threads. */
public final class SteppedClock extends Clock implements Ticker {
    private volatile Instant now;
    private volatile long nanos;

    public SteppedClock(Instant now) {
        this.now = now;
    }

    public synchronized void step(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }

    /** Somebody sets the clock; the ticker does not notice. */
    public synchronized void jump(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
