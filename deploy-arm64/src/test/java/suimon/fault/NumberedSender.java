package suimon.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a device that publishes numbers knows of them, whatever the QoS. Guarded by this. */
abstract class NumberedSender {
    final TreeSet<Long> acknowledged = new TreeSet<>();
    long sent;
    long resent;
    boolean isEnough;
    private final List<String> complaints = new ArrayList<>();

    /** Whether nothing waits for its acknowledgement; called under the lock. */
    abstract boolean isNothingOpen();

    /** The numbers whose acknowledgement, with QoS 2 the last of it, has come. */
    final synchronized TreeSet<Long> acknowledged() {
        return new TreeSet<>(acknowledged);
    }

    final synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    /** Numbers run from 1 to this. */
    final synchronized long sent() {
        return sent;
    }

    final synchronized long resent() {
        return resent;
    }

    /** What the gateway did that breaks the protocol; empty when nothing. */
    final synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    final synchronized void complain(String words) {
        complaints.add(words);
    }

    /** Waits until so many are acknowledged; fails when patience ends. */
    final synchronized void awaitAcknowledged(int count, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (acknowledged.size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("%d of %d acknowledged after %s; %s".formatted(
                        acknowledged.size(), count, patience, complaints));
            }
            wait(50);
        }
    }

    /** Sends nothing new, and waits until everything is acknowledged; false when patience ends. */
    final synchronized boolean finish(Duration patience) throws InterruptedException {
        isEnough = true;
        long end = System.nanoTime() + patience.toNanos();
        while (!isNothingOpen() && System.nanoTime() < end) {
            wait(50);
        }
        return isNothingOpen();
    }
}
