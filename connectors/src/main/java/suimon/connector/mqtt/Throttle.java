package suimon.connector.mqtt;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import suimon.pipeline.BatchInbox;
import suimon.reading.Ticker;

/**
 * Keeps one client from starving the others: clients beyond their rate, or with more QoS 0 waiting
 * for its commit than their share, are not read from for a while. The share is half of what the
 * others have left free, so that whoever comes next finds room whatever the number of floods
 * (dynamic thresholds, Choudhury and Hahne, 1998). Used on the event loop only.
 */
final class Throttle {
    /** QoS 0 messages of all clients that may wait for their commit. */
    static final int WAITING_MAX = BatchInbox.MESSAGES_MAX;

    private static final long TICK_MILLIS = 100;

    private final Vertx vertx;
    private final Ticker ticker;
    private final Set<Inflow> held = new LinkedHashSet<>();
    private int waiting;
    private boolean isTicking;

    Throttle(Vertx vertx, Ticker ticker) {
        this.vertx = vertx;
        this.ticker = ticker;
    }

    long nanos() {
        return ticker.nanos();
    }

    void offered() {
        waiting++;
    }

    void settled() {
        waiting--;
    }

    /** How many of one client may wait now. */
    int share() {
        return Math.max(1, (WAITING_MAX - waiting) / 2);
    }

    void hold(Inflow inflow) {
        held.add(inflow);
        schedule();
    }

    void release(Inflow inflow) {
        held.remove(inflow);
    }

    private void schedule() {
        if (!isTicking && !held.isEmpty()) {
            isTicking = true;
            vertx.setTimer(TICK_MILLIS, id -> {
                isTicking = false;
                new ArrayList<>(held).forEach(Inflow::tick);
                schedule();
            });
        }
    }
}
