package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.hub.Reception;

/**
 * One gateway's connection to the hub. Its messages are received one after the other on a virtual
 * thread, since the hub waits for its disk; all else is on the event loop.
 */
final class GatewayLine {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLine.class);

    private final String gateway;
    private final MqttEndpoint endpoint;
    private final Context loop;
    private final Reception reception;
    private final BlockingQueue<Incoming> incoming = new ArrayBlockingQueue<>(MqttGate.RECEIVE_MAXIMUM);
    private final Thread receiver;
    private int inFlight;

    private record Incoming(int packetId, byte[] message) {}

    GatewayLine(String gateway, MqttEndpoint endpoint, Context loop, Reception reception) {
        this.gateway = gateway;
        this.endpoint = endpoint;
        this.loop = loop;
        this.reception = reception;
        receiver = Thread.ofVirtual().name("gate-" + gateway).unstarted(this::receive);
    }

    void start() {
        endpoint.publishHandler(this::published);
        endpoint.subscribeHandler(message -> endpoint.subscribeAcknowledge(message.messageId(),
                message.topicSubscriptions().stream()
                        .map(wanted -> wanted.topicName().equals(MqttLink.DOWN + gateway)
                                ? MqttSubAckReasonCode.GRANTED_QOS0
                                : MqttSubAckReasonCode.NOT_AUTHORIZED)
                        .toList(),
                MqttProperties.NO_PROPERTIES));
        endpoint.unsubscribeHandler(message ->
                endpoint.unsubscribeAcknowledge(message.messageId(), List.of(), MqttProperties.NO_PROPERTIES));
        receiver.start();
    }

    boolean isOf(String id) {
        return gateway.equals(id);
    }

    void stop() {
        receiver.interrupt();
    }

    void end(MqttDisconnectReasonCode code, String why) {
        LOG.info("gateway={} closed: {}", gateway, why);
        if (endpoint.isConnected()) {
            endpoint.disconnect(code, MqttProperties.NO_PROPERTIES);
        }
        stop();
    }

    private void published(MqttPublishMessage message) {
        if (!message.topicName().equals(MqttLink.UP + gateway) || message.qosLevel() != MqttQoS.AT_LEAST_ONCE) {
            end(MqttDisconnectReasonCode.NOT_AUTHORIZED, "it published to " + message.topicName() + " with QoS "
                    + message.qosLevel().value() + ", expected QoS 1 to " + MqttLink.UP + gateway);
            return;
        }
        boolean hasRoom = inFlight < MqttGate.RECEIVE_MAXIMUM
                && incoming.offer(new Incoming(message.messageId(), message.payload().getBytes()));
        if (hasRoom) {
            inFlight++;
        } else {
            end(MqttDisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "more than " + inFlight + " messages at once");
        }
    }

    private void receive() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Incoming next = incoming.take();
                byte[] answer = reception.receive(gateway, next.message);
                loop.runOnContext(ignored -> answer(next.packetId, answer));
            }
        } catch (InterruptedException e) {
            // The connection is over: what was not answered comes again.
            Thread.currentThread().interrupt();
        }
    }

    private void answer(int packetId, byte[] answer) {
        inFlight--;
        if (!endpoint.isConnected()) {
            return;
        }
        endpoint.publish(MqttLink.DOWN + gateway, Buffer.buffer(answer), MqttQoS.AT_MOST_ONCE, false, false);
        endpoint.publishAcknowledge(packetId);
    }
}
