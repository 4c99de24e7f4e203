package suimon.connector.sparkplug;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.ExportSettings;
import suimon.config.Secret;
import suimon.config.SeriesFilter;
import suimon.config.Within;
import suimon.connector.tls.TlsFiles;

/** What {@code kind: sparkplug-edge} says. */
@Describe("The gateway as an edge node of Sparkplug B at a broker")
public record EdgeSettings(
        @Describe("Unique; the destination in the books") String name,
        @Describe("The broker, such as mqtt://10.0.0.4:1883 or mqtts://broker.local:8883") URI broker,
        @Describe("The client id; left out, suimon-SITE-NAME") @Nullable String clientId,
        @Describe("The user name at the broker") @Nullable String user,
        @Describe("The password at the broker") @Nullable Secret password,
        @Describe("Whom to trust and how to prove oneself; left out, the system's authorities are trusted")
                @Nullable TlsFiles tls,
        @Describe("The group id") String group,
        @Describe("The edge node id; left out, the site's id") @Nullable String node,
        @Describe("A device for each first level of series' names; otherwise all are metrics of the node")
                @Default("true")
                boolean devices,
        @Describe("The host application whose STATE decides: while it is not there, data waits. Left out, nobody's")
                @Nullable String primaryHost,
        @Describe("Which series, such as pen1/#; left out, all") List<String> series,
        @Describe("Each alarm's state as a Boolean metric Alarm/RULE") @Default("true") boolean alarms,
        @Describe("What is not told yet is kept as far as the quota allows") @Default("false") boolean required,
        @Describe("How often a sign of life is sent") @Default("30s") @Within(min = "5s", max = "1h")
                Duration keepAlive)
        implements ExportSettings {
    public EdgeSettings {
        series = new SeriesFilter(series).filters();
        SparkplugSettings.checkBroker(broker);
        SparkplugSettings.checkId("group", group);
        SparkplugSettings.checkId("node", node);
        SparkplugSettings.checkId("primaryHost", primaryHost);
        if (password != null && user == null) {
            throw new IllegalArgumentException("a password without a user");
        }
    }
}
