package suimon.reading;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.reading.ClockStamp.Trust;

/**
 * What readings taken before the time was known were off by. A boot's monotonic clock runs through:
 * once it is known what it said at one moment ({@link Entry.ClockFix}), every earlier stamp of that
 * boot has its date. Entries are never rewritten; who reads them applies this.
 */
public final class Redating {
    /** Nobody takes less for a wrong date. */
    private static final long NOISE_NANOS = SteadyClock.NOISE.toNanos();

    private final Map<String, Entry.ClockFix> fixes = new HashMap<>();

    /** @param found all that the log has, in any order; the most exact of a boot counts */
    public Redating(List<Entry.ClockFix> found) {
        for (Entry.ClockFix fix : found) {
            fixes.merge(fix.boot(), fix, (one, other) -> {
                boolean isBetter = one.uncertaintyNanos() < other.uncertaintyNanos()
                        || one.uncertaintyNanos() == other.uncertaintyNanos()
                                && one.monotonicNanos() < other.monotonicNanos();
                return isBetter ? one : other;
            });
        }
    }

    /** What must be added to times that the gateway's clock gave under the stamp; 0 for good ones. */
    public long shift(ClockStamp stamp) {
        Entry.ClockFix fix = stamp.trust() == Trust.UNKNOWN ? fixes.get(stamp.boot()) : null;
        if (fix == null || fix.monotonicNanos() < stamp.monotonicNanos()) {
            return 0;
        }
        long shift = Nanos.of(fix.utc()) - stamp.utcNanos() - (fix.monotonicNanos() - stamp.monotonicNanos());
        return Math.abs(shift) <= NOISE_NANOS ? 0 : shift;
    }

    /** Whether there is any fix at all. */
    public boolean isEmpty() {
        return fixes.isEmpty();
    }
}
