package suimon.connector.mqtt;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.Secret;
import suimon.config.SourceSettings;
import suimon.config.Within;
import suimon.connector.tls.TlsFiles;
import suimon.pipeline.Outlet;

/** What {@code kind: mqtt-client} says. */
@Describe("Readings from a broker of the site; a message is acknowledged when it is stored")
public record MqttClientSettings(
        @Describe("Unique; the source in the books") String name,
        @Describe("The broker, such as mqtt://10.0.0.4:1883 or mqtts://broker.local:8883") URI broker,
        @Describe("MQTT version: 5 or 3.1.1") @Default("5") String version,
        @Describe("The client id; left out, suimon-SITE-NAME") @Nullable String clientId,
        @Describe("The user name at the broker") @Nullable String user,
        @Describe("The password at the broker") @Nullable Secret password,
        @Describe("Whom to trust and how to prove oneself; left out, the system's authorities are trusted")
                @Nullable TlsFiles tls,
        @Describe("Topic filters to subscribe to; with version 5 also $share/GROUP/FILTER") List<String> topics,
        @Describe("0, or 1 for messages that must not be lost; 2 is not offered, see the documentation")
                @Default("1") @Within(min = "0", max = "1")
                int qos,
        @Describe("Messages that may wait for their acknowledgement; version 5 only")
                @Default("1000") @Within(min = "1", max = "65535")
                int receiveMaximum,
        @Describe("Take what the broker retained from before; without time in the payload it would look new")
                @Default("false")
                boolean retained,
        @Describe("How long the broker keeps messages while the gateway is away; version 5 only")
                @Default("7d")
                Duration sessionExpiry,
        @Describe("How often a sign of life is sent") @Default("30s") @Within(min = "5s", max = "1h")
                Duration keepAlive,
        @Describe("The longest wait between attempts to reconnect") @Default("1min") @Within(min = "100ms", max = "1h")
                Duration reconnectWithin,
        @Describe("What to publish at the broker below suimon/, of results, values, alarms and captures, with QoS 0")
                Set<Outlet.Section> publish,
        @Describe("How messages become readings") List<DecodeConfig> decode)
        implements SourceSettings {
    static final Set<String> SCHEMES = Set.of("mqtt", "mqtts", "tcp", "ssl");

    public MqttClientSettings {
        topics = List.copyOf(topics);
        publish = Set.copyOf(publish);
        decode = List.copyOf(decode);
        if (!version.equals("5") && !version.equals("3.1.1")) {
            throw new IllegalArgumentException("version '" + version + "', expected 5 or 3.1.1");
        }
        checkBroker(broker);
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("topics is empty; name at least one filter, such as pens/#");
        }
        if (version.equals("3.1.1") && topics.stream().anyMatch(topic -> topic.startsWith("$share/"))) {
            throw new IllegalArgumentException("shared subscriptions need version 5");
        }
        if (password != null && user == null) {
            throw new IllegalArgumentException("a password without a user");
        }
    }

    static void checkBroker(URI broker) {
        if (broker.getHost() == null || !SCHEMES.contains(String.valueOf(broker.getScheme()))) {
            throw new IllegalArgumentException(
                    "'" + broker + "', expected an address such as mqtt://10.0.0.4:1883 or mqtts://host:8883");
        }
    }

    /** The broker as Paho wants it. */
    static String address(URI broker) {
        boolean isSecure = isSecure(broker);
        int port = broker.getPort() >= 0 ? broker.getPort() : isSecure ? 8883 : 1883;
        return (isSecure ? "ssl://" : "tcp://") + broker.getHost() + ":" + port;
    }

    static boolean isSecure(URI broker) {
        return broker.getScheme().equals("mqtts") || broker.getScheme().equals("ssl");
    }
}
