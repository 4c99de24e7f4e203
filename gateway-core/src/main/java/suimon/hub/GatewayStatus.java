package suimon.hub;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Content.Heartbeat;
import suimon.backhaul.Receipt.Confirmed;

/**
 * How a gateway stands at the hub.
 *
 * @param lastHeardAt null when it was not heard since the hub's start
 * @param heartbeat the last one since the hub's start; null when there was none
 * @param confirmed per lane, in the newest epoch
 * @param isTwin whether two gateways deliver under this id, of which one is refused
 */
public record GatewayStatus(
        String gateway, @Nullable Instant lastHeardAt, @Nullable Heartbeat heartbeat,
        List<Confirmed> confirmed, boolean isTwin) {
    public GatewayStatus {
        confirmed = List.copyOf(confirmed);
    }
}
