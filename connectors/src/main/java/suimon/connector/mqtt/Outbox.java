package suimon.connector.mqtt;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import suimon.pipeline.Outlet;
import suimon.reading.Ticker;

/** What the gateway says to those who have subscribed. */
final class Outbox implements Outlet {
    /** Messages on their way to the event loop; beyond, new ones are dropped. */
    static final int WAITING_MAX = 16_384;

    /** Topics whose newest message is remembered; of further topics it is not. */
    static final int RETAINED_MAX = 10_000;

    /**
     * Values and results older than this are not sent any more (MQTT 5, 3.3.2.3.3): a stale one
     * would look fresh, and it is in the log. Alarms don't expire.
     */
    static final Duration LIFE = Duration.ofMinutes(10);

    private final Context loop;
    private final Ticker ticker;
    private final Supplier<Collection<Connection>> connections;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Newest> retained = new HashMap<>();
    /** Who shares a subscription and is here, by how it was written; whoever is first is next. */
    private final Map<String, ArrayDeque<Connection>> shared = new LinkedHashMap<>();
    /** When an alarm was last spoken of, in messages; of more than {@link #RETAINED_MAX} it is not known. */
    private final Map<String, Long> alarmSaidAt = new HashMap<>();
    private long said;
    private volatile Set<Section> wanted = Set.of();

    /** The newest of a topic. */
    private record Newest(Buffer payload, long expiresAt) {}

    Outbox(Context loop, Supplier<Collection<Connection>> connections, Ticker ticker) {
        this.ticker = ticker;
        this.loop = loop;
        this.connections = connections;
    }

    @Override
    public boolean publish(String topic, byte[] payload, boolean isRetained) {
        if (!topic.startsWith(PREFIX)) {
            throw new IllegalArgumentException("topic " + topic + ", expected one below " + PREFIX);
        }
        Buffer buffer = Buffer.buffer(payload);
        long now = ticker.nanos();
        return onLoop(1, () -> send(topic, buffer, isRetained, now));
    }

    @Override
    public boolean publish(List<Message> messages) {
        long now = ticker.nanos();
        return onLoop(messages.size(), () -> {
            for (Message message : messages) {
                send(message.topic(), Buffer.buffer(message.payload()), false, now);
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
        shared.clear();
        for (Connection connection : connections.get()) {
            for (Subscription subscription : connection.session().subscriptions().values()) {
                if (subscription.isShared()) {
                    shared.computeIfAbsent(subscription.written(), name -> new ArrayDeque<>()).add(connection);
                }
                for (Section section : Section.values()) {
                    if (subscription.filter().reachesBelow(section.below())) {
                        found.add(section);
                    }
                }
            }
        }
        wanted = found;
    }

    /** Sends a new subscriber the newest message of every topic it has subscribed to. */
    void greet(Connection connection, List<Subscription> subscriptions) {
        long now = ticker.nanos();
        retained.values().removeIf(newest -> Outflow.isOver(newest.expiresAt, now));
        retained.forEach((topic, newest) -> {
            Match match = match(subscriptions, TopicFilter.levelsOf(topic));
            if (match.qos >= 0) {
                deliver(connection, topic, newest, match, true);
            }
        });
    }

    /** How many messages were sent so far. */
    long said() {
        return said;
    }

    /** Sends a new subscriber alarms that stood after {@code since}, but for what was said of them later. */
    void tellStanding(
            Connection connection, List<Subscription> subscriptions, List<Message> alarms, long since,
            boolean isRetained) {
        for (Message alarm : alarms) {
            Match match = match(subscriptions, TopicFilter.levelsOf(alarm.topic()));
            if (match.qos >= 0 && alarmSaidAt.getOrDefault(alarm.topic(), 0L) <= since) {
                Newest newest = new Newest(Buffer.buffer(alarm.payload()), Outflow.NEVER);
                deliver(connection, alarm.topic(), newest, match, isRetained);
            }
        }
    }

    /** @param now when it was published: its life begins before it waits for the loop */
    private void send(String topic, Buffer payload, boolean isRetained, long now) {
        said++;
        boolean isLasting = topic.startsWith(Section.ALARMS.below());
        if (isLasting && (alarmSaidAt.size() < RETAINED_MAX || alarmSaidAt.containsKey(topic))) {
            alarmSaidAt.put(topic, said);
        }
        Newest message = new Newest(payload, isLasting ? Outflow.NEVER : now + LIFE.toNanos());
        if (isRetained && (retained.size() < RETAINED_MAX || retained.containsKey(topic))) {
            retained.put(topic, message);
        }
        String[] levels = TopicFilter.levelsOf(topic);
        for (Connection connection : new ArrayList<>(connections.get())) {
            Match match = match(connection.session().subscriptions().values(), levels);
            if (match.qos >= 0) {
                deliver(connection, topic, message, match, isRetained && match.keepsRetain);
            }
        }
        for (Map.Entry<String, ArrayDeque<Connection>> each : List.copyOf(shared.entrySet())) {
            share(each.getKey(), each.getValue(), topic, levels, message);
        }
    }

    /** One of the group gets it: the one that waited longest, but for those who are behind. */
    private void share(String written, ArrayDeque<Connection> group, String topic, String[] levels, Newest message) {
        Subscription first = group.isEmpty() ? null : group.getFirst().session().subscriptions().get(written);
        if (first == null || !first.filter().matches(levels)) {
            return;
        }
        Connection chosen = group.stream().filter(member -> !member.outflow().isBehind()).findFirst()
                .orElse(group.getFirst());
        group.remove(chosen);
        group.addLast(chosen);
        Subscription its = chosen.session().subscriptions().get(written);
        if (its != null) {
            int[] identifiers = its.identifier() == 0 ? Outflow.NO_IDENTIFIERS : new int[] {its.identifier()};
            deliver(chosen, topic, message, new Match(its.qos(), identifiers, false), false);
        }
    }

    private void deliver(Connection connection, String topic, Newest message, Match match, boolean isRetained) {
        if (!connection.outflow().send(new Outflow.Item(
                topic, message.payload, match.qos, isRetained, match.identifiers, message.expiresAt))) {
            connection.cutOff("it does not read what it subscribed to: "
                    + Outflow.UNSENT_BYTES_MAX + " bytes are waiting");
        }
    }

    /** What a client's own subscriptions make of a topic; QoS -1 when none matches. */
    private static Match match(Collection<Subscription> subscriptions, String[] topic) {
        int qos = -1;
        boolean keepsRetain = false;
        int[] identifiers = Outflow.NO_IDENTIFIERS;
        for (Subscription each : subscriptions) {
            if (!each.isShared() && each.filter().matches(topic)) {
                qos = Math.max(qos, each.qos());
                keepsRetain |= each.keepsRetain();
                if (each.identifier() > 0) {
                    identifiers = Arrays.copyOf(identifiers, identifiers.length + 1);
                    identifiers[identifiers.length - 1] = each.identifier();
                }
            }
        }
        return qos < 0 ? Match.NONE : new Match(qos, identifiers, keepsRetain);
    }

    /** The highest QoS and all identifiers of what matches: overlapping subscriptions bring one message. */
    private static final class Match {
        private static final Match NONE = new Match(-1, Outflow.NO_IDENTIFIERS, false);
        private final int qos;
        private final int[] identifiers;
        private final boolean keepsRetain;

        Match(int qos, int[] identifiers, boolean keepsRetain) {
            this.qos = qos;
            this.identifiers = identifiers;
            this.keepsRetain = keepsRetain;
        }
    }
}
