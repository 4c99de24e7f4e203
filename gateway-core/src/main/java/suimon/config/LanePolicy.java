package suimon.config;

import java.util.Set;

/** What one lane of an uplink may do; a lane without one may do everything. */
public record LanePolicy(
        @Describe("The lane") UplinkConfig.Lane lane,
        @Describe("The kinds of link it may use; none stands for all. P0 may always use every one")
                Set<LinkProfile> over) {
    public LanePolicy {
        over = Set.copyOf(over);
        if (lane == UplinkConfig.Lane.P0 && !over.isEmpty()) {
            throw new IllegalArgumentException("p0 may use every link; leave over out");
        }
    }

    /** Whether it may use a link of that kind. */
    public boolean allows(LinkProfile profile) {
        return over.isEmpty() || over.contains(profile);
    }
}
