package suimon.backhaul;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.LanePolicy;
import suimon.config.LinkConfig;
import suimon.config.UplinkConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.store.StoreFailed;

/**
 * Which way each lane goes: the first of the configured ones that works and that it may use. A better
 * one that comes back gets its lanes again once it has held for a while; an alarm that waits on a
 * silent way goes over the next one too. For the uplink's thread only.
 */
final class Ways {
    private final UplinkConfig config;
    private final List<Way> ways;
    private final Fare fare;

    /** Whether a link may carry a lane now: its hours and its budget. */
    @FunctionalInterface
    interface Fare {
        boolean allows(LinkConfig link, Lane lane);
    }

    /** @param ways the preferred one first; at least one */
    Ways(UplinkConfig config, List<Way> ways, Fare fare) {
        this.config = config;
        this.ways = List.copyOf(ways);
        this.fare = fare;
    }

    List<Way> all() {
        return ways;
    }

    /** Whether any works. */
    boolean isUp() {
        return ways.stream().anyMatch(Way::isUsable);
    }

    /** What a lane goes now; null when it has to wait. */
    @Nullable Way of(LaneSender lane, long now) {
        Way second = null;
        for (Way way : ways) {
            if (isOpen(way, lane.queue().lane()) && way.isUsable() && !isSilent(way, lane, now)) {
                if (way.isSettled()) {
                    return way;
                }
                second = second == null ? way : second;
            }
        }
        return second;
    }

    /** A way that is to be called for the lane's sake; null when there is none. */
    @Nullable Way toCall(LaneSender lane, long now) throws StoreFailed {
        for (Way way : ways) {
            if (!isOpen(way, lane.queue().lane())) {
                continue;
            }
            if (way.isCallDue(now)) {
                return way.terms() == null || isOpen(way, Lane.P1) || lane.hasSomething() ? way : null;
            }
            boolean isTried = way.isCalling() && way.calledFor(now).compareTo(way.alarmPatience()) < 0;
            if (isTried || way.isUsable() && !isSilent(way, lane, now)) {
                // What costs more is left alone while this one works or has its first chance.
                return null;
            }
        }
        return null;
    }

    /** Whether an alarm has waited on it for too long, while there is another. */
    private boolean isSilent(Way way, LaneSender lane, long now) {
        return ways.size() > 1 && lane.queue().lane() == Lane.P0
                && lane.queue().unconfirmed().oldestWait(way, now).compareTo(way.alarmPatience()) > 0;
    }

    /** The way whose alarms must go another way now; null when there is none. */
    @Nullable Way silent(LaneSender alarms, long now) {
        Way other = of(alarms, now);
        for (Way way : ways) {
            if (other != null && way != other && isSilent(way, alarms, now)) {
                return way;
            }
        }
        return null;
    }

    private boolean isOpen(Way way, Lane lane) {
        LinkConfig terms = way.terms();
        if (terms == null || lane == Lane.P0) {
            return true;
        }
        LanePolicy policy = config.policy(lane);
        return policy.allows(terms.profile()) && fare.allows(terms, lane);
    }

    /** The shortest time until one of them is due. */
    Duration untilDue(Duration most, long now) {
        Duration next = most;
        for (Way way : ways) {
            Duration due = way.untilDue(now);
            next = due != null && due.compareTo(next) < 0 ? due : next;
        }
        return next;
    }

    void close() {
        ways.forEach(Way::close);
    }
}
