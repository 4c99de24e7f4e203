package suimon.reading;

import java.time.Instant;

/** Moments as nanoseconds since the epoch; what lies outside 1678 to 2262 becomes the bound. */
public final class Nanos {
    private static final long PER_SECOND = 1_000_000_000L;
    private static final long SECONDS_MAX = Long.MAX_VALUE / PER_SECOND - 1;

    private Nanos() {}

    public static long of(Instant instant) {
        if (instant.getEpochSecond() > SECONDS_MAX) {
            return Long.MAX_VALUE;
        }
        if (instant.getEpochSecond() < -SECONDS_MAX) {
            return Long.MIN_VALUE;
        }
        return instant.getEpochSecond() * PER_SECOND + instant.getNano();
    }

    public static Instant toInstant(long nanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanos, PER_SECOND), Math.floorMod(nanos, PER_SECOND));
    }
}
