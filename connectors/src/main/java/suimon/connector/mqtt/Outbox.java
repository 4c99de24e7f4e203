package suimon.connector.mqtt;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import suimon.pipeline.Outlet;

/** What the gateway says to those who have subscribed. */
final class Outbox implements Outlet {
    /** Messages on their way to the event loop; beyond, new ones are dropped. */
    static final int WAITING_MAX = 16_384;

    /** Topics whose newest message is remembered; of further topics it is not. */
    static final int RETAINED_MAX = 10_000;

    private final Context loop;
    private final Supplier<Collection<Connection>> connections;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Buffer> retained = new HashMap<>();
    private volatile Set<Section> wanted = Set.of();

    Outbox(Context loop, Supplier<Collection<Connection>> connections) {
        this.loop = loop;
        this.connections = connections;
    }

    @Override
    public boolean publish(String topic, byte[] payload, boolean isRetained) {
        if (!topic.startsWith(PREFIX)) {
            throw new IllegalArgumentException("topic " + topic + ", expected one below " + PREFIX);
        }
        Buffer buffer = Buffer.buffer(payload);
        return onLoop(1, () -> send(topic, buffer, isRetained));
    }

    @Override
    public boolean publish(List<Message> messages) {
        return onLoop(messages.size(), () -> {
            for (Message message : messages) {
                send(message.topic(), Buffer.buffer(message.payload()), false);
            }
        });
    }

    private boolean onLoop(int messages, Runnable work) {
        if (waiting.addAndGet(messages) > WAITING_MAX) {
            waiting.addAndGet(-messages);
            return false;
        }
        try {
            loop.runOnContext(ignored -> {
                waiting.addAndGet(-messages);
                work.run();
            });
            return true;
        } catch (RejectedExecutionException e) {
            // The listener is closed, so nobody listens.
            return false;
        }
    }

    @Override
    public boolean isWanted(Section section) {
        return wanted.contains(section);
    }

    /** Somebody subscribed, unsubscribed, came or went. */
    void subscriptionsChanged() {
        Set<Section> found = EnumSet.noneOf(Section.class);
        for (Connection connection : connections.get()) {
            for (TopicFilter filter : connection.session().subscriptions().keySet()) {
                for (Section section : Section.values()) {
                    if (filter.reachesBelow(section.below())) {
                        found.add(section);
                    }
                }
            }
        }
        wanted = found;
    }

    /** Sends a new subscriber the newest message of every topic it has subscribed to. */
    void greet(Connection connection, List<TopicFilter> filters) {
        retained.forEach((topic, payload) -> {
            for (TopicFilter filter : filters) {
                if (filter.matches(topic)) {
                    deliver(connection, topic, payload, qos(connection, TopicFilter.levelsOf(topic)), true);
                    return;
                }
            }
        });
    }

    private void send(String topic, Buffer payload, boolean isRetained) {
        if (isRetained && (retained.size() < RETAINED_MAX || retained.containsKey(topic))) {
            retained.put(topic, payload);
        }
        String[] levels = TopicFilter.levelsOf(topic);
        for (Connection connection : new ArrayList<>(connections.get())) {
            int qos = qos(connection, levels);
            if (qos >= 0) {
                deliver(connection, topic, payload, qos, false);
            }
        }
    }

    private void deliver(Connection connection, String topic, Buffer payload, int qos, boolean isRetained) {
        if (!connection.outflow().send(new Outflow.Item(topic, payload, qos, isRetained))) {
            connection.cutOff("it does not read what it subscribed to: "
                    + Outflow.UNSENT_BYTES_MAX + " bytes are waiting");
        }
    }

    /** The highest QoS of the subscriptions that match; -1 when none does. */
    private static int qos(Connection connection, String[] topic) {
        int qos = -1;
        for (Map.Entry<TopicFilter, Integer> each : connection.session().subscriptions().entrySet()) {
            if (each.getValue() > qos && each.getKey().matches(topic)) {
                qos = each.getValue();
            }
        }
        return qos;
    }
}
