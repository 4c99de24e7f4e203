package suimon.app;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;

/**
 * Keeps the old generation of the heap near what lives in it. At high rates a young collection moves
 * on what only waits for the next commit, and the serial collector would rather take the whole heap
 * from the system than look through it: 130 MB of garbage beside 15 MB in use.
 *
 * <p>A collection stops all threads for some tens of milliseconds, so one comes at most every
 * {@link #REST}; a heap that is full collects itself whatever is decided here.
 */
final class HeapWatch {
    static final String NAME = "heap-watch";

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofSeconds(15);
    /** Below this the old generation is left alone: a typical site stays there for hours. */
    private static final long SMALL_BYTES = 24L << 20;
    /** So much may be garbage beside what lived after the last collection. */
    private static final long GARBAGE_BYTES = 12L << 20;

    /** None with another collector. */
    private final List<MemoryPoolMXBean> old = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen")).toList();

    /** Returns when interrupted; with another collector than the serial one it does nothing. */
    void run() throws InterruptedException {
        while (true) {
            Thread.sleep(LOOK_EVERY);
            if (old.stream().anyMatch(HeapWatch::isDue)) {
                System.gc();
                Thread.sleep(REST);
            }
        }
    }

    private static boolean isDue(MemoryPoolMXBean pool) {
        MemoryUsage lived = pool.getCollectionUsage();
        return isDue(pool.getUsage().getUsed(), lived == null ? 0 : lived.getUsed());
    }

    /** Whether a collection is worth its pause: bytes in use, and those after the last one. */
    static boolean isDue(long used, long lived) {
        return used > SMALL_BYTES && used - lived > GARBAGE_BYTES;
    }
}
