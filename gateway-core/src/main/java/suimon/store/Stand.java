package suimon.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Where one reader stands in the log, see {@link Pins}. For the reader's thread. */
final class Stand {
    private final Pins pins;
    private final Pins.Walk walk = new Pins.Walk();
    private final List<Pins.Walk> held = new ArrayList<>();

    Stand(Pins pins) {
        this.pins = pins;
    }

    /** Before a look, see {@link Pins#begin}. */
    long begin() {
        return pins.begin();
    }

    /** After a look: whether it counts. If not, what was in its way is over. */
    boolean settle(long from, long to, long begun) {
        boolean isSettled = pins.settle(walk, from, to, begun);
        if (!isSettled) {
            pins.awaitEnd();
        }
        return isSettled;
    }

    long standAt(LongSupplier place) {
        return find(walk, place);
    }

    long hold(LongSupplier place) {
        Pins.Walk one = new Pins.Walk();
        held.add(one);
        return find(one, place);
    }

    void release() {
        pins.release(walk);
        held.forEach(pins::release);
    }

    private long find(Pins.Walk at, LongSupplier place) {
        while (true) {
            long begun = pins.begin();
            long found = place.getAsLong();
            if (pins.settle(at, found, found, begun)) {
                return found;
            }
            pins.awaitEnd();
        }
    }
}
