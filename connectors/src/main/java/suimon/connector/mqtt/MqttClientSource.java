package suimon.connector.mqtt;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.mqtt.BrokerConnection.Arrival;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.RepeatMark;
import suimon.pipeline.Outlet;
import suimon.pipeline.Progress;
import suimon.pipeline.Receipt;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;

/**
 * Readings from a broker, through Paho used as a transport only. One virtual thread owns the
 * connection: it connects, subscribes, sends acknowledgements, and after a loss begins again with a
 * new connection. A message is acknowledged after its commit and on the connection it came on; one
 * that was not comes again, since the session at the broker outlives the connection.
 *
 * <p>QoS 1 at most: with QoS 2 Paho confirms by itself whatever is asked, and forgets what was not
 * acknowledged.
 */
public final class MqttClientSource implements Source, Outlet, BrokerConnection.Listener {
    /** Events from Paho and receipts that wait for the owner; far above any receive maximum. */
    static final int EVENTS_MAX = 200_000;

    /** At so many waiting events nothing more is published: acknowledgements go first. */
    static final int SAYING_MAX = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(MqttClientSource.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final long FULL_WAIT_NANOS = 5_000_000;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final MqttClientSettings settings;
    private final SourceContext gateway;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(EVENTS_MAX);
    private final Backoff backoff;
    private final Thread owner;
    private volatile boolean isClosing;
    private volatile String state = "not started";
    private volatile boolean isHealthy;
    private volatile @Nullable BrokerConnection current;
    private volatile boolean hasMoved;
    private volatile long movedNanos;

    /** What the owner is told by other threads. */
    private sealed interface Event {
        /** A message is stored. */
        record Stored(BrokerConnection connection, int packetId) implements Event {}

        record Lost(BrokerConnection connection, String why) implements Event {}

        /** To be published; of an old connection or a new one. */
        record Say(List<Outlet.Message> messages) implements Event {}

        record Close() implements Event {}
    }

    MqttClientSource(MqttClientSettings settings, SourceContext gateway) {
        this.settings = settings;
        this.gateway = gateway;
        backoff = new Backoff(FIRST_WAIT, settings.reconnectWithin(), new java.util.Random());
        owner = Thread.ofVirtual().name("mqtt-client-" + settings.name()).unstarted(this::run);
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
        long ago = gateway.ticker().nanos() - movedNanos;
        return new Progress(state, isHealthy, hasMoved ? gateway.clock().instant().minusNanos(ago) : null);
    }

    /** Who listens at a broker is not known, so what is configured counts as wanted while connected. */
    @Override
    public boolean isWanted(Section section) {
        return settings.publish().contains(section) && current != null;
    }

    @Override
    public boolean publish(List<Message> messages) {
        return events.size() < SAYING_MAX && events.offer(new Event.Say(messages));
    }

    @Override
    public boolean publish(String topic, byte[] payload, boolean isRetained) {
        boolean isConfigured = settings.publish().stream().anyMatch(section -> topic.startsWith(section.below()));
        return isConfigured && publish(List.of(new Message(topic, payload)));
    }

    @Override
    public void close() {
        isClosing = true;
        // Full only if the owner is stuck in Paho; it looks at isClosing when it is back.
        events.offer(new Event.Close());
        try {
            owner.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void arrived(BrokerConnection by, Arrival arrival) {
        boolean isUnwanted = arrival.isRetained() && !settings.retained();
        if (isUnwanted) {
            if (arrival.qos() > 0) {
                tell(new Event.Stored(by, arrival.packetId()));
            }
            return;
        }
        Delivery.Message message = arrival.qos() == 0
                ? new Delivery.Message(name(), arrival.topic(), arrival.payload(), nowNanos(), this::moved)
                : new Delivery.Message(name(), arrival.topic(), arrival.payload(), nowNanos(),
                        new RepeatMark(clientId(), arrival.packetId(), arrival.isDuplicate()), List.of(),
                        stored(by, arrival.packetId()));
        if (gateway.inbox().offer(message)) {
            return;
        }
        if (arrival.qos() == 0) {
            gateway.inbox().refused(name(), 1);
        } else {
            waitForRoom(by, message);
        }
    }

    @Override
    public void lost(BrokerConnection connection, String why) {
        tell(new Event.Lost(connection, why));
    }

    /** Holds Paho's thread, and so the broker, until there is room or the connection is over. */
    private void waitForRoom(BrokerConnection by, Delivery.Message message) {
        while (!isClosing && current == by) {
            LockSupport.parkNanos(FULL_WAIT_NANOS);
            if (gateway.inbox().offer(message)) {
                return;
            }
        }
    }

    private Receipt stored(BrokerConnection by, int packetId) {
        return () -> tell(new Event.Stored(by, packetId));
    }

    private void tell(Event event) {
        if (!events.offer(event)) {
            LOG.warn("source={} {} events wait; the broker will send again what is not acknowledged", name(),
                    EVENTS_MAX);
        }
    }

    private void run() {
        try {
            while (!isClosing) {
                String why = connected();
                if (!isClosing) {
                    Duration wait = backoff.next();
                    if (!why.equals(state)) {
                        LOG.warn("source={} {}", name(), why);
                    }
                    state = why;
                    isHealthy = false;
                    rest(wait);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs one connection to its end and says why it ended. */
    private String connected() throws InterruptedException {
        String where = settings.broker().toString();
        try (BrokerConnection connection = connection()) {
            current = connection;
            List<String> refused = connection.open();
            backoff.reset();
            isHealthy = refused.isEmpty();
            int granted = settings.topics().size() - refused.size();
            state = "subscribed to " + granted + " of " + settings.topics().size() + " filters at " + where
                    + (refused.isEmpty() ? "" : "; refused: " + String.join(", ", refused));
            LOG.info("source={} {}", name(), state);
            return where + ": " + serve(connection);
        } catch (IOException e) {
            return where + ": " + e.getMessage() + "; check the broker's address, user and certificate";
        } finally {
            current = null;
        }
    }

    private BrokerConnection connection() throws IOException {
        return settings.version().equals("5")
                ? new PahoFive(settings, clientId(), this)
                : new PahoThree(settings, clientId(), this);
    }

    private String serve(BrokerConnection connection) throws InterruptedException, IOException {
        while (true) {
            switch (events.take()) {
                case Event.Stored stored when stored.connection == connection -> {
                    connection.acknowledge(stored.packetId);
                    moved();
                }
                case Event.Stored late -> LOG.debug("source={} packet {} is of an old connection", name(), late.packetId);
                case Event.Lost lost when lost.connection == connection -> {
                    return "connection lost: " + lost.why;
                }
                case Event.Lost old -> LOG.debug("source={} old connection: {}", name(), old.why);
                case Event.Say say -> say(connection, say.messages);
                case Event.Close close -> {
                    return "closed";
                }
            }
        }
    }

    private void say(BrokerConnection connection, List<Message> messages) {
        try {
            for (Message message : messages) {
                connection.publish(message.topic(), message.payload());
            }
        } catch (IOException e) {
            // With QoS 0 nothing is promised; a connection that is lost says so itself.
            LOG.debug("source={} not published: {}", name(), e.getMessage());
        }
    }

    /** Waits, but not for what concerns connections that are over. */
    private void rest(Duration wait) throws InterruptedException {
        long deadline = gateway.ticker().nanos() + wait.toNanos();
        long left = wait.toNanos();
        while (left > 0 && !isClosing) {
            events.poll(left, TimeUnit.NANOSECONDS);
            left = deadline - gateway.ticker().nanos();
        }
    }

    private void moved() {
        movedNanos = gateway.ticker().nanos();
        hasMoved = true;
    }

    private String clientId() {
        return settings.clientId() == null
                ? "suimon-" + gateway.siteId() + "-" + settings.name()
                : settings.clientId();
    }

    private long nowNanos() {
        Instant now = gateway.clock().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
