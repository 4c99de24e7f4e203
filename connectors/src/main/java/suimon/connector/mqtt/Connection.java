package suimon.connector.mqtt;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubCompReasonCode;
import io.vertx.mqtt.messages.codes.MqttPubRecReasonCode;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.DataSize;
import suimon.pipeline.Delivery;
import suimon.pipeline.Receipt;

/**
 * One client's connection while it lasts: what it publishes goes into the inbox, and it is
 * acknowledged when the receipt says stored. Used on the event loop only, but for receipts.
 */
final class Connection {
    /** Payload bytes of one client that may wait for their commit; beyond, it is closed. */
    static final long BYTES_IN_FLIGHT_MAX = 16L << 20;

    /** Of a client that says nothing about it (MQTT 5, 3.1.2.11.3). */
    private static final int RECEIVE_MAXIMUM = 65_535;

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final MqttListener listener;
    private final MqttEndpoint endpoint;
    private final Session session;
    private final String source;
    private final boolean isFive;
    private final Device device;
    private final Permits permits;
    private final Inflow inflow;
    private final Wills.@Nullable Will will;
    private final int window;
    private final TopicAliases aliases = new TopicAliases(this);
    /** QoS 2 messages of this connection before their PUBCOMP; they count in flight (MQTT 5, 4.9). */
    private final BitSet unreleased = new BitSet();
    private final Outflow outflow;
    private final Pubacks pubacks;
    private int inFlight;
    private long bytesInFlight;
    private boolean isClosed;
    private boolean isWillDue = true;
    private boolean isGoodbye;

    Connection(
            MqttListener listener, MqttEndpoint endpoint, Session session, Device device, Permits permits) {
        this.device = device;
        this.permits = permits;
        this.listener = listener;
        this.endpoint = endpoint;
        this.session = session;
        source = listener.name();
        isFive = endpoint.protocolVersion() >= 5;
        will = permits.mayPublish() ? Wills.Will.of(endpoint.will()) : null;
        inflow = new Inflow(listener, endpoint, device);
        window = windowOf(listener.settings(), device.settings(), isFive);
        pubacks = new Pubacks(endpoint);
        Long taken = Admission.number(endpoint.connectProperties(), MqttProperties.RECEIVE_MAXIMUM);
        Long largest = Admission.number(endpoint.connectProperties(), MqttProperties.MAXIMUM_PACKET_SIZE);
        outflow = new Outflow(endpoint, listener.throttle()::nanos, taken == null ? RECEIVE_MAXIMUM : taken.intValue(),
                largest == null ? Long.MAX_VALUE : largest, session.unacknowledged());
    }

    Session session() {
        return session;
    }

    Outflow outflow() {
        return outflow;
    }

    Device device() {
        return device;
    }

    Permits permits() {
        return permits;
    }

    Inflow inflow() {
        return inflow;
    }

    /** Messages it may leave unacknowledged. */
    int window() {
        return window;
    }

