package suimon.backhaul;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Content.Heartbeat;
import suimon.backhaul.Content.Missing;
import suimon.config.UplinkConfig.Lane;

/**
 * All that decides a content beside the log itself: cut again by the same recipe it has the same
 * bytes, so that only this, a few bytes, needs to be kept until the frame is confirmed.
 *
 * @param announces series numbers that are defined here for the first time in the epoch, rising
 * @param cutoffNanos readings measured before it have expired; Long.MIN_VALUE for none
 * @param missing what was not in the log any more when it was cut
 * @param codec of its readings, see {@link ContentWire}
 */
record Recipe(
        Lane lane, Place from, Place to, List<Integer> announces, long cutoffNanos,
        List<Missing> missing, @Nullable Heartbeat heartbeat, int codec) {
    Recipe {
        announces = List.copyOf(announces);
        missing = List.copyOf(missing);
    }
}
