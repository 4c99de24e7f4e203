package suimon.connector.sparkplug;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.mqtt.Backoff;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Progress;
import suimon.pipeline.Receipt;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.reading.Nanos;

/**
 * A host application of Sparkplug B 3.0. One virtual thread owns the connection and the state of the
 * nodes; Paho's thread only hands messages over and waits where there is no room, which holds the
 * broker. Edge nodes publish with QoS 0: what is lost shows in the sequence, and is a gap.
 */
public final class SparkplugSource implements Source, HostConnection.Listener, EdgeNodes.Outside {
    /** Messages that wait for the owner; then Paho's thread waits. */
    static final int EVENTS_MAX = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(SparkplugSource.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final long TICK_MILLIS = 100;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final SparkplugSettings settings;
    private final SourceContext gateway;
    private final EdgeNodes nodes;
    private final MetricUnits units;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
    private final Backoff backoff;
    private final Thread owner;
    private @Nullable HostConnection current;
    private long lastNanos;
    private volatile boolean isClosing;
    private volatile String state = "not started";
    private volatile boolean isHealthy;
    private volatile boolean hasMoved;
    private volatile long movedTicks;

    private sealed interface Event {
        record Arrived(HostConnection by, String topic, byte[] payload, long receivedNanos) implements Event {}

        record Lost(HostConnection connection, String why) implements Event {}
    }

    SparkplugSource(SparkplugSettings settings, SourceContext gateway) {
        this.settings = settings;
        this.gateway = gateway;
        nodes = new EdgeNodes(settings.series(), settings.reorderWithin(), settings.rebirthEvery(), this);
        units = new MetricUnits(settings.name(), gateway);
        backoff = new Backoff(FIRST_WAIT, settings.reconnectWithin(), new java.util.Random());
        owner = Thread.ofVirtual().name("sparkplug-" + settings.name()).unstarted(this::run);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() {
        owner.start();
    }

    @Override
    public Progress progress() {
        long ago = gateway.ticker().nanos() - movedTicks;
        return new Progress(state, isHealthy, hasMoved ? gateway.clock().instant().minusNanos(ago) : null);
    }

    @Override
    public void close() {
        isClosing = true;
        owner.interrupt();
        try {
            owner.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void arrived(HostConnection by, String topic, byte[] payload) {
        tell(new Event.Arrived(by, topic, payload, nowNanos()));
    }

    @Override
    public void lost(HostConnection connection, String why) {
        tell(new Event.Lost(connection, why));
    }

    private void tell(Event event) {
        try {
            while (!isClosing && !events.offer(event, TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("source={} {} messages wait", name(), EVENTS_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!isClosing) {
                String why = connected();
                if (!why.equals(state)) {
                    LOG.warn("source={} {}", name(), why);
                }
                state = why;
                isHealthy = false;
                TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
            }
        } catch (InterruptedException e) {
            state = "closed";
        }
    }

    /** Runs one connection to its end and says why it ended. */
    private String connected() throws InterruptedException {
        String where = settings.broker().toString();
        long nowMillis = gateway.clock().millis();
        try (HostConnection connection = new HostConnection(settings, clientId(), nowMillis, this)) {
            connection.open();
            backoff.reset();
            current = connection;
            if (lastNanos != 0) {
                lost(lastNanos, nowNanos(), "no connection to " + where);
            }
            nodes.connected();
            isHealthy = true;
            LOG.info("source={} host of Sparkplug at {}", name(), where);
            return where + ": " + serve(connection);
        } catch (IOException e) {
            return where + ": " + e.getMessage() + "; check the broker's address, user and certificate";
        } finally {
            current = null;
            nodes.disconnected();
        }
    }

    private String serve(HostConnection connection) throws InterruptedException, IOException {
        while (true) {
            state = nodes.online() + " of " + nodes.known() + " edge nodes online at " + settings.broker();
            switch (events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                case null -> LOG.trace("source={} nothing came", name());
                case Event.Arrived arrived when arrived.by == connection -> took(connection, arrived);
                case Event.Lost lost when lost.connection == connection -> {
                    return "connection lost: " + lost.why;
                }
                case Event.Arrived old -> LOG.debug("source={} {} is of an old connection", name(), old.topic);
                case Event.Lost old -> LOG.debug("source={} old connection: {}", name(), old.why);
            }
            lastNanos = nowNanos();
            nodes.tick(lastNanos);
        }
    }

    private void took(HostConnection connection, Event.Arrived arrived) throws InterruptedException, IOException {
        if (arrived.topic.startsWith("spBv1.0/STATE/")) {
            // The will of an earlier connection of ours may come late.
            boolean isOffline = new String(arrived.payload, StandardCharsets.UTF_8).matches(".*\"online\" *: *false.*");
            if (isOffline && arrived.topic.equals(connection.stateTopic())) {
                connection.sayOnline();
            }
            return;
        }
        Incoming message = Incoming.of(arrived.topic, arrived.payload, arrived.receivedNanos);
        if (message != null) {
            nodes.take(message);
        }
    }

    @Override
    public void samples(List<Sample> samples, long receivedNanos) throws InterruptedException {
        List<Sample> taken = units.taken(samples);
        if (!taken.isEmpty()) {
            gateway.inbox().put(new Delivery.Samples(name(), taken, receivedNanos, List.of(), this::moved));
        }
    }

    @Override
    public void described(Map<String, Metric.Properties> series) throws InterruptedException {
        units.described(series);
    }

    @Override
    public void lost(long fromNanos, long toNanos, String reason) throws InterruptedException {
        LOG.info("source={} gap: {}", name(), reason);
        if (fromNanos < toNanos) {
            gateway.inbox().put(new Delivery.Lost(
                    name(), "", Nanos.toInstant(fromNanos), Nanos.toInstant(toNanos), reason, Receipt.NONE));
        }
    }

    @Override
    public void refused(Incoming message, String reason) throws InterruptedException {
        gateway.inbox().put(new Delivery.Refused(
                name(), message.topic(), message.bytes(), message.receivedNanos(), reason, this::moved));
    }

    @Override
    public void askForBirth(String group, String node) {
        HostConnection connection = current;
        if (connection == null) {
            return;
        }
        LOG.info("source={} asks edge node {}/{} for its birth", name(), group, node);
        try {
            connection.publish("spBv1.0/" + group + "/NCMD/" + node,
                    Wire.command("Node Control/Rebirth", gateway.clock().millis()), 0, false);
        } catch (IOException e) {
            // With QoS 0 nothing is promised; the node's next message asks again.
            LOG.debug("source={} not asked: {}", name(), e.getMessage());
        }
    }

    @Override
    public long ticks() {
        return gateway.ticker().nanos();
    }

    private void moved() {
        movedTicks = gateway.ticker().nanos();
        hasMoved = true;
    }

    private String clientId() {
        return settings.clientId() == null
                ? "suimon-" + gateway.siteId() + "-" + settings.name()
                : settings.clientId();
    }

    private long nowNanos() {
        return Nanos.of(gateway.clock().instant());
    }
}
