package suimon.connector.sparkplug;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.Secret;
import suimon.config.SourceSettings;
import suimon.config.Within;
import suimon.connector.tls.TlsFiles;

/** What {@code kind: sparkplug} says. */
@Describe("Readings from the edge nodes of Sparkplug B at a broker")
public record SparkplugSettings(
        @Describe("Unique; the source in the books") String name,
        @Describe("The broker, such as mqtt://10.0.0.4:1883 or mqtts://broker.local:8883") URI broker,
        @Describe("The client id; left out, suimon-SITE-NAME") @Nullable String clientId,
        @Describe("The user name at the broker") @Nullable String user,
        @Describe("The password at the broker") @Nullable Secret password,
        @Describe("Whom to trust and how to prove oneself; left out, the system's authorities are trusted")
                @Nullable TlsFiles tls,
        @Describe("The groups to listen to; none stands for all") List<String> groups,
        @Describe("The id under which the gateway says on spBv1.0/STATE whether it is there; an edge node that has it"
                        + " as primary host keeps its data meanwhile. Left out, nothing is said")
                @Nullable String hostId,
        @Describe("The series' name; {group}, {node}, {device} (left out with its / where there is none), {metric}")
                @Default("{group}/{node}/{device}/{metric}")
                String series,
        @Describe("How long a message that is ahead of its turn waits for those before it")
                @Default("5s") @Within(min = "0s", max = "1min")
                Duration reorderWithin,
        @Describe("A node is asked for its birth no more often than this")
                @Default("30s") @Within(min = "1s", max = "1h")
                Duration rebirthEvery,
        @Describe("How often a sign of life is sent") @Default("30s") @Within(min = "5s", max = "1h")
                Duration keepAlive,
        @Describe("The longest wait between attempts to reconnect") @Default("1min") @Within(min = "100ms", max = "1h")
                Duration reconnectWithin)
        implements SourceSettings {
    private static final Set<String> SCHEMES = Set.of("mqtt", "mqtts", "tcp", "ssl");

    public SparkplugSettings {
        groups = List.copyOf(groups);
        checkBroker(broker);
        if (!series.contains("{metric}")) {
            throw new IllegalArgumentException("series '" + series + "' needs {metric}, or all metrics are one");
        }
        checkId("hostId", hostId);
        groups.forEach(group -> checkId("groups", group));
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

    static void checkId(String key, @Nullable String id) {
        if (id != null && (id.isBlank() || id.matches(".*[/+#].*"))) {
            throw new IllegalArgumentException(key + " '" + id + "', expected an id without / + and #");
        }
    }

    String address() {
        return address(broker);
    }

    /** The broker as Paho wants it. */
    static String address(URI broker) {
        boolean isSecure = broker.getScheme().equals("mqtts") || broker.getScheme().equals("ssl");
        int port = broker.getPort() >= 0 ? broker.getPort() : isSecure ? 8883 : 1883;
        return (isSecure ? "ssl://" : "tcp://") + broker.getHost() + ":" + port;
    }
}
