package suimon.config;

import java.util.List;
import java.util.Map;

/** Everything {@code hub.yaml} says. */
@Describe("A Suimon hub")
public record HubConfig(
        @Describe("Where the gateways' data is kept: one folder each") DataConfig data,
        @Describe("The API") WebConfig web,
        @Describe("How gateways reach this hub") List<GateSettings> gates,
        @Describe("The gateways that may deliver, by id") Map<String, GatewayAccess> gateways) {
    public HubConfig {
        gates = List.copyOf(gates);
        gateways = Map.copyOf(gateways);
    }

    /** What a gateway proves itself with. */
    public record GatewayAccess(
            @Describe("The token the gateway sends; left out only where the gate is loopback")
                    @org.jspecify.annotations.Nullable Secret token) {}
}
