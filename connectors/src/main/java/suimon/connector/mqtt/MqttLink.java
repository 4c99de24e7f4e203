package suimon.connector.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.connector.tls.BoundSockets;
import suimon.connector.tls.PlainSockets;
import suimon.connector.tls.RememberedTls;
import suimon.connector.tls.TlsFiles;

/**
 * The uplink over MQTT 5: messages go to {@code suimon/up/GATEWAY} with QoS 1, so that the hub's
 * PUBACK makes room for the next; answers come on {@code suimon/down/GATEWAY}. Each connection is
 * new and clean: what was under way is the uplink's to send again; its TLS session is the former one. Keep-alive is
 * what the way asks for, none on most, so that an idle link costs nothing; a dead one is noticed by silence, and then
 * reset.
 */
final class MqttLink implements Link {
    /** Messages the hub has not taken yet; one more waits. */
    static final int IN_FLIGHT_MAX = 8;

    static final String UP = "suimon/up/";
    static final String DOWN = "suimon/down/";

    private final MqttLinkSettings settings;
    private final LinkContext context;
    private final @Nullable RememberedTls tls;
    private final Duration patience;
    private @Nullable Line line;
    private boolean isClosed;

    MqttLink(MqttLinkSettings settings, LinkContext context) {
        this.settings = settings;
        this.context = context;
        this.tls = MqttClientSettings.isSecure(settings.hub())
                ? new RememberedTls(settings.tls() == null ? new TlsFiles(null, null, null) : settings.tls())
                : null;
        this.patience = context.way().connectWithin(settings.patience());
    }

    @Override
    public void send(byte[] message) throws LinkDown, InterruptedException {
        Line open = line();
        if (!open.room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            hangUp(open);
            throw new LinkDown(settings.hub() + " takes nothing for " + patience.toSeconds()
                    + " s; check the link and the hub");
        }
        String why = open.broken;
        if (why != null) {
            hangUp(open);
            throw new LinkDown(settings.hub() + ": " + why);
        }
        try {
            open.publish(message);
        } catch (MqttException e) {
            hangUp(open);
            throw new LinkDown(settings.hub() + ": " + reason(e), e);
        }
    }

    @Override
    public synchronized void reset() {
        Line open = line;
        if (open != null) {
            hangUp(open);
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        reset();
    }

    private synchronized void hangUp(Line old) {
        if (line == old) {
            line = null;
        }
        old.close();
    }

    private synchronized Line line() throws LinkDown {
        if (isClosed) {
            throw new LinkDown("the link is closed");
        }
        Line open = line;
        if (open == null) {
            try {
                open = new Line();
                line = open;
                open.connect();
            } catch (MqttException e) {
                reset();
                throw new LinkDown(settings.hub() + ": " + reason(e)
                        + "; check the hub's address, the token and the certificate", e);
            } catch (IOException e) {
                reset();
                throw new LinkDown(settings.hub() + ": " + e.getMessage(), e);
            } catch (LinkDown e) {
                reset();
                throw e;
            }
        }
        return open;
    }

    private static String reason(MqttException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** One connection. */
    private final class Line implements MqttCallback, MqttActionListener {
        private final MqttAsyncClient client;
        private final Semaphore room = new Semaphore(IN_FLIGHT_MAX);
        private volatile @Nullable String broken;

        Line() throws MqttException {
            client = new MqttAsyncClient(MqttClientSettings.address(settings.hub()),
                    context.client(), new MemoryPersistence());
            client.setCallback(this);
        }

        void connect() throws MqttException, IOException, LinkDown {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setAutomaticReconnect(false);
            options.setCleanStart(true);
            options.setKeepAliveInterval((int) context.way().keepAlive().toSeconds());
            options.setConnectionTimeout((int) patience.toSeconds());
            options.setUserName(context.gateway());
            if (settings.token() != null) {
                options.setPassword(settings.token().read().getBytes(StandardCharsets.UTF_8));
            }
            SocketFactory sockets = sockets();
            if (sockets != null) {
                options.setSocketFactory(sockets);
            }
            client.connect(options).waitForCompletion(patience.toMillis());
            client.subscribe(DOWN + context.gateway(), 0).waitForCompletion(patience.toMillis());
        }

        private @Nullable SocketFactory sockets() throws IOException, LinkDown {
            InetAddress source = context.way().source();
            if (tls == null) {
                return source == null ? null : new PlainSockets(source);
            }
            SSLSocketFactory secure = tls.context().getSocketFactory();
            return source == null ? secure : new BoundSockets(secure, source);
        }

        void publish(byte[] message) throws MqttException {
            client.publish(UP + context.gateway(), message, 1, false, null, this);
        }

        void close() {
            try {
                client.disconnectForcibly(0, 100, false);
                client.close(true);
            } catch (MqttException e) {
                // Gone already: nothing is expected of it any more.
                broken = reason(e);
            }
        }

        @Override
        public void onSuccess(IMqttToken token) {
            room.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            broken = "a message was lost: " + cause.getMessage();
            room.release();
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            context.answers().accept(message.getPayload());
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            broken = "connection lost" + (response.getException() == null
                    ? ", reason 0x" + Integer.toHexString(response.getReturnCode())
                    : ": " + reason(response.getException()));
            room.release(IN_FLIGHT_MAX);
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            broken = reason(exception);
        }

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean isReconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