    boolean isFive() {
        return isFive;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Takes the endpoint's packets from here on. */
    void attach() {
        endpoint.exceptionHandler(this::failed);
        Sockets.guard(endpoint, new PacketGuard(what -> end(MqttDisconnectReasonCode.PROTOCOL_ERROR, what)));
        endpoint.publishHandler(this::published)
                .publishReleaseHandler(this::released)
                .publishAcknowledgeHandler(outflow::acknowledged)
                .disconnectMessageHandler(message -> {
                    isWillDue = message.code() == MqttDisconnectReasonCode.WITH_WILL_MESSAGE;
                    isGoodbye = !isWillDue;
                    Long expiry = Admission.number(message.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
                    if (expiry != null) {
                        listener.sessions().changeExpiry(session, expiry);
                    }
                });
        Subscriptions subscriptions = new Subscriptions(listener, this, endpoint);
        endpoint.subscribeHandler(subscriptions::subscribe).unsubscribeHandler(subscriptions::unsubscribe);
    }

    /** What it wants published when it vanishes; null for nothing. */
    Wills.@Nullable Will will() {
        return will;
    }

    /** The socket is gone, whoever closed it. */
    void closed() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        inflow.closed();
        device.left(isGoodbye);
        if (will != null && isWillDue && !listener.isClosing()) {
            listener.wills().left(session, will);
        } else if (will != null && !isWillDue) {
            listener.wills().withdrawn(session.client());
        }
        listener.left(this);
    }

    /** Ends the connection with the reason, which an MQTT 3.1.1 client can't be told. */
    void end(MqttDisconnectReasonCode code, String why) {
        // What came before is handed over first, which may already end the connection.
        listener.arrivals().flush();
        if (isClosed) {
            return;
        }
        LOG.info("source={} client={} closed: {}", source, session.client(), why);
        if (endpoint.isConnected()) {
            endpoint.disconnect(code, MqttProperties.NO_PROPERTIES);
        } else {
            // It has not been let in yet: its session was being kept.
            Sockets.cutOff(endpoint);
        }
        closed();
    }

    /** Ends the connection because somebody decided so: it is no fault of the client, so no will. */
    void dismiss(MqttDisconnectReasonCode code, String why) {
        isWillDue = false;
        end(code, why);
    }

    /** What came is no MQTT, or more than is taken; Vert.x closes the socket after this. */
    private void failed(Throwable error) {
        String what = error.getClass().getSimpleName() + ": " + error.getMessage();
        if (error instanceof TooLongFrameException) {
            listener.inbox().refused(source, 1);
            end(MqttDisconnectReasonCode.PACKET_TOO_LARGE, what);
        } else if (error instanceof DecoderException) {
            boolean isTopic = String.valueOf(error.getMessage()).startsWith("invalid publish topic name");
            end(isTopic ? MqttDisconnectReasonCode.TOPIC_NAME_INVALID : MqttDisconnectReasonCode.MALFORMED_PACKET, what);
        } else {
            LOG.info("source={} client={} {}", source, session.client(), what);
        }
    }

    /** Ends the connection at once, whether or not the client reads what it was sent. */
    void cutOff(String why) {
        if (isClosed) {
            return;
        }
        LOG.info("source={} client={} cut off: {}", source, session.client(), why);
        closed();
        Sockets.cutOff(endpoint);
    }

    private void published(MqttPublishMessage message) {
        if (isClosed) {
            return;
        }
        String topic = isFive ? aliases.resolved(message) : message.topicName();
        if (topic != null && topic.isEmpty()) {
            end(MqttDisconnectReasonCode.PROTOCOL_ERROR, "a message without a topic");
            return;
        }
        if (topic == null) {
            return;
        }
        int qos = message.qosLevel().value();
        int id = message.messageId();
        device.heard(listener.throttle().nanos());
        if (isTooLarge(message, topic) || !inflow.admits(qos)) {
            return;
        }
        if (!permits.mayPublish(topic)) {
            refuse(topic, qos, id);
        } else if (qos == 2 && session.isOpen(id)) {
            endpoint.publishReceived(id);
        } else if (qos == 2 && session.storing().containsKey(id)) {
            session.storing().put(id, this);
        } else {
            offer(message, topic, qos, id);
        }
    }

    /** Whether it was closed for a packet beyond what the device may send; the listener's own limit came first. */
    private boolean isTooLarge(MqttPublishMessage message, String topic) {
        DataSize allowed = device.settings().packet();
        if (allowed == null || message.payload().length() + topic.length() <= allowed.bytes()) {
            return false;
        }
        listener.inbox().refused(source, 1);
        end(MqttDisconnectReasonCode.PACKET_TOO_LARGE, "a packet of " + message.payload().length()
                + " bytes, allowed for the device are " + allowed.bytes());
        return true;
    }

    /** A client that is told can't have more on its way than it may send at once. */
    private static int windowOf(MqttListenerSettings listener, DeviceSettings device, boolean isFive) {
        Integer rate = device.messagesPerSecond();
        return rate == null || !isFive ? listener.receiveMaximum()
                : Math.min(listener.receiveMaximum(), device.burstOf(rate));
    }

    private void offer(MqttPublishMessage message, String topic, int qos, int id) {
        Buffer payload = message.payload();
        if (qos == 0) {
            listener.arrivals().add(topic, payload, this);
            return;
        }
        if (inFlight >= window) {
            end(MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than " + inFlight + " messages without acknowledgement; lower the client's window");
            return;
        }
        if (bytesInFlight + payload.length() > BYTES_IN_FLIGHT_MAX) {
            overflow();
            return;
        }
        inFlight++;
        bytesInFlight += payload.length();
        if (qos == 1) {
            listener.arrivals().add(topic, payload, this, id, message.isDup());
        } else {
            unreleased.set(id);
            offerTwo(topic, payload, id);
        }
    }

    private void offerTwo(String topic, Buffer payload, int id) {
        Delivery.Message delivery = new Delivery.Message(source, topic, payload.getBytes(), listener.nowNanos(),
                null, session.openNote(id), new Two(id, payload.length()));
        session.storing().put(id, this);
        if (!listener.arrivals().offer(delivery)) {
            session.storing().remove(id, this);
            overflow();
        }
    }

    /** Whom to tell about a message with QoS 2. */
    private final class Two implements Receipt {
        private final int id;
        private final int bytes;

        Two(int id, int bytes) {
            this.id = id;
            this.bytes = bytes;
        }

        @Override
        public void stored() {
            listener.receipts().add(() -> storedTwo(id, bytes));
        }

        @Override
        public void failed() {
            listener.receipts().add(() -> {
                Connection waiting = session.storing().remove(id);
                if (waiting != null) {
                    waiting.notStored();
                }
            });
        }
    }

    /** Without its acknowledgement a sender repeats a message only when it is back. */
    void notStored() {
        end(MqttDisconnectReasonCode.QUOTA_EXCEEDED, "a message can't be stored; the client sends again when it is back");
    }

    /** A sender discards what is refused by an acknowledgement, so the connection is closed instead. */
    void overflow() {
        listener.inbox().refused(source, 1);
        end(MqttDisconnectReasonCode.QUOTA_EXCEEDED, "the inbox is full; the client sends again when it is back");
    }

    /** A message with QoS 1 is on disk. */
    void stored(int id, int bytes) {
        inFlight--;
        bytesInFlight -= bytes;
        if (pubacks.isEmpty()) {
            listener.receipts().afterBatch(pubacks::flush);
        }
        pubacks.add(id);
    }

    private void storedTwo(int id, int bytes) {
        bytesInFlight -= bytes;
        session.opened(id);
        Connection waiting = session.storing().remove(id);
        if (waiting != null) {
            waiting.acknowledge(() -> waiting.endpoint.publishReceived(id));
        }
    }

    private void released(int id) {
        if (isClosed) {
            return;
        }
        if (!session.isOpen(id)) {
            complete(id, MqttPubCompReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
            return;
        }
        Delivery.Keep keep = new Delivery.Keep(source, session.releaseNote(id), () -> listener.receipts().add(() -> {
            session.released(id);
            if (unreleased.get(id)) {
                unreleased.clear(id);
                inFlight--;
            }
            acknowledge(() -> complete(id, MqttPubCompReasonCode.SUCCESS));
        }));
        if (!listener.arrivals().offer(keep)) {
            end(MqttDisconnectReasonCode.QUOTA_EXCEEDED, "the inbox is full");
        }
    }

    private void complete(int id, MqttPubCompReasonCode code) {
        if (isFive && code != MqttPubCompReasonCode.SUCCESS) {
            // Vert.x 5.1.1 leaves the reason code out here as well.
            byte[] answer = {0x70, 3, (byte) (id >> 8), (byte) id, code.value()};
            Sockets.write(endpoint, answer, answer.length);
        } else {
            endpoint.publishComplete(id);
        }
    }

    /** An acknowledgement belongs to the connection its message came on. */
    private void acknowledge(Runnable send) {
        if (isClosed || !endpoint.isConnected()) {
            return;
        }
        // What was stored first is acknowledged first.
        pubacks.flush();
        try {
            send.run();
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Vert.x throws when the socket closed a moment ago; the others of the batch must not suffer.
            LOG.debug("source={} client={} left before its acknowledgement", source, session.client());
        }
    }

    private void refuse(String topic, int qos, int id) {
        listener.inbox().refused(source, 1);
        device.denied(topic, listener.throttle().nanos());
        if (!isFive && qos > 0) {
            end(MqttDisconnectReasonCode.NOT_AUTHORIZED, "publishing to " + topic
                    + " is not permitted" + (permits.mayPublish() ? "" : "; the role must be device or installer"));
        } else if (qos == 1) {
            endpoint.publishAcknowledge(id, MqttPubAckReasonCode.NOT_AUTHORIZED, MqttProperties.NO_PROPERTIES);
        } else if (qos == 2) {
            // Vert.x 5.1.1 leaves the reason code out, and the client would take its message for accepted.
            byte[] refusal = {0x50, 3, (byte) (id >> 8), (byte) id, MqttPubRecReasonCode.NOT_AUTHORIZED.value()};
            Sockets.write(endpoint, refusal, refusal.length);
        }
    }
}
