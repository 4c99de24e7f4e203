package suimon.connector.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Export;
import suimon.backhaul.ExportContext;
import suimon.backhaul.LinkDown;
import suimon.backhaul.Told;
import suimon.connector.tls.PemFiles;
import suimon.pipeline.SpokenJson;

/**
 * Readings and alarms as JSON at a broker: QoS 1, not retained, in the order of the log. What the
 * broker has not acknowledged when a connection ends comes again, so a subscriber may see it twice.
 */
final class JsonExport implements Export {
    private static final long ANSWER_WITHIN_MILLIS = 30_000;
    private static final int IN_FLIGHT_MAX = 500;
    private static final int REFUSED = 0x80;

    private final JsonExportSettings settings;
    private final ExportContext context;
    private final SpokenJson json = new SpokenJson();
    private @Nullable MqttAsyncClient client;

    JsonExport(JsonExportSettings settings, ExportContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public void tell(List<Told> news) throws LinkDown {
        try {
            MqttAsyncClient open = connected();
            List<IMqttToken> tokens = new ArrayList<>();
            for (Told one : news) {
                tokens.add(open.publish(topicOf(one), messageOf(one)));
                if (tokens.size() == IN_FLIGHT_MAX) {
                    settle(tokens);
                }
            }
            settle(tokens);
        } catch (MqttException e) {
            hangUp();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw down(String.valueOf(cause.getMessage()), e);
        } catch (IOException e) {
            hangUp();
            throw down(String.valueOf(e.getMessage()), e);
        }
    }

    private LinkDown down(String why, Exception e) {
        return new LinkDown(settings.broker() + ": " + why + "; check the broker's address, user and certificate", e);
    }

    private static void settle(List<IMqttToken> tokens) throws MqttException, IOException {
        for (IMqttToken token : tokens) {
            token.waitForCompletion(ANSWER_WITHIN_MILLIS);
            int[] codes = token.getReasonCodes();
            if (codes != null && codes.length > 0 && codes[0] >= REFUSED) {
                throw new IOException("the broker refused a message to " + String.join(", ", token.getTopics())
                        + " with reason 0x" + Integer.toHexString(codes[0]) + "; may this user publish there?");
            }
        }
        tokens.clear();
    }

    private String topicOf(Told news) {
        String topic = switch (news) {
            case Told.Reading reading -> settings.topic().replace("{series}", reading.series().name());
            case Told.Alarm alarm -> settings.alarmTopic().replace("{rule}", alarm.event().rule());
        };
        return topic.replace("{site}", context.site());
    }

    private MqttMessage messageOf(Told news) {
        byte[] data = switch (news) {
            case Told.Reading reading ->
                json.value(reading.measured(), reading.value(), reading.grade(), reading.series().unit());
            case Told.Alarm alarm -> json.alarm(alarm.event());
        };
        CloudEvent event = CloudEvent.of(context.site(), news);
        return switch (settings.format()) {
            case "cloudevents" -> new MqttMessage(data, 1, false, event.binary());
            case "cloudevents-structured" ->
                new MqttMessage(event.structured(data), 1, false, CloudEvent.structuredProperties());
            default -> new MqttMessage(data, 1, false, null);
        };
    }

    private MqttAsyncClient connected() throws MqttException, IOException {
        MqttAsyncClient open = client;
        if (open != null && open.isConnected()) {
            return open;
        }
        hangUp();
        open = new MqttAsyncClient(MqttClientSettings.address(settings.broker()), settings.clientId() == null
                ? "suimon-" + context.site() + "-" + settings.name() : settings.clientId(), new MemoryPersistence());
        client = open;
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setCleanStart(true);
        options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
        if (settings.user() != null) {
            options.setUserName(settings.user());
        }
        if (settings.password() != null) {
            options.setPassword(settings.password().read().getBytes(StandardCharsets.UTF_8));
        }
        if (settings.tls() != null) {
            options.setSocketFactory(PemFiles.sockets(settings.tls()));
        }
        open.connect(options).waitForCompletion(ANSWER_WITHIN_MILLIS);
        return open;
    }

    private void hangUp() {
        MqttAsyncClient old = client;
        client = null;
        if (old != null) {
            try {
                old.disconnectForcibly(0, 100, false);
                old.close(true);
            } catch (MqttException gone) {
                // It is dropped either way; the next one is made from scratch.
                return;
            }
        }
    }

    @Override
    public void close() {
        hangUp();
    }
}
