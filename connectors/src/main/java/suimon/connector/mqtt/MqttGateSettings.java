package suimon.connector.mqtt;

import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.GateSettings;
import suimon.config.Within;
import suimon.connector.tls.TlsFiles;

/** What {@code kind: mqtt} says of a hub's gate. */
@Describe("Gateways reach the hub over MQTT 5")
public record MqttGateSettings(
        @Describe("Unique among the gates") String name,
        @Describe("The address to listen on; beyond loopback tls is required") @Default("127.0.0.1") String address,
        @Describe("The port") @Default("8883") @Within(min = "0", max = "65535") int port,
        @Describe("TLS; certificate and key are required here") @Nullable TlsFiles tls,
        @Describe("Gateways that may be connected at once") @Default("1000") @Within(min = "1", max = "20000")
                int gateways)
        implements GateSettings {
    public MqttGateSettings {
        if (tls == null && !MqttServers.isLoopback(address)) {
            throw new IllegalArgumentException("address " + address
                    + " can be reached from outside, so tls is required; or listen on 127.0.0.1");
        }
        if (tls != null && tls.certificate() == null) {
            throw new IllegalArgumentException("tls: a gate needs certificate and key");
        }
    }
}
