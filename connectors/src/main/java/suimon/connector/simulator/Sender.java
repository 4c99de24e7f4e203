package suimon.connector.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sensor's side of MQTT 5 with QoS 1: what is not acknowledged is sent again, for ever. One
 * thread.
 */
final class Sender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    /** So many messages wait for their acknowledgement at once. */
    private static final int WINDOW_MAX = 64;

    private static final long PATIENCE_MILLIS = 20_000;
    private static final long RETRY_MILLIS = 1_000;

    private final String url;
    private final String clientId;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable MqttAsyncClient client;

    Sender(String url, String clientId) {
        this.url = url;
        this.clientId = clientId;
    }

    /** One message. */
    record Message(String topic, String payload) {}

    /** Returns when all are acknowledged, or when closed. */
    void send(List<Message> messages) throws InterruptedException {
        Deque<Message> left = new ArrayDeque<>(messages);
        while (!left.isEmpty() && closed.getCount() > 0) {
            try {
                sendSome(connected(), left);
            } catch (MqttException e) {
                LOG.info("simulator: {} not reached ({}), trying again", url, e.getMessage());
                drop();
                if (closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        }
    }

    private static void sendSome(MqttAsyncClient client, Deque<Message> left) throws MqttException {
        List<IMqttToken> flying = new ArrayList<>();
        int count = 0;
        for (Message message : left) {
            if (count++ == WINDOW_MAX) {
                break;
            }
            byte[] payload = message.payload().getBytes(StandardCharsets.UTF_8);
            flying.add(client.publish(message.topic(), payload, 1, false));
        }
        for (IMqttToken token : flying) {
            token.waitForCompletion(PATIENCE_MILLIS);
            left.removeFirst();
        }
    }

    private MqttAsyncClient connected() throws MqttException {
        MqttAsyncClient current = client;
        if (current != null && current.isConnected()) {
            return current;
        }
        drop();
        MqttAsyncClient fresh = new MqttAsyncClient(url, clientId, new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(20);
        client = fresh;
        fresh.connect(options).waitForCompletion(PATIENCE_MILLIS);
        return fresh;
    }

    private void drop() {
        MqttAsyncClient old = client;
        client = null;
        if (old == null) {
            return;
        }
        try {
            old.disconnectForcibly(0, 100, false);
        } catch (MqttException e) {
            LOG.debug("simulator: disconnecting", e);
        }
        try {
            old.close(true);
        } catch (MqttException e) {
            LOG.debug("simulator: closing", e);
        }
    }

    /** Ends a {@link #send} that waits for the broker; the sending thread then lets go of it. */
    void stop() {
        closed.countDown();
    }

    @Override
    public void close() {
        stop();
        drop();
    }
}
