package suimon.backhaul;

import java.time.Duration;

/**
 * How large a frame of the backlog may be, so that an alarm never waits long behind one on a slow
 * link: larger while frames are confirmed quickly, half as large when they take long.
 */
final class Pace {
    private static final long START_BYTES = 32 << 10;
    private static final long BYTES_MIN = 2 << 10;
    private static final Duration QUICK = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(3);

    private final long most;
    private long bytes;
    private Duration longest = Duration.ZERO;

    /** @param most the largest frame the destination allows */
    Pace(long most) {
        this.most = most;
        this.bytes = Math.min(START_BYTES, most);
    }

    void confirmed(Duration took) {
        longest = took;
        if (took.compareTo(QUICK) < 0) {
            bytes = Math.min(most, bytes * 3 / 2);
        } else if (took.compareTo(SLOW) > 0) {
            bytes = Math.min(most, Math.max(BYTES_MIN, bytes / 2));
        }
    }

    void lost() {
        bytes = Math.min(most, Math.max(BYTES_MIN, bytes / 2));
    }

    int frameBytes() {
        return (int) bytes;
    }

    /** How long the last confirmation took; zero before the first. */
    Duration lastTook() {
        return longest;
    }
}
