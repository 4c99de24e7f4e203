package suimon.backhaul;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import suimon.config.UplinkConfig.Lane;

/**
 * Whose turn it is. P0 and P1 always come first; the others share what is left by bytes: of lanes that all
 * have something to send P2 gets 8 parts, P3 4 and P4 1. A lane that had nothing to send saves nothing up.
 * So each waits for a number of frames that follows from the weights alone, however much the others bring:
 * start-time fair queueing (Goyal, Vin, Cheng 1996). For the uplink's thread only.
 */
final class Turns {
    /** How far the bytes of each lane, divided by its weight, reach from where it was last served. */
    private final Map<Lane, Double> reaches = new EnumMap<>(Lane.class);

    private double now;

    /** The most urgent first. */
    List<Lane> order(Set<Lane> lanes) {
        List<Lane> order = new ArrayList<>(lanes);
        order.sort(Comparator.<Lane>comparingDouble(lane -> isStrict(lane) ? -1 : start(lane))
                .thenComparing(Comparator.naturalOrder()));
        return order;
    }

    /** A lane has sent so many bytes, resent ones included. */
    void sent(Lane lane, int bytes) {
        if (!isStrict(lane)) {
            now = start(lane);
            reaches.put(lane, now + (double) bytes / weight(lane));
        }
    }

    private double start(Lane lane) {
        return Math.max(now, reaches.getOrDefault(lane, 0.0));
    }

    private static boolean isStrict(Lane lane) {
        return lane == Lane.P0 || lane == Lane.P1;
    }

    static int weight(Lane lane) {
        return switch (lane) {
            case P0, P1 -> throw new IllegalArgumentException(lane + " shares nothing");
            case P2 -> 8;
            case P3 -> 4;
            case P4 -> 1;
        };
    }
}
