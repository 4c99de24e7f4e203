package suimon.connector.mqtt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A connection with MQTT 3.1.1. */
final class PahoThree implements BrokerConnection, MqttCallback {
    private static final int REFUSED = 0x80;

    /** Messages that Paho may have waiting for the socket. */
    private static final int PUBLISHED_MAX = 10_000;

    private final MqttClientSettings settings;
    private final Listener listener;
    private final MqttAsyncClient client;

    PahoThree(MqttClientSettings settings, String clientId, Listener listener) throws IOException {
        this.settings = settings;
        this.listener = listener;
        try {
            client = new MqttAsyncClient(
                    MqttClientSettings.address(settings.broker()), clientId, new MemoryPersistence());
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
        client.setManualAcks(true);
        client.setCallback(this);
    }

    @Override
    public List<String> open() throws IOException {
        try {
            client.connect(options()).waitForCompletion(ANSWER_WITHIN_MILLIS);
            List<String> refused = new ArrayList<>();
            for (String topic : settings.topics()) {
                IMqttToken token = client.subscribe(topic, settings.qos());
                token.waitForCompletion(ANSWER_WITHIN_MILLIS);
                if (token.getGrantedQos()[0] >= REFUSED) {
                    refused.add(topic);
                }
            }
            return refused;
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    @Override
    public void acknowledge(int packetId) throws IOException {
        try {
            client.messageArrivedComplete(packetId, 1);
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    @Override
    public void publish(String topic, byte[] payload) throws IOException {
        try {
            client.publish(topic, payload, 0, false);
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, 200, true);
            client.close(true);
        } catch (MqttException e) {
            // It is gone either way, and a new connection is made from scratch.
            listener.lost(this, "closed");
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        listener.arrived(this, new Arrival(topic, message.getPayload(), message.getQos(), message.getId(),
                message.isDuplicate(), message.isRetained()));
    }

    @Override
    public void connectionLost(Throwable cause) {
        listener.lost(this, PahoTerms.reason(cause));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}

    private MqttConnectOptions options() throws IOException {
        MqttConnectOptions options = PahoTerms.options(
                settings.keepAlive(), settings.user(), settings.password(), settings.tls());
        options.setMaxInflight(PUBLISHED_MAX);
        options.setCleanSession(false);
        return options;
    }
}
