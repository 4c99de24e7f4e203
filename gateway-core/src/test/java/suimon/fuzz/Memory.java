package suimon.fuzz;

import java.lang.management.ManagementFactory;

/** What the current thread has allocated and computed so far. */
final class Memory {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Memory() {}

    static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }
}
