package suimon.connector.datagram;

import java.util.concurrent.TimeUnit;

/** Lets so many bytes per second pass, since nothing on the way says when there is too much. Safe for many threads. */
final class Pace {
    /** What may go at once after a silence: less than the buffers on the way hold. */
    private static final int BURST_BYTES = 16 << 10;

    private final double nanosPerByte;
    private long free = System.nanoTime();

    Pace(long bytesPerSecond) {
        nanosPerByte = 1e9 / bytesPerSecond;
    }

    /** Waits until so many bytes may go. */
    void await(int bytes) throws InterruptedException {
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            long earliest = now - (long) (BURST_BYTES * nanosPerByte);
            free = (free < earliest ? earliest : free) + (long) (bytes * nanosPerByte);
            wait = free - now;
        }
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }
}
