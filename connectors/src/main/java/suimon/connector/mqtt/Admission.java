package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.DataSize;
import suimon.pipeline.Delivery;

/**
 * From CONNECT to CONNACK: who is it, has it a session, is the session kept. Used on the event loop
 * only; passwords are checked on a worker thread, since that is slow on purpose.
 */
final class Admission {
    /** Password checks that may wait; beyond, a client is told that the server is busy. */
    static final int LOGINS_WAITING_MAX = 256;

    static final int CLIENT_CHARACTERS_MAX = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final long NEVER = 0xffff_ffffL;

    private final MqttListener listener;
    private final Vertx vertx;
    private final Login login;
    private int loginsWaiting;

    Admission(MqttListener listener, Vertx vertx, Login login) {
        this.listener = listener;
        this.vertx = vertx;
        this.login = login;
    }

    /** An endpoint whose CONNECT has come. */
    void arrived(MqttEndpoint endpoint) {
        endpoint.exceptionHandler(error -> LOG.info("source={} client={} {}: {}", listener.name(),
                shown(endpoint.clientIdentifier()), error.getClass().getSimpleName(), error.getMessage()));
        String client = endpoint.clientIdentifier();
        if (client != null && !isGood(client)) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
                    MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID, "client id of "
                            + client.length() + " characters, expected at most " + CLIENT_CHARACTERS_MAX
                            + " printable ones in UTF-8");
        } else if (isZero(endpoint, MqttProperties.RECEIVE_MAXIMUM)
                || isZero(endpoint, MqttProperties.MAXIMUM_PACKET_SIZE)) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                    MqttConnectReturnCode.CONNECTION_REFUSED_PROTOCOL_ERROR,
                    "receive maximum or maximum packet size 0, expected 1 or more");
        } else if (listener.connections().size() + loginsWaiting >= listener.settings().clients()) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
                    MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY, "already " + listener.settings().clients()
                            + " clients; raise clients in the configuration");
        } else if (login == Login.ANYBODY) {
            admit(endpoint, "", true);
        } else {
            authenticate(endpoint);
        }
    }

    static @Nullable Long number(@Nullable MqttProperties properties, int id) {
        MqttProperties.MqttProperty<?> found = properties == null ? null : properties.getProperty(id);
        return found instanceof IntegerProperty number ? Integer.toUnsignedLong(number.value()) : null;
    }

    /** A value that would let nothing through (MQTT 5, 3.1.2.11.3 and 3.1.2.11.4). */
    private static boolean isZero(MqttEndpoint endpoint, int id) {
        Long given = number(endpoint.connectProperties(), id);
        return given != null && given == 0;
    }

    private static boolean isGood(String client) {
        boolean isDecoded = client.indexOf('\ufffd') < 0;
        return isDecoded && client.length() <= CLIENT_CHARACTERS_MAX
                && client.chars().noneMatch(Character::isISOControl);
    }

    private void authenticate(MqttEndpoint endpoint) {
        MqttAuth auth = endpoint.auth();
        String name = auth == null || auth.getUsername() == null ? "" : auth.getUsername();
        String password = auth == null || auth.getPassword() == null ? "" : auth.getPassword();
        if (loginsWaiting >= LOGINS_WAITING_MAX) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
                    MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY, "too many logins at once");
            return;
        }
        AtomicBoolean isGone = new AtomicBoolean();
        endpoint.closeHandler(ignored -> isGone.set(true));
        loginsWaiting++;
        vertx.executeBlocking(() -> login.check(name, password), false).onComplete(checked -> {
            loginsWaiting--;
            if (checked.failed()) {
                LOG.error("source={} passwords can't be checked: {}", listener.name(), checked.cause().getMessage());
            }
            if (isGone.get()) {
                LOG.info("source={} user={} left during its login", listener.name(), shown(name));
            } else if (checked.succeeded() && checked.result() != Login.Verdict.REFUSED) {
                admit(endpoint, name, checked.result() == Login.Verdict.PUBLISHES);
            } else {
                refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
                        MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD,
                        "wrong user or password for user '" + shown(name) + "'");
            }
        });
    }

    private void admit(MqttEndpoint endpoint, String user, boolean mayPublish) {
        String given = endpoint.clientIdentifier();
        String client = given == null || given.isEmpty() ? UUID.randomUUID().toString() : given;
        boolean isFive = endpoint.protocolVersion() >= 5;
        Device device = listener.known().of(user, client);
        Permits permits = new Permits(mayPublish, device.settings(), user, client);
        if (!isPermitted(endpoint, device, permits)) {
            return;
        }
        if (!isOwn(endpoint, user, client)) {
            return;
        }
        Session previous = takenOver(client);
        if (!hasRoom(endpoint, device)) {
            return;
        }
        if (previous != null && endpoint.isCleanSession()) {
            listener.sessions().discard(previous);
            previous = null;
        }
        long expiry = listener.sessions().allowedExpiry(wantedExpiry(endpoint, isFive));
        Session session = previous == null ? new Session(client, user, expiry) : previous;
        boolean isChanged = previous == null || previous.expirySeconds() != expiry || !previous.user().equals(user);
        listener.sessions().expire(session, expiry);
        if (previous == null && !listener.sessions().begin(session)) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
                    MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED, "too many sessions");
            return;
        }
        Connection connection = new Connection(listener, endpoint, session, device, permits);
        session.attach(connection, user);
        session.subscriptions().values().removeIf(one -> !permits.maySubscribe(one.filter()));
        listener.wills().entered(client, connection.will());
        listener.entered(connection);
        endpoint.closeHandler(ignored -> connection.closed());
        connection.attach();
        boolean isPresent = previous != null;
        Runnable accept = () -> accept(endpoint, connection, isPresent, given == null || given.isEmpty());
        if (!session.isLasting() || !isChanged && !session.isMoved()) {
            accept.run();
        } else {
            acceptWhenKept(session, connection, accept);
        }
    }

    /** A client that is told its session exists may rely on it after a kill, so it is kept first. */
    private void acceptWhenKept(Session session, Connection connection, Runnable accept) {
        Delivery.Keep keep = new Delivery.Keep(listener.name(), List.of(session.keep()),
                () -> listener.receipts().add(accept));
        if (!listener.inbox().offer(keep)) {
            connection.end(MqttDisconnectReasonCode.SERVER_BUSY, "the inbox is full");
        }
    }

    private void accept(MqttEndpoint endpoint, Connection connection, boolean isPresent, boolean isAssigned) {
        if (connection.isClosed()) {
            return;
        }
        MqttProperties answer = new MqttProperties();
        if (connection.isFive()) {
            answer.add(new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, connection.window()));
            answer.add(new IntegerProperty(
                    MqttProperties.MAXIMUM_PACKET_SIZE, (int) packetMaximum(connection.device().settings())));
            answer.add(new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, TopicAliases.TOPIC_ALIASES_MAX));
            answer.add(new IntegerProperty(
                    MqttProperties.SESSION_EXPIRY_INTERVAL, (int) connection.session().expirySeconds()));
            if (isAssigned) {
                answer.add(new StringProperty(
                        MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, connection.session().client()));
            }
        }
        endpoint.accept(isPresent, answer);
        connection.outflow().resume();
        if (isPresent) {
            // What was said while it was away is not queued; what still stands it must not miss.
            listener.tellStanding(connection, List.copyOf(connection.session().subscriptions().values()), false);
        }
    }

    /** A will that could not be published is refused now, while somebody is there to see it. */
    private boolean isPermitted(MqttEndpoint endpoint, Device device, Permits permits) {
        MqttWill will = endpoint.will();
        if (!permits.mayPublish() || will == null || !will.isWillFlag()) {
            return true;
        }
        if (!TopicFilter.isTopic(will.getWillTopic())) {
            refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
                    MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID,
                    "its will goes to " + shown(will.getWillTopic()) + ", expected a topic without + and #");
            return false;
        }
        if (permits.mayPublish(will.getWillTopic())) {
            return true;
        }
        device.denied(will.getWillTopic(), listener.throttle().nanos());
        refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
                MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
                "its will goes to " + shown(will.getWillTopic()) + ", where it may not publish");
        return false;
    }

    /** Whoever knows another user's client id gets neither its session nor an end of it. */
    private boolean isOwn(MqttEndpoint endpoint, String user, String client) {
        Session session = listener.sessions().find(client);
        if (login == Login.ANYBODY || session == null || session.belongsTo(user)) {
            return true;
        }
        refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
                MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID, "user " + shown(user)
                        + " asks for the session of user " + session.user() + "; give it a client id of its own");
        return false;
    }

    private boolean hasRoom(MqttEndpoint endpoint, Device device) {
        Integer clients = device.settings().clients();
        if (clients == null || device.connections() < clients) {
            return true;
        }
        refuse(endpoint, MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
                MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED, "device " + shown(device.name())
                        + " has " + clients + " connections already; raise clients of its entry below devices");
        return false;
    }

    private long packetMaximum(DeviceSettings device) {
        DataSize allowed = device.packet();
        long bytes = listener.settings().packet().bytes();
        return allowed == null ? bytes : Math.min(allowed.bytes(), bytes);
    }

    /** The client's session, taken from the connection that has it now (MQTT 5, 3.1.4). */
    private @Nullable Session takenOver(String client) {
        Session session = listener.sessions().find(client);
        Connection other = session == null ? null : session.connection();
        if (other != null) {
            other.end(MqttDisconnectReasonCode.SESSION_TAKEN_OVER, "another connection uses the client id");
        }
        return listener.sessions().find(client);
    }

    private long wantedExpiry(MqttEndpoint endpoint, boolean isFive) {
        if (!isFive) {
            return endpoint.isCleanSession() ? 0 : NEVER;
        }
        Long wanted = number(endpoint.connectProperties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
        return wanted == null ? 0 : wanted;
    }

    private void refuse(
            MqttEndpoint endpoint, MqttConnectReturnCode three, MqttConnectReturnCode five, String why) {
        LOG.info("source={} client={} refused: {}", listener.name(), shown(endpoint.clientIdentifier()), why);
        try {
            endpoint.reject(endpoint.protocolVersion() >= 5 ? five : three);
        } catch (IllegalArgumentException e) {
            LOG.debug("source={} the refused client has already gone", listener.name());
        }
    }

    private static String shown(@Nullable String text) {
        String cut = text == null ? "" : text.substring(0, Math.min(text.length(), 60));
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
