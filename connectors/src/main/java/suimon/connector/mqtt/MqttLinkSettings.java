package suimon.connector.mqtt;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.LinkSettings;
import suimon.config.Secret;
import suimon.config.Within;
import suimon.connector.tls.TlsFiles;

/** What {@code kind: mqtt} says of an uplink's link. */
@Describe("To the hub over MQTT 5; no sign of life is sent while nothing is due")
public record MqttLinkSettings(
        @Describe("The hub's gate, such as mqtts://hub.example.jp:8883") URI hub,
        @Describe("The token the hub knows this gateway by") @Nullable Secret token,
        @Describe("Whom to trust and how to prove oneself; left out, the system's authorities are trusted")
                @Nullable TlsFiles tls,
        @Describe("How long connecting, or room for one more message, is waited for")
                @Default("30s") @Within(min = "1s", max = "10min")
                Duration patience)
        implements LinkSettings {
    public MqttLinkSettings {
        MqttClientSettings.checkBroker(hub);
        boolean isOpen = !MqttClientSettings.isSecure(hub) && !MqttServers.isLoopback(hub.getHost());
        if (isOpen && token != null) {
            throw new IllegalArgumentException("'" + hub + "' would send the token in the clear; use mqtts://");
        }
    }
}
