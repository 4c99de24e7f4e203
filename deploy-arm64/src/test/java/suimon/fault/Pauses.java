package suimon.fault;

import java.util.concurrent.locks.LockSupport;

/** The pause between two looks at something that is awaited. */
final class Pauses {
    private static final long BRIEF_NANOS = 100_000_000L;

    private Pauses() {}

    static void brief() {
        LockSupport.parkNanos(BRIEF_NANOS);
    }
}
