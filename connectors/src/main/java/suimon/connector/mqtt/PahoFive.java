package suimon.connector.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import suimon.connector.tls.PemFiles;

/** A connection with MQTT 5. */
final class PahoFive implements BrokerConnection, MqttCallback {
    private static final int REFUSED = 0x80;
    private static final int NO_RETAINED = 2;

    private final MqttClientSettings settings;
    private final Listener listener;
    private final MqttAsyncClient client;
    private volatile @Nullable IMqttToken connected;
    private int arrived;

    PahoFive(MqttClientSettings settings, String clientId, Listener listener) throws IOException {
        this.settings = settings;
        this.listener = listener;
        try {
            client = new MqttAsyncClient(
                    MqttClientSettings.address(settings.broker()), clientId, new MemoryPersistence());
        } catch (MqttException e) {
            throw failure(e);
        }
        client.setManualAcks(true);
        client.setCallback(this);
    }

    @Override
    public List<String> open() throws IOException {
        try {
            IMqttToken token = client.connect(options());
            connected = token;
            token.waitForCompletion(ANSWER_WITHIN_MILLIS);
            List<String> refused = new ArrayList<>();
            for (String topic : settings.topics()) {
                MqttSubscription subscription = new MqttSubscription(topic, settings.qos());
                subscription.setRetainHandling(settings.retained() ? 0 : NO_RETAINED);
                IMqttToken granted = client.subscribe(subscription);
                granted.waitForCompletion(ANSWER_WITHIN_MILLIS);
                int code = granted.getReasonCodes()[0];
                if (code >= REFUSED) {
                    refused.add(topic + " (0x" + Integer.toHexString(code) + ")");
                }
            }
            return refused;
        } catch (MqttException e) {
            throw failure(e);
        }
    }

    @Override
    public void acknowledge(int packetId) throws IOException {
        try {
            client.messageArrivedComplete(packetId, 1);
        } catch (MqttException e) {
            throw failure(e);
        }
    }

    @Override
    public void publish(String topic, byte[] payload) throws IOException {
        try {
            client.publish(topic, payload, 0, false);
        } catch (MqttException e) {
            throw failure(e);
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
                mayBeRepeat(), message.isRetained()));
    }

    /**
     * Paho drops the DUP flag with MQTT 5. What a broker sends again comes first in a resumed
     * session and is no more than the receive maximum.
     */
    private boolean mayBeRepeat() {
        IMqttToken token = connected;
        boolean isResumed = token == null || token.getSessionPresent();
        return isResumed && arrived++ < settings.receiveMaximum();
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        MqttException cause = response.getException();
        boolean hasReason = response.getReasonString() != null;
        listener.lost(this, hasReason ? response.getReasonString()
                : cause == null ? "reason 0x" + Integer.toHexString(response.getReturnCode()) : reason(cause));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        listener.lost(this, reason(exception));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean isReconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}

    private MqttConnectionOptions options() throws IOException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setAutomaticReconnect(false);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(settings.sessionExpiry().toSeconds());
        options.setReceiveMaximum(settings.receiveMaximum());
        options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
        options.setUseSubscriptionIdentifiers(false);
        if (settings.user() != null) {
            options.setUserName(settings.user());
        }
        if (settings.password() != null) {
            options.setPassword(settings.password().read().getBytes(StandardCharsets.UTF_8));
        }
        if (settings.tls() != null) {
            options.setSocketFactory(PemFiles.sockets(settings.tls()));
        }
        return options;
    }

    private static IOException failure(MqttException e) {
        return new IOException(reason(e), e);
    }

    private static String reason(MqttException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
