package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import suimon.reading.Ticker;

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

    static final int[] NO_IDENTIFIERS = {};

    /** When a message that doesn't expire does. */
    static final long NEVER = Long.MIN_VALUE;

    /** The longest fixed header, the lengths of topic and properties, and a packet id. */
    private static final int AROUND_BYTES = 5 + 2 + 4 + 2;
    private static final int EXPIRY_BYTES = 5;
    private static final int IDENTIFIER_BYTES = 5;

    private final MqttEndpoint endpoint;
    private final Ticker ticker;
    private final boolean isFive;
    private final int window;
    private final long packetBytesMax;
    private final ArrayDeque<Item> queue = new ArrayDeque<>();
    /** What an earlier connection left unacknowledged and this one has not been sent yet. */
    private final ArrayDeque<Integer> again = new ArrayDeque<>();
    private final Map<Integer, Item> inFlight;
    private long unsentBytes;
    private int lastId;

    /** One message for one subscriber, with the identifiers of the subscriptions that bring it. */
    static final class Item {
        private final String topic;
        private final Buffer payload;
        private final int qos;
        private final boolean isRetained;
        private final int[] identifiers;
        private final long expiresAt;

        Item(String topic, Buffer payload, int qos, boolean isRetained, int[] identifiers, long expiresAt) {
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
            this.isRetained = isRetained;
            this.identifiers = identifiers;
            this.expiresAt = expiresAt;
        }

        int size() {
            return payload.length() + topic.length() + 16;
        }

        /** At most what the packet takes on the wire. */
        private long packetBytes() {
            int topicBytes = topic.getBytes(StandardCharsets.UTF_8).length;
            return (long) AROUND_BYTES + EXPIRY_BYTES + topicBytes + payload.length() + (long) IDENTIFIER_BYTES * identifiers.length;
        }

        /** With what is left of its life, a second at least (MQTT 5, 3.3.2.3.3). */
        private MqttProperties properties(long now) {
            if (identifiers.length == 0 && expiresAt == NEVER) {
                return MqttProperties.NO_PROPERTIES;
            }
            MqttProperties properties = new MqttProperties();
            if (expiresAt != NEVER) {
                long seconds = Math.max(1, (expiresAt - now + 999_999_999L) / 1_000_000_000L);
                properties.add(new IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, (int) seconds));
            }
            for (int identifier : identifiers) {
                properties.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER, identifier));
            }
            return properties;
        }
    }

    /**
     * For one connection.
     *
     * @param ticker the time by which messages expire
     * @param receiveMaximum messages with QoS 1 the subscriber takes at once
     * @param packetBytesMax a larger packet is not sent to it (MQTT 5, 3.1.2.11.4)
     * @param inFlight the session's messages that wait for a PUBACK, by packet id
     */
    Outflow(
            MqttEndpoint endpoint, Ticker ticker, int receiveMaximum, long packetBytesMax,
            Map<Integer, Item> inFlight) {
        this.endpoint = endpoint;
        this.ticker = ticker;
        isFive = endpoint.protocolVersion() >= 5;
        this.packetBytesMax = packetBytesMax;
        this.inFlight = inFlight;
        window = Math.min(receiveMaximum, IN_FLIGHT_MAX);
    }

    static boolean isOver(long expiresAt, long now) {
        return expiresAt != NEVER && now - expiresAt >= 0;
    }

    /** Sends again what an earlier connection left unacknowledged (MQTT 5, 4.4). */
    void resume() {
        List<Integer> tooLarge = new ArrayList<>();
        inFlight.forEach((id, item) -> {
            if (item.packetBytes() > packetBytesMax) {
                tooLarge.add(id);
            } else {
                unsentBytes += item.size();
                again.add(id);
            }
        });
        tooLarge.forEach(inFlight::remove);
        pump();
    }

    /** Sends or queues, or drops what the subscriber can't take; false when it is too slow and must go. */
    boolean send(Item item) {
        if (item.packetBytes() > packetBytesMax) {
            return true;
        }
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

    /** Whether something waits because the subscriber has not acknowledged or not read. */
    boolean isBehind() {
        return !queue.isEmpty() || unsentBytes > UNSENT_BYTES_MAX / 2;
    }

    void acknowledged(int packetId) {
        if (!again.contains(packetId)) {
            inFlight.remove(packetId);
        }
        pump();
    }

    private void pump() {
        while (!again.isEmpty() && inFlight.size() - again.size() < window) {
            int id = again.remove();
            Item item = inFlight.get(id);
            if (item != null) {
                write(item, id, true);
            }
        }
        while (inFlight.size() < window && !queue.isEmpty()) {
            Item item = queue.remove();
            if (isOver(item.expiresAt, ticker.nanos())) {
                unsentBytes -= item.size();
                continue;
            }
            int id = nextId();
            inFlight.put(id, item);
            write(item, id, false);
        }
    }

    private void write(Item item, int id, boolean isAgain) {
        MqttQoS qos = item.qos == 0 ? MqttQoS.AT_MOST_ONCE : MqttQoS.AT_LEAST_ONCE;
        MqttProperties properties = isFive ? item.properties(ticker.nanos()) : MqttProperties.NO_PROPERTIES;
        endpoint.publish(item.topic, item.payload, qos, isAgain, item.isRetained, id, properties)
                .onComplete(sent -> unsentBytes -= item.size());
    }

    private int nextId() {
        do {
            lastId = lastId % 65_535 + 1;
        } while (inFlight.containsKey(lastId));
        return lastId;
    }
}
