package suimon.connector.mqtt;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import suimon.config.SourceSettings;
import suimon.pipeline.DeviceStatus;
import suimon.pipeline.Inbox;
import suimon.pipeline.Outlet;
import suimon.pipeline.Progress;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceLost;

/**
 * The built-in MQTT listener. One event loop owns all connections and sessions, so nothing here
 * needs a lock; the log's writer hands receipts over by batch, see {@link Receipts}.
 */
public final class MqttListener implements Source, Outlet {
    private static final long SWEEP_EVERY_NANOS = 60_000_000_000L;
    private static final long LOOK_EVERY_MILLIS = 1000;

    private final MqttListenerSettings settings;
    private final SourceContext gateway;
    private final Vertx vertx;
    private final Context loop;
    private final Sessions sessions;
    private final Arrivals arrivals;
    private final Receipts receipts;
    private final Outbox outbox;
    private final Wills wills;
    private final Devices devices;
    private final Throttle throttle;
    private final Admission admission;
    private final Users users;
    private final long lookEveryMillis;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private volatile int clients;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile boolean hasMoved;
    private volatile long movedNanos;
    private volatile int port;
    private volatile Supplier<List<Message>> standing = List::of;
    private long sweptNanos;

    MqttListener(MqttListenerSettings settings, SourceContext gateway, Login login) {
        this(settings, gateway, login, LOOK_EVERY_MILLIS);
    }

    /** A listener that looks after devices, wills and users this often. */
    MqttListener(MqttListenerSettings settings, SourceContext gateway, Login login, long lookEveryMillis) {
        this.settings = settings;
        this.lookEveryMillis = lookEveryMillis;
        this.gateway = gateway;
        vertx = MqttServers.oneLoop(settings.name());
        loop = vertx.getOrCreateContext();
        Map<String, byte[]> kept = gateway.kept().of(settings.name());
        sessions = new Sessions(settings, gateway, kept, this::ended);
        devices = new Devices(settings, gateway, kept);
        throttle = new Throttle(vertx, gateway.ticker());
        arrivals = new Arrivals(this, loop);
        receipts = new Receipts(loop, this::moved);
        outbox = new Outbox(loop, () -> connections, gateway.ticker());
        wills = new Wills(this, kept);
        admission = new Admission(this, vertx, login);
        users = new Users(this, vertx, login);
        sweptNanos = gateway.ticker().nanos();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() throws SourceLost {
        try {
            MqttServer server = MqttServers.listen(vertx, name(), settings.address(), settings.port(),
                    settings.tls(), (int) settings.packet().bytes(), admission::arrived);
            port = server.actualPort();
        } catch (IOException e) {
            throw new SourceLost("source " + name() + ": " + e.getMessage(), e);
        }
        vertx.setPeriodic(lookEveryMillis, id -> look());
    }

    private void look() {
        devices.look();
        wills.look();
        users.look();
        long now = gateway.ticker().nanos();
        if (now - sweptNanos >= SWEEP_EVERY_NANOS) {
            sweptNanos = now;
            sessions.sweep();
        }
    }

    /** The port it listens on; the configured one, or the one found when that is 0. */
    public int port() {
        return port;
    }

    @Override
    public Progress progress() {
        long ago = gateway.ticker().nanos() - movedNanos;
        Instant last = hasMoved ? gateway.clock().instant().minusNanos(ago) : null;
        return new Progress(clients + (clients == 1 ? " client" : " clients") + devices.summary(), true, last);
    }

    @Override
    public List<DeviceStatus> devices() {
        return devices.shown();
    }

    /** Takes over {@code devices}; whoever is now under another entry connects again. */
    @Override
    public boolean adopt(SourceSettings other) {
        if (!(other instanceof MqttListenerSettings next)) {
            return false;
        }
        loop.runOnContext(ignored -> {
            Set<Device> changed = devices.replace(next.devices());
            for (Connection connection : new ArrayList<>(connections)) {
                if (changed.contains(connection.device())) {
                    connection.dismiss(MqttDisconnectReasonCode.ADMINISTRATIVE_ACTION,
                            "its entry below devices has changed");
                }
            }
        });
        return next.with(settings.devices()).equals(settings);
    }

    @Override
    public boolean publish(String topic, byte[] payload, boolean retained) {
        return outbox.publish(topic, payload, retained);
    }

    @Override
    public void standing(Supplier<List<Message>> alarms) {
        standing = alarms;
    }

    /**
     * Tells a subscriber the alarms that stand; what is said meanwhile is newer and stays.
     *
     * @param isRetained whether they are marked so: for who subscribes, not for who comes back to its session
     */
    void tellStanding(Connection connection, List<Subscription> subscriptions, boolean isRetained) {
        boolean isAsked = subscriptions.stream()
                .anyMatch(one -> !one.isShared() && one.filter().reachesBelow(Section.ALARMS.below()));
        if (!isAsked) {
            return;
        }
        Supplier<List<Message>> alarms = standing;
        long since = outbox.said();
        // An answer that is there at once would overtake what was published before it: behind that on the loop.
        vertx.executeBlocking(alarms::get, false).onSuccess(found -> loop.runOnContext(ignored -> {
            if (!connection.isClosed()) {
                outbox.tellStanding(connection, subscriptions, found, since, isRetained);
            }
        }));
    }

    @Override
    public boolean publish(List<Message> messages) {
        return outbox.publish(messages);
    }

    @Override
    public boolean isWanted(Section section) {
        return outbox.isWanted(section);
    }

    @Override
    public void close() {
        if (!isClosed.getAndSet(true)) {
            MqttServers.close(vertx, name());
        }
    }

    MqttListenerSettings settings() {
        return settings;
    }

    Inbox inbox() {
        return gateway.inbox();
    }

    long nowNanos() {
        Instant now = gateway.clock().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Something was stored; called once per batch. */
    void moved() {
        movedNanos = gateway.ticker().nanos();
        hasMoved = true;
    }

    Sessions sessions() {
        return sessions;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    Receipts receipts() {
        return receipts;
    }

    Outbox outbox() {
        return outbox;
    }

    Wills wills() {
        return wills;
    }

    /** Whether the gateway stops; then nobody's will is due. */
    boolean isClosing() {
        return isClosed.get();
    }

    Users users() {
        return users;
    }

    Devices known() {
        return devices;
    }

    Throttle throttle() {
        return throttle;
    }

    Collection<Connection> connections() {
        return connections;
    }

    void entered(Connection connection) {
        connections.add(connection);
        connection.device().entered();
        clients = connections.size();
        outbox.subscriptionsChanged();
    }

    private void ended(Session session) {
        wills.sessionEnded(session.client());
    }

    void left(Connection connection) {
        connections.remove(connection);
        clients = connections.size();
        outbox.subscriptionsChanged();
        if (connection.session().connection() == connection) {
            sessions.away(connection.session());
        }
    }
}
