package suimon.connector.opcua;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.jspecify.annotations.Nullable;

/**
 * Between Milo's callback, which must never wait, and the source's own thread, which waits for room
 * in the inbox.
 */
final class LiveQueue {
    /** At so many waiting values new ones are dropped, and the nodes' next values tell of the loss. */
    static final int VALUES_MAX = 50_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private long epoch;
    private long notifications;
    private long dropped;

    /**
     * One value as the server sent it.
     *
     * @param notification the same for values that came in one notification
     * @param broken why values may be missing before this one; null when none are
     */
    record Arrival(
            TrackedNode node, DataValue value, long receivedNanos, long notification, @Nullable String broken) {}

    /** Begins a connection: values of earlier ones are refused, and each node's flow is broken. */
    long begin(Collection<TrackedNode> nodes, String reason) {
        lock.lock();
        try {
            epoch++;
            nodes.forEach(node -> node.broken.compareAndSet(null, reason));
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the values of one notification, or drops them at once when there is no room. */
    void add(long ofEpoch, List<TrackedNode> nodes, List<DataValue> values, long receivedNanos) {
        lock.lock();
        try {
            if (ofEpoch != epoch) {
                return;
            }
            notifications++;
            boolean isFull = waiting.size() + values.size() > VALUES_MAX;
            for (int index = 0; index < values.size(); index++) {
                TrackedNode node = nodes.get(index);
                if (isFull) {
                    dropped++;
                    node.broken.compareAndSet(null, "the gateway could not keep up");
                } else {
                    String broken = node.broken.getAndSet(null);
                    waiting.add(new Arrival(node, values.get(index), receivedNanos, notifications, broken));
                }
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits at most so long and takes at most so many. */
    List<Arrival> take(int most, long patienceMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            while (waiting.isEmpty() && left > 0) {
                left = arrived.awaitNanos(left);
            }
            List<Arrival> taken = new ArrayList<>(Math.min(most, waiting.size()));
            while (taken.size() < most && !waiting.isEmpty()) {
                taken.add(waiting.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether at most half of the room is taken. */
    boolean hasRoom() {
        lock.lock();
        try {
            return waiting.size() <= VALUES_MAX / 2;
        } finally {
            lock.unlock();
        }
    }

    /** How many values were dropped since the last call. */
    long takeDropped() {
        lock.lock();
        try {
            long count = dropped;
            dropped = 0;
            return count;
        } finally {
            lock.unlock();
        }
    }
}
