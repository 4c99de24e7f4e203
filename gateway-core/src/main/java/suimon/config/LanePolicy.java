package suimon.config;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one lane of an uplink may do; a lane without one may do everything. */
public record LanePolicy(
        @Describe("The lane") UplinkConfig.Lane lane,
        @Describe("The kinds of link it may use; none stands for all. P0 may always use every one")
                Set<LinkProfile> over,
        @Describe("It sends no more than this in a day of UTC; the rest waits. Not for p0 and p1")
                @Nullable @Within(min = "10KB") DataSize perDay,
        @Describe("It sends no more than this in a month of UTC; the rest waits. Not for p0 and p1")
                @Nullable @Within(min = "10KB") DataSize perMonth,
        @Describe("Of p3: readings older than this are no longer sent; left out, that of the uplink")
                @Nullable Duration maximumAge) {
    public LanePolicy {
        over = Set.copyOf(over);
        if (lane == UplinkConfig.Lane.P0 && !over.isEmpty()) {
            throw new IllegalArgumentException("p0 may use every link; leave over out");
        }
        if (lane.compareTo(UplinkConfig.Lane.P1) <= 0 && (perDay != null || perMonth != null)) {
            throw new IllegalArgumentException("p0 and p1 have no budget; leave perDay and perMonth out");
        }
        if (lane != UplinkConfig.Lane.P3 && maximumAge != null) {
            throw new IllegalArgumentException("only p3 has a maximumAge; leave it out of " + lane);
        }
    }

    /** Without a budget. */
    public LanePolicy(UplinkConfig.Lane lane, Set<LinkProfile> over) {
        this(lane, over, null, null, null);
    }

    /** Whether it may use a link of that kind. */
    public boolean allows(LinkProfile profile) {
        return over.isEmpty() || over.contains(profile);
    }
}
