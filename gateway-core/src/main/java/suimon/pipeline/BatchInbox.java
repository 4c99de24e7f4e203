package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The inbox as two lists: sources add to one while the ingest thread works through the other, so
 * that threads meet once per batch and not once per message.
 */
public final class BatchInbox implements Inbox {
    /** At so many waiting messages nothing more is taken. */
    public static final int MESSAGES_MAX = 32_768;

    /** At so many waiting payload bytes nothing more is taken. */
    public static final long BYTES_MAX = 32L << 20;

    private static final long BYTES_PER_MESSAGE = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private final Map<String, Long> refusals = new HashMap<>();
    private List<Delivery> waiting = new ArrayList<>();
    private int waitingMessages;
    private long waitingBytes;
    private boolean isAwaited;

    /** What the ingest thread takes at once. */
    record Taken(List<Delivery> deliveries, int messages, Map<String, Long> refusals) {}

    @Override
    public boolean offer(Delivery delivery) {
        lock.lock();
        try {
            if (isFull()) {
                return false;
            }
            add(delivery);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(Delivery delivery) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (isFull()) {
                emptied.await();
            }
            add(delivery);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void refused(String source, long messages) {
        lock.lock();
        try {
            refusals.merge(source, messages, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something is there, at most so long, and takes all of it. */
    Taken take(long patienceNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patienceNanos;
            while (waiting.isEmpty() && left > 0) {
                isAwaited = true;
                left = arrived.awaitNanos(left);
            }
            isAwaited = false;
            Taken taken = new Taken(waiting, waitingMessages,
                    refusals.isEmpty() ? Map.of() : Map.copyOf(refusals));
            waiting = new ArrayList<>();
            waitingMessages = 0;
            refusals.clear();
            waitingBytes = 0;
            emptied.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull() {
        return waitingMessages >= MESSAGES_MAX || waitingBytes >= BYTES_MAX;
    }

    private void add(Delivery delivery) {
        waiting.add(delivery);
        waitingMessages += delivery.messages();
        waitingBytes += delivery.bytes() + BYTES_PER_MESSAGE * delivery.messages();
        if (isAwaited) {
            arrived.signal();
        }
    }
}
