package suimon.connector.sparkplug;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import suimon.connector.mqtt.PahoTerms;

/**
 * One connection of our edge node, used once: MQTT 3.1.1 with a clean session and the node's death as
 * its will (Sparkplug 3.0, 5.4). Data goes with QoS 0, as the specification wants, so whether it
 * arrived is asked by a subscription that is renewed: a broker answers in the order it reads.
 */
final class EdgeConnection implements AutoCloseable, MqttCallback {
    private static final long ANSWER_WITHIN_MILLIS = 30_000;
    private static final int REFUSED = 0x80;
    private static final int IN_FLIGHT_MAX = 1_000;
    private static final Pattern ONLINE = Pattern.compile("\"online\"\\s*:\\s*(true|false)");
    private static final Pattern TIMESTAMP = Pattern.compile("\"timestamp\"\\s*:\\s*(\\d{1,18})");
    private static final String REBIRTH = "Node Control/Rebirth";

    private final EdgeSettings settings;
    private final String node;
    private final byte[] death;
    private final MqttAsyncClient client;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Guarded by the lock. */
    private @Nullable String lost;
    private boolean isHostOnline;
    private long hostMillis = -1;
    private boolean isRebirthAsked;

    EdgeConnection(EdgeSettings settings, String clientId, String node, byte[] death) throws IOException {
        this.settings = settings;
        this.node = node;
        this.death = death.clone();
        try {
            client = new MqttAsyncClient(SparkplugSettings.address(settings.broker()), clientId, new MemoryPersistence());
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
        client.setCallback(this);
    }

    /** Connects, and listens to commands and to the primary host. */
    void open() throws IOException {
        try {
            MqttConnectOptions options = PahoTerms.options(
                    settings.keepAlive(), settings.user(), settings.password(), settings.tls());
            options.setCleanSession(true);
            options.setMaxInflight(IN_FLIGHT_MAX);
            options.setWill(topic("NDEATH", ""), death, 1, false);
            client.connect(options).waitForCompletion(ANSWER_WITHIN_MILLIS);
            subscribe(topic("NCMD", ""));
            if (settings.primaryHost() != null) {
                subscribe(stateTopic());
            }
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    /** Hands a message to the connection; {@link #settle} tells whether all of them arrived. */
    void publish(String kind, String device, byte[] payload) throws IOException {
        try {
            check();
            client.publish(topic(kind, device), payload, 0, false).waitForCompletion(ANSWER_WITHIN_MILLIS);
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    /** Returns when the broker has read all that was published before. */
    void settle() throws IOException {
        try {
            check();
            subscribe(topic("NCMD", ""));
        } catch (MqttException e) {
            throw PahoTerms.failure(e);
        }
    }

    /** Why it is of no use any more. */
    void check() throws IOException {
        lock.lock();
        try {
            if (lost != null) {
                throw new IOException(lost);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the primary host is there, or becomes so in time; true where there is none. */
    boolean isHostThere(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (settings.primaryHost() != null && !isHostOnline && lost == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return settings.primaryHost() == null || isHostOnline;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a birth was asked for since the last call. */
    boolean takeRebirth() {
        lock.lock();
        try {
            boolean was = isRebirthAsked;
            isRebirthAsked = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private String topic(String kind, String device) {
        return "spBv1.0/" + settings.group() + "/" + kind + "/" + node + (device.isEmpty() ? "" : "/" + device);
    }

    private String stateTopic() {
        return "spBv1.0/STATE/" + settings.primaryHost();
    }

    private void subscribe(String filter) throws IOException, MqttException {
        org.eclipse.paho.client.mqttv3.IMqttToken token = client.subscribe(filter, 1);
        token.waitForCompletion(ANSWER_WITHIN_MILLIS);
        if (token.getGrantedQos()[0] >= REFUSED) {
            throw new IOException("the broker refused the subscription to " + filter);
        }
    }

    /** A disconnect takes the will away, so the death is said before it (tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath). */
    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.publish(topic("NDEATH", ""), death, 0, false)
                        .waitForCompletion(TimeUnit.SECONDS.toMillis(1));
            }
            client.disconnectForcibly(0, 200, true);
            client.close(true);
        } catch (MqttException e) {
            lose(PahoTerms.reason(e));
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        if (topic.equals(stateTopic())) {
            state(new String(message.getPayload(), StandardCharsets.UTF_8));
        } else if (isRebirth(message.getPayload())) {
            lock.lock();
            try {
                isRebirthAsked = true;
            } finally {
                lock.unlock();
            }
        }
    }

    /** What is older than what was known is a late message of an earlier session of the host. */
    private void state(String said) {
        Matcher online = ONLINE.matcher(said);
        Matcher timestamp = TIMESTAMP.matcher(said);
        if (!online.find()) {
            return;
        }
        long millis = timestamp.find() ? Long.parseLong(timestamp.group(1)) : Long.MAX_VALUE;
        lock.lock();
        try {
            if (millis >= hostMillis) {
                hostMillis = millis;
                isHostOnline = Boolean.parseBoolean(online.group(1));
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing else can be commanded. */
    private static boolean isRebirth(byte[] payload) {
        try {
            return Metric.Payload.read(payload).metrics().stream().anyMatch(metric -> metric.name().equals(REBIRTH)
                    && metric.value() instanceof Metric.Content.Whole whole && whole.bits() != 0);
        } catch (BadPayload unreadable) {
            return false;
        }
    }

    @Override
    public void connectionLost(Throwable cause) {
        lose(PahoTerms.reason(cause));
    }

    private void lose(String why) {
        lock.lock();
        try {
            lost = lost == null ? why : lost;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {}
}
