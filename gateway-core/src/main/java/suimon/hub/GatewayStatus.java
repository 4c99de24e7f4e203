package suimon.hub;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Content.Heartbeat;
import suimon.backhaul.Receipt.Confirmed;
import suimon.reading.AlarmEvent;

/**
 * How a gateway stands at the hub.
 *
 * @param lastHeardAt null when it was not heard since the hub's start
 * @param heartbeat the last one since the hub's start; null when there was none
 * @param confirmed per lane, in the newest epoch
 * @param isTwin whether two gateways deliver under this id, of which one is refused
 * @param isRevoked whether it may not deliver any more
 * @param alarms those that somebody must still see, the newest first
 */
public record GatewayStatus(
        String gateway, @Nullable Instant lastHeardAt, @Nullable Heartbeat heartbeat,
        List<Confirmed> confirmed, boolean isTwin, boolean isRevoked,
        List<AlarmEvent> alarms) {
    public GatewayStatus {
        confirmed = List.copyOf(confirmed);
        alarms = List.copyOf(alarms);
    }
}
