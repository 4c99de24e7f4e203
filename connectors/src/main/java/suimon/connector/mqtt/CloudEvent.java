package suimon.connector.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import suimon.backhaul.Told;
import suimon.reading.Nanos;

/**
 * What CloudEvents 1.0.2 says around a piece of data. The id follows from what is told, so that one that
 * comes twice has the same: (source, id) names an event.
 */
record CloudEvent(String id, String source, String type, String subject, Instant time) {
    private static final String VERSION = "1.0";
    private static final String JSON = "application/json";
    private static final String STRUCTURED = "application/cloudevents+json";

    static CloudEvent of(String site, Told news) {
        String source = "/suimon/" + site;
        return switch (news) {
            case Told.Reading reading -> new CloudEvent(
                    reading.series().name() + "@" + reading.measured() + "/" + reading.received(), source,
                    "suimon.reading.v1", reading.series().name(), Nanos.toInstant(reading.measured()));
            case Told.Alarm alarm -> new CloudEvent(
                    alarm.event().occurrence() + "/" + alarm.event().kind().name().toLowerCase(Locale.ROOT) + "@"
                            + Nanos.of(alarm.event().at()),
                    source, "suimon.alarm.v1", alarm.event().rule(), alarm.event().at());
        };
    }

    /** Binary mode (MQTT protocol binding 1.0.2, 3.1): the data is the payload. */
    MqttProperties binary() {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(JSON);
        properties.setUserProperties(List.of(
                new UserProperty("specversion", VERSION), new UserProperty("id", id),
                new UserProperty("source", source), new UserProperty("type", type),
                new UserProperty("subject", subject), new UserProperty("time", time.toString())));
        return properties;
    }

    /** Structured mode (3.2): one document. */
    byte[] structured(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("{\"specversion\":\"" + VERSION + "\",\"id\":" + quoted(id) + ",\"source\":" + quoted(source)
                + ",\"type\":\"" + type + "\",\"subject\":" + quoted(subject) + ",\"time\":\"" + time
                + "\",\"datacontenttype\":\"" + JSON + "\",\"data\":").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(data);
        out.write('}');
        return out.toByteArray();
    }

    static MqttProperties structuredProperties() {
        MqttProperties properties = new MqttProperties();
        properties.setContentType(STRUCTURED);
        return properties;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
