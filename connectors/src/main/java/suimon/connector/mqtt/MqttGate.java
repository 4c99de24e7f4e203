package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.Link;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFailed;

/**
 * The hub's side of {@link MqttLink}. A gateway shows its id as user name and its token as
 * password; it may publish to its own topic and subscribe to its own answers, nothing else.
 */
public final class MqttGate implements Gate {
    /** Messages of one gateway that may wait for the hub; one more closes its connection. */
    static final int RECEIVE_MAXIMUM = MqttLink.IN_FLIGHT_MAX;

    private static final Logger LOG = LoggerFactory.getLogger(MqttGate.class);
    private static final int ENVELOPE_BYTES_MAX = 1024;

    private final MqttGateSettings settings;
    private final GateContext hub;
    private final Vertx vertx;
    private final Context loop;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    /** By client id; on the event loop only. */
    private final Map<String, GatewayLine> lines = new HashMap<>();
    private volatile int port;

    MqttGate(MqttGateSettings settings, GateContext hub) {
        this.settings = settings;
        this.hub = hub;
        vertx = MqttServers.oneLoop(settings.name());
        loop = vertx.getOrCreateContext();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() throws GateFailed {
        try {
            port = MqttServers.listen(vertx, name(), settings.address(), settings.port(), settings.tls(),
                    Link.MESSAGE_BYTES_MAX + ENVELOPE_BYTES_MAX, this::arrived).actualPort();
        } catch (IOException e) {
            throw new GateFailed("gate " + name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String address() {
        return (settings.tls() == null ? "mqtt://" : "mqtts://") + settings.address() + ":" + port;
    }

    @Override
    public void cutOff(String gateway) {
        loop.runOnContext(ignored -> List.copyOf(lines.values()).stream()
                .filter(line -> line.isOf(gateway))
                .forEach(line -> line.end(MqttDisconnectReasonCode.NOT_AUTHORIZED,
                        "it was revoked or its credentials have changed")));
    }

    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        loop.runOnContext(ignored -> lines.values().forEach(GatewayLine::stop));
        MqttServers.close(vertx, name());
    }

    private void arrived(MqttEndpoint endpoint) {
        endpoint.exceptionHandler(error -> LOG.info("gate={} {}", name(), error.getMessage()));
        MqttAuth auth = endpoint.auth();
        String gateway = auth == null || auth.getUsername() == null ? "" : auth.getUsername();
        String token = auth == null || auth.getPassword() == null ? "" : auth.getPassword();
        String peer = String.valueOf(endpoint.remoteAddress().hostAddress());
        if (endpoint.protocolVersion() < 5) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                    peer + " speaks an older MQTT than 5");
        } else if (lines.size() >= settings.gateways()) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY, "already "
                    + settings.gateways() + " gateways; raise gateways in the configuration");
        } else if (!hub.reception().admits(gateway, token, shown(endpoint), MqttServers.isLoopback(peer))) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
                    peer + " is not admitted: unknown gateway or wrong token");
        } else {
            admit(endpoint, gateway);
        }
    }

    private static @Nullable X509Certificate shown(MqttEndpoint endpoint) {
        try {
            SSLSession session = endpoint.sslSession();
            return session != null && session.getPeerCertificates()[0] instanceof X509Certificate found ? found : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }

    private void admit(MqttEndpoint endpoint, String gateway) {
        String client = endpoint.clientIdentifier() == null ? gateway : endpoint.clientIdentifier();
        GatewayLine older = lines.remove(client);
        if (older != null) {
            older.end(MqttDisconnectReasonCode.SESSION_TAKEN_OVER, "it has connected anew");
        }
        GatewayLine line = new GatewayLine(gateway, endpoint, loop, hub.reception());
        lines.put(client, line);
        endpoint.closeHandler(ignored -> {
            lines.remove(client, line);
            line.stop();
        });
        line.start();
        MqttProperties answer = new MqttProperties();
        answer.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM));
        answer.add(new IntegerProperty(MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, 0));
        endpoint.accept(false, answer);
        LOG.info("gate={} gateway={} connected", name(), gateway);
    }

    private void refuse(MqttEndpoint endpoint, MqttConnectReturnCode code, String why) {
        LOG.info("gate={} refused: {}", name(), why);
        endpoint.reject(code);
    }
}
