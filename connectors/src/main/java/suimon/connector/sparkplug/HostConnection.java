package suimon.connector.sparkplug;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import suimon.connector.mqtt.PahoTerms;

/**
 * One connection to the broker with MQTT 3.1.1 and a clean session, as the specification wants of
 * a host; used once. With a host id it says on {@code spBv1.0/STATE} that it is there, and its will
 * that it is not.
 */
final class HostConnection implements AutoCloseable, MqttCallback {
    private static final long ANSWER_WITHIN_MILLIS = 30_000;
    private static final int REFUSED = 0x80;

    private final SparkplugSettings settings;
    private final Listener listener;
    private final MqttAsyncClient client;
    private final long bornMillis;

    /** Called on Paho's thread; may block, which holds the broker. */
    interface Listener {
        void arrived(HostConnection by, String topic, byte[] payload);

        void lost(HostConnection connection, String why);
    }

    HostConnection(SparkplugSettings settings, String clientId, long nowMillis, Listener listener)
            throws IOException {
        this.settings = settings;
        this.listener = listener;
        bornMillis = nowMillis;
        try {
            client = new MqttAsyncClient(settings.address(), clientId, new MemoryPersistence());
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
        client.setCallback(this);
    }

    /** Connects, subscribes and says that the host is there. */
    void open() throws IOException {
        try {
            client.connect(options()).waitForCompletion(ANSWER_WITHIN_MILLIS);
            for (String group : settings.groups().isEmpty() ? List.of("+") : settings.groups()) {
                subscribe("spBv1.0/" + group + "/#");
            }
            if (settings.hostId() != null) {
                subscribe(stateTopic());
                sayOnline();
            }
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    private void subscribe(String filter) throws IOException, MqttException {
        org.eclipse.paho.client.mqttv3.IMqttToken token = client.subscribe(filter, 1);
        token.waitForCompletion(ANSWER_WITHIN_MILLIS);
        if (token.getGrantedQos()[0] >= REFUSED) {
            throw new IOException("the broker refused the subscription to " + filter);
        }
    }

    String stateTopic() {
        return "spBv1.0/STATE/" + settings.hostId();
    }

    void sayOnline() throws IOException {
        publish(stateTopic(), state(true), 1, true);
    }

    void publish(String topic, byte[] payload, int qos, boolean isRetained) throws IOException {
        try {
            client.publish(topic, payload, qos, isRetained);
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    @Override
    public void close() {
        try {
            if (settings.hostId() != null && client.isConnected()) {
                client.publish(stateTopic(), state(false), 1, true).waitForCompletion(1000);
            }
            client.disconnectForcibly(0, 200, true);
            client.close(true);
        } catch (MqttException e) {
            // It is gone either way, and a new connection is made from scratch.
            listener.lost(this, "closed");
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        listener.arrived(this, topic, message.getPayload());
    }

    @Override
    public void connectionLost(Throwable cause) {
        listener.lost(this, PahoTerms.reason(cause));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}

    private byte[] state(boolean isOnline) {
        return ("{\"online\":" + isOnline + ",\"timestamp\":" + bornMillis + "}").getBytes(StandardCharsets.UTF_8);
    }

    private MqttConnectOptions options() throws IOException {
        MqttConnectOptions options = PahoTerms.options(
                settings.keepAlive(), settings.user(), settings.password(), settings.tls());
        options.setCleanSession(true);
        if (settings.hostId() != null) {
            options.setWill(stateTopic(), state(false), 1, true);
        }
        return options;
    }
}
