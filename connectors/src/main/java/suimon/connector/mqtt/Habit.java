package suimon.connector.mqtt;

import java.time.Duration;

/**
 * How often a device speaks, learned from what it did. Messages within a second are one round; the
 * longest of the last pauses between rounds is what is expected. A much longer pause is an outage
 * and no habit, unless it comes several times in a row. For one thread, in monotonic nanoseconds.
 */
final class Habit {
    /** Pauses that are remembered. */
    static final int PAUSES = 16;

    /** So many pauses make a habit, once {@link #LEARNED_AFTER} is over. */
    static final int PAUSES_MIN = 8;

    static final Duration LEARNED_AFTER = Duration.ofMinutes(10);

    /** So many times the expected pause is silence. */
    static final int PATIENCE = 3;

    /** Silence of a habit is never shorter: a Wi-Fi that joins again needs as long. */
    static final Duration SILENCE_MIN = Duration.ofMinutes(1);

    private static final long ROUND = 1_000_000_000L;
    private static final int OUTLIERS_MAX = 3;

    private final long[] pauses = new long[PAUSES];
    private int count;
    private int outliers;
    private long expected;
    private long firstAt;
    private long roundAt;
    private boolean hasRound;

    /** What was learned before a restart; 0 for nothing. */
    Habit(long expectedNanos) {
        expected = expectedNanos;
    }

    /** A message came. */
    void heard(long now) {
        if (!hasRound) {
            hasRound = true;
            firstAt = now;
            roundAt = now;
            return;
        }
        long pause = now - roundAt;
        if (pause < ROUND) {
            return;
        }
        roundAt = now;
        if (expected > 0 && pause > silence() && ++outliers < OUTLIERS_MAX) {
            return;
        }
        if (outliers >= OUTLIERS_MAX) {
            // It speaks less often now.
            count = 0;
            expected = pause;
        }
        outliers = 0;
        pauses[count++ % PAUSES] = pause;
        learn(now);
    }

    /** The pause that is expected, nanoseconds; 0 while nothing is learned. */
    long expected() {
        return expected;
    }

    /** A longer pause is silence, nanoseconds; only where something is expected. */
    long silence() {
        return Math.max(SILENCE_MIN.toNanos(), PATIENCE * expected);
    }

    private void learn(long now) {
        boolean isEnough = count >= PAUSES_MIN && now - firstAt >= LEARNED_AFTER.toNanos();
        if (!isEnough && (expected == 0 || count < PAUSES_MIN)) {
            return;
        }
        long longest = 0;
        for (int index = 0; index < Math.min(count, PAUSES); index++) {
            longest = Math.max(longest, pauses[index]);
        }
        expected = longest;
    }
}
