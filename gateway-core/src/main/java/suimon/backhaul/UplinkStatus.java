package suimon.backhaul;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.LinkProfile;
import suimon.config.UplinkConfig.Lane;

/**
 * How an uplink stands, for the page and the metrics.
 *
 * @param state what it is doing in a few words
 * @param isUp whether the hub answered last time; a link is probed only by traffic that is due
 * @param lastConfirmedAt when the hub last confirmed something; null before that
 * @param epoch the present epoch
 */
public record UplinkStatus(
        String destination, String state, boolean isUp, @Nullable Instant lastConfirmedAt,
        String epoch, List<LaneStatus> lanes, List<WayStatus> ways) {
    public UplinkStatus {
        lanes = List.copyOf(lanes);
        ways = List.copyOf(ways);
    }

    /**
     * One way to the hub.
     *
     * @param profile null where the uplink has only one way, over all the system routes
     * @param isUp whether the hub answered over it last time
     * @param roundTrip smoothed; zero before the first answer
     * @param bytesPerSecond how fast large frames are confirmed; 0 before the first
     * @param resent frames that nobody confirmed in time, so that they were sent again
     */
    public record WayStatus(
            String name, @Nullable LinkProfile profile, String state, boolean isUp, @Nullable Instant lastConfirmedAt,
            Duration roundTrip, double bytesPerSecond, long sentBytes, long messages, long resent) {}

    /**
     * @param behind log sequence numbers not yet dealt with and confirmed
     * @param waiting entries of the lane that are not cut yet, so are in no book of it: counted about once a
     *     second and a few thousand at a time; of P3 log sequence numbers
     * @param unconfirmed frames cut and not confirmed
     * @param confirmedFrame the last frame confirmed in this epoch
     * @param sentBytes bytes handed to the link since the start, resent ones included
     */
    public record LaneStatus(
            Lane lane, long behind, long waiting, int unconfirmed, long confirmedFrame, long sentBytes) {}
}
