package suimon.backhaul;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes one waiting thread; a ring while nobody waits is remembered once. Safe for many threads. */
final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private boolean isRung;

    void ring() {
        lock.lock();
        try {
            isRung = true;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns at once after a ring, otherwise at the next one or when the patience is over. */
    void await(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (!isRung && left > 0) {
                left = rung.awaitNanos(left);
            }
            isRung = false;
        } finally {
            lock.unlock();
        }
    }
}
