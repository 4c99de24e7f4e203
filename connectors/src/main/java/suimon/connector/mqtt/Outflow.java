package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * What one subscriber is sent. QoS 1 goes out within the subscriber's receive maximum; whoever
 * leaves more than {@link #UNSENT_BYTES_MAX} unread is cut off. What was not sent when a connection
 * ends is not kept: the newest of each topic is sent on subscribing. Used on the event loop only.
 */
final class Outflow {
    /** Bytes waiting for one subscriber; beyond, its connection is closed. */
    static final long UNSENT_BYTES_MAX = 1 << 20;

    /** Messages that may wait for a subscriber's PUBACK, whatever it offers. */
    static final int IN_FLIGHT_MAX = 100;

    private final MqttEndpoint endpoint;
    private final int window;
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    private final Map<Integer, Item> inFlight;
    private long unsentBytes;
    private int lastId;

    /** One message for one subscriber. */
    record Item(String topic, Buffer payload, int qos, boolean isRetained) {
        int size() {
            return payload.length() + topic.length() + 16;
        }
    }

    /**
     * @param inFlight the session's messages that wait for a PUBACK, by packet id
     */
    Outflow(MqttEndpoint endpoint, int receiveMaximum, Map<Integer, Item> inFlight) {
        this.endpoint = endpoint;
        this.inFlight = inFlight;
        window = Math.min(receiveMaximum, IN_FLIGHT_MAX);
    }

    /** Sends again what an earlier connection left unacknowledged (MQTT 5, 4.4). */
    void resume() {
        inFlight.forEach((id, item) -> {
            unsentBytes += item.size();
            write(item, id, true);
        });
    }

    /** Sends or queues; false when the subscriber is too slow and must go. */
    boolean send(Item item) {
        if (unsentBytes + item.size() > UNSENT_BYTES_MAX) {
            return false;
        }
        unsentBytes += item.size();
        if (item.qos == 0) {
            write(item, 0, false);
        } else {
            queue.add(item);
            pump();
        }
        return true;
    }

    void acknowledged(int packetId) {
        inFlight.remove(packetId);
        pump();
    }

    private void pump() {
        while (inFlight.size() < window && !queue.isEmpty()) {
            Item item = queue.remove();
            int id = nextId();
            inFlight.put(id, item);
            write(item, id, false);
        }
    }

    private void write(Item item, int id, boolean isAgain) {
        MqttQoS qos = item.qos == 0 ? MqttQoS.AT_MOST_ONCE : MqttQoS.AT_LEAST_ONCE;
        endpoint.publish(item.topic, item.payload, qos, isAgain, item.isRetained, id)
                .onComplete(sent -> unsentBytes -= item.size());
    }

    private int nextId() {
        do {
            lastId = lastId % 65_535 + 1;
        } while (inFlight.containsKey(lastId));
        return lastId;
    }
}
