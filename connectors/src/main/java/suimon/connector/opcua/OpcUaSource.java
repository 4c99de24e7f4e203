package suimon.connector.opcua;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.opcua.LiveQueue.Arrival;
import suimon.pipeline.Progress;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceLost;

/**
 * Readings from one OPC UA server (OPC UA Part 4; client side).
 *
 * <p>Three virtual threads: one keeps the connection and judges by data and keep-alives whether it
 * is alive, one hands live values over, one reads history. Milo's callbacks only put values into the
 * {@link LiveQueue}. Losses have one form: a node's flow is broken, the next value closes the
 * {@link Hole}, and {@link Backfill} fills it or records it as a gap.
 */
public final class OpcUaSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(OpcUaSource.class);
    private static final int BATCH_MAX = 2_000;
    private static final long TICK_MILLIS = 250;
    private static final Duration BACK_OFF_MIN = Duration.ofMillis(500);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(15);
    private static final Duration FAREWELL = Duration.ofSeconds(3);
    private static final long REFRESH_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long NODE_RETRY_NANOS = Duration.ofSeconds(60).toNanos();

    private final OpcUaSettings settings;
    private final SourceContext context;
    private final List<TrackedNode> nodes = new ArrayList<>();
    private final LiveQueue queue = new LiveQueue();
    private final Desk desk;
    private final Backfill backfill;
    private final CertificateWatch certificates;
    private final NodeWatch nodeWatch;
    private final Conditions conditions;
    private final UnitGuard units;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ReverseDoor door;
    private volatile @Nullable Relay relay;
    private volatile @Nullable Connection connection;
    private volatile String trouble = "not started";
    private volatile @Nullable Instant lastProgressAt;

    public OpcUaSource(OpcUaSettings settings, SourceContext context) {
        this.settings = settings;
        this.context = context;
        this.units = new UnitGuard(settings.name(), context);
        this.desk = new Desk(settings, context.inbox(),
                new Readout(settings.name(), context.descriptions()), units, () -> lastProgressAt = context.clock().instant());
        this.nodeWatch = new NodeWatch(settings, context.ticker());
        this.certificates = new CertificateWatch(
                settings.name(), settings.warnBeforeExpiry(), context.inbox(), context.clock());
        this.backfill = new Backfill(settings, context, desk);
        OpcUaSettings.AlarmSettings alarms = settings.alarms();
        this.conditions = new Conditions(settings.name(), alarms == null ? 1 : alarms.alertFrom(), context);
        long latest = Clocks.nanos(context.clock()) + Desk.FUTURE_NANOS_MAX;
        settings.nodes().forEach(node -> {
            long committed = context.lastCommitted().applyAsLong(node.series());
            nodes.add(new TrackedNode(node, committed > latest ? Long.MIN_VALUE : committed));
        });
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() throws SourceLost {
        openDoor();
        Map<String, byte[]> kept = context.kept().of(settings.name());
        for (TrackedNode node : nodes) {
            byte[] note = kept.get(Hole.keyOf(node.series()));
            Hole hole = note == null ? null : Hole.read(note);
            if (hole != null) {
                desk.restore(node, hole);
            }
        }
        units.restore(kept);
        if (settings.alarms() != null) {
            conditions.restore(kept);
        }
        trouble = "connecting to " + settings.endpoint();
        begin("connection", this::keepConnected);
        begin("live", this::handOver);
        begin("history", this::fillHoles);
    }

    /** Where the server comes to by itself, when it does. */
    private void openDoor() throws SourceLost {
        if (settings.reverse() != null) {
            ReverseDoor opened = ReverseDoor.open(settings, settings.reverse(), context.ticker());
            door = opened;
            relay = Relay.open(name(), opened);
        }
    }

    private void begin(String role, Work work) {
        threads.add(Thread.ofVirtual().name("opcua-" + settings.name() + "-" + role).start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** A loop that ends by interruption. */
    private interface Work {
        void run() throws InterruptedException;
    }

    private void keepConnected() throws InterruptedException {
        Duration backOff = BACK_OFF_MIN;
        String reason = "the gateway was not connected";
        Connection.Parts parts =
                new Connection.Parts(settings, context, desk, queue, conditions, certificates, nodes, units, relay);
        while (!isClosed()) {
            awaitServer();
            try (Connection fresh = Connection.open(parts, reason)) {
                LOG.info("source={} connected to {}, {}", name(), settings.endpoint(), subscribed());
                connection = fresh;
                trouble = "";
                backOff = BACK_OFF_MIN;
                reason = "the connection was lost: " + watch(fresh);
                trouble = "reconnecting to " + settings.endpoint() + ": " + reason;
                LOG.warn("source={} {}", name(), reason);
            } catch (SourceLost e) {
                tell(String.valueOf(e.getMessage()));
            } finally {
                connection = null;
            }
            certificates.look();
            long millis = backOff.toMillis();
            pause(millis / 2 + ThreadLocalRandom.current().nextLong(millis));
            backOff = min(backOff.multipliedBy(2), BACK_OFF_MAX);
        }
    }

    /** Returns at once where the gateway opens the connection itself. */
    private void awaitServer() throws InterruptedException {
        ReverseDoor opened = door;
        while (opened != null && !isClosed() && !opened.await(TICK_MILLIS)) {
            trouble = opened.state();
        }
    }

    /** Logs a trouble once, however often it comes again. */
    private void tell(String message) {
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn("{}", message);
        }
    }

    private String watch(Connection fresh) throws InterruptedException {
        long retriedNanos = context.ticker().nanos();
        long refreshedNanos = retriedNanos;
        certificates.look();
        while (!isClosed()) {
            String over = fresh.over();
            if (over != null) {
                return over;
            }
            long now = context.ticker().nanos();
            try {
                if (now - retriedNanos > NODE_RETRY_NANOS) {
                    retriedNanos = now;
                    certificates.look();
                    fresh.createItems();
                }
                if (now - refreshedNanos > REFRESH_NANOS) {
                    refreshedNanos = now;
                    fresh.refresh();
                }
                fresh.refreshConditions();
                String deaf = nodeWatch.look(fresh, nodes);
                if (deaf != null) {
                    return deaf;
                }
            } catch (UaException e) {
                return Endpoints.reason(e);
            }
            pause(TICK_MILLIS);
        }
        return "closed";
    }

    private void handOver() throws InterruptedException {
        while (!isClosed()) {
            List<Arrival> arrivals = queue.take(BATCH_MAX, TICK_MILLIS);
            if (!arrivals.isEmpty()) {
                desk.live(arrivals);
            }
            conditions.work();
            long dropped = queue.takeDropped();
            if (dropped > 0) {
                context.inbox().refused(name(), dropped);
            }
        }
    }

    private void fillHoles() throws InterruptedException {
        while (!isClosed()) {
            Connection current = connection;
            if (current != null) {
                backfill.work(current, nodes);
            }
            pause(TICK_MILLIS);
        }
    }

    @Override
    public Progress progress() {
        String now = trouble;
        boolean isUp = now.isEmpty();
        long polled = polled();
        String state = !isUp ? now : polled == 0 ? subscribed()
                : subscribed() + "; " + polled + " polled, since the server does not report their changes";
        Connection current = connection;
        List<String> deaf = current == null ? List.of() : current.alarmTroubles();
        Map<String, Long> counts = new TreeMap<>(nodeWatch.counts());
        if (settings.alarms() != null) {
            counts.putAll(conditions.counts());
        }
        ReverseDoor opened = door;
        if (opened != null) {
            counts.putAll(opened.counts());
        }
        return new Progress(deaf.isEmpty() ? state : state + "; " + String.join("; ", deaf),
                isUp && disabled() == 0 && polled == 0 && deaf.isEmpty(), lastProgressAt, counts);
    }

    private String subscribed() {
        StringBuilder text = new StringBuilder("subscribed to ")
                .append(nodes.size() - disabled()).append(" of ").append(nodes.size()).append(" nodes");
        nodes.stream().filter(node -> !node.trouble().isEmpty()).limit(3).forEach(node ->
                text.append("; ").append(node.settings.node()).append(": ").append(node.trouble()));
        return text.toString();
    }

    private int disabled() {
        return (int) nodes.stream().filter(node -> !node.trouble().isEmpty()).count();
    }

    private long polled() {
        return nodes.stream().filter(node -> node.measure == NodeWatch.Measure.POLLED).count();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void pause(long millis) throws InterruptedException {
        boolean isClosing = closed.await(millis, TimeUnit.MILLISECONDS);
        if (isClosing) {
            LOG.debug("source={} closing", name());
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            // The connection's thread says goodbye to the server unless it is stuck in connecting.
            for (Thread thread : threads) {
                boolean isConnection = thread.getName().endsWith("-connection");
                if (!isConnection || !thread.join(FAREWELL)) {
                    thread.interrupt();
                }
            }
            for (Thread thread : threads) {
                thread.join(FAREWELL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ReverseDoor opened = door;
        Relay used = relay;
        if (used != null) {
            used.close();
        }
        if (opened != null) {
            opened.close();
        }
        trouble = "closed";
    }
}
