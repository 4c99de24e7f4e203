package suimon.connector.mqtt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.DataSize;
import suimon.config.DecodeConfig;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.SourceSettings;
import suimon.config.Within;
import suimon.connector.tls.TlsFiles;

/** What {@code kind: mqtt-listener} says. */
@Describe("Sensors publish straight to the gateway, MQTT 3.1.1 and 5; an acknowledged message is stored")
public record MqttListenerSettings(
        @Describe("Unique; the source in the books") String name,
        @Describe("The address to listen on; beyond loopback users are required") @Default("127.0.0.1")
                String address,
        @Describe("The port") @Default("1883") @Within(min = "0", max = "65535") int port,
        @Describe("The file with users and hashed passwords; left out, everybody on this box may publish")
                @Nullable Path users,
        @Describe("TLS; certificate and key are required here") @Nullable TlsFiles tls,
        @Describe("A larger packet closes its connection") @Default("256KiB") @Within(min = "1KiB", max = "17MiB")
                DataSize packet,
        @Describe("Clients that may be connected at once") @Default("1000") @Within(min = "1", max = "20000")
                int clients,
        @Describe("Messages of one client that may wait for their acknowledgement")
                @Default("4096") @Within(min = "1", max = "65535")
                int receiveMaximum,
        @Describe("How long a client's session is kept while it is away") @Default("7d") @Within(max = "365d")
                Duration sessionExpiry,
        @Describe("What some devices may do and when they are missed; the first entry that fits decides")
                List<DeviceSettings> devices,
        @Describe("How messages become readings") List<DecodeConfig> decode)
        implements SourceSettings {
    public MqttListenerSettings {
        devices = List.copyOf(devices);
        decode = List.copyOf(decode);
        if (users == null && !MqttServers.isLoopback(address)) {
            throw new IllegalArgumentException("address " + address
                    + " can be reached from outside, so users is required; or listen on 127.0.0.1");
        }
        if (tls != null && tls.certificate() == null) {
            throw new IllegalArgumentException("tls: a listener needs certificate and key");
        }
        Set<String> names = new HashSet<>();
        for (DeviceSettings device : devices) {
            if (!names.add(device.name())) {
                throw new IllegalArgumentException("devices: " + device.name() + " stands there twice");
            }
        }
    }

    /** Settings that say nothing of devices. */
    MqttListenerSettings(
            String name, String address, int port, @Nullable Path users, @Nullable TlsFiles tls, DataSize packet,
            int clients, int receiveMaximum, Duration sessionExpiry, List<DecodeConfig> decode) {
        this(name, address, port, users, tls, packet, clients, receiveMaximum, sessionExpiry, List.of(), decode);
    }

    /** The same with these devices. */
    MqttListenerSettings with(List<DeviceSettings> others) {
        return new MqttListenerSettings(name, address, port, users, tls, packet, clients, receiveMaximum,
                sessionExpiry, others, decode);
    }
}
