package suimon.connector.mqtt;

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

/** What {@code kind: mqtt-json} says. */
@Describe("Readings and alarms as JSON at a broker, over MQTT 5 with QoS 1")
public record JsonExportSettings(
        @Describe("Unique; the destination in the books") String name,
        @Describe("The broker, such as mqtt://10.0.0.4:1883 or mqtts://broker.local:8883") URI broker,
        @Describe("The client id; left out, suimon-SITE-NAME") @Nullable String clientId,
        @Describe("The user name at the broker") @Nullable String user,
        @Describe("The password at the broker") @Nullable Secret password,
        @Describe("Whom to trust and how to prove oneself; left out, the system's authorities are trusted")
                @Nullable TlsFiles tls,
        @Describe("Where a reading goes; {site} and {series}") @Default("suimon/{site}/values/{series}") String topic,
        @Describe("Where a step of an alarm goes; {site} and {rule}")
                @Default("suimon/{site}/alarms/{rule}")
                String alarmTopic,
        @Describe("json: a line of JSON; cloudevents: the same, with the attributes of CloudEvents 1.0 as user properties;"
                        + " cloudevents-structured: one JSON document with both")
                @Default("json")
                String format,
        @Describe("Which series, such as pen1/#; left out, all") List<String> series,
        @Describe("Alarms too") @Default("true") boolean alarms,
        @Describe("What is not acknowledged yet is kept as far as the quota allows") @Default("false") boolean required,
        @Describe("How often a sign of life is sent") @Default("30s") @Within(min = "5s", max = "1h")
                Duration keepAlive)
        implements ExportSettings {
    static final List<String> FORMATS = List.of("json", "cloudevents", "cloudevents-structured");

    public JsonExportSettings {
        series = new SeriesFilter(series).filters();
        MqttClientSettings.checkBroker(broker);
        if (!FORMATS.contains(format)) {
            throw new IllegalArgumentException("format '" + format + "', expected one of " + String.join(", ", FORMATS));
        }
        if (!TopicFilter.isTopic(topic) || !TopicFilter.isTopic(alarmTopic)) {
            throw new IllegalArgumentException("a topic to publish to has neither + nor #");
        }
        if (password != null && user == null) {
            throw new IllegalArgumentException("a password without a user");
        }
    }
}
