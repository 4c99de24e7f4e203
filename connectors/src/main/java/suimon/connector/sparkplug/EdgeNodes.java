package suimon.connector.sparkplug;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.connector.sparkplug.EdgeNode.Held;
import suimon.connector.sparkplug.EdgeNode.Known;
import suimon.pipeline.Delivery.Sample;

/**
 * The state of all edge nodes, as Sparkplug 3.0 wants a host application to keep it: births before
 * data, every sequence number in its turn, deaths of the session they belong to. For one thread.
 *
 * <p>A message ahead of its turn is held for a while. When those before it don't come, that is a gap
 * in the log, what was held is taken, and the node is asked for its birth.
 */
final class EdgeNodes {
    /** A message of one more node is refused. */
    static final int NODES_MAX = 1000;

    /** A birth that would make more metrics than this, of all nodes together, is refused. */
    static final int METRICS_MAX = 10_000;

    /** All nodes together are asked for births so many times a minute; the rest waits for its next message. */
    static final int REBIRTHS_A_MINUTE_MAX = 600;

    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Map<String, EdgeNode> nodes = new HashMap<>();
    private final Readings readings;
    private final Duration reorderWithin;
    private final Duration rebirthEvery;
    private final Outside outside;
    private long minuteTicks;
    private int askedThisMinute;

    /** Whom the nodes' state concerns. */
    interface Outside {
        void samples(List<Sample> samples, long receivedNanos) throws InterruptedException;

        /** A birth says what the values of series mean, before the first of them. */
        void described(Map<String, Metric.Properties> series) throws InterruptedException;

        void lost(long fromNanos, long toNanos, String reason) throws InterruptedException;

        void refused(Incoming message, String reason) throws InterruptedException;

        void askForBirth(String group, String node);

        /** A steady clock, nanoseconds. */
        long ticks();
    }

    EdgeNodes(String series, Duration reorderWithin, Duration rebirthEvery, Outside outside) {
        readings = new Readings(series);
        this.reorderWithin = reorderWithin;
        this.rebirthEvery = rebirthEvery;
        this.outside = outside;
    }

    /** One message, in the order of arrival. */
    void take(Incoming message) throws InterruptedException {
        EdgeNode node = nodes.get(message.group() + "/" + message.node());
        if (node == null) {
            if (nodes.size() >= NODES_MAX) {
                outside.refused(message, "edge node " + message.node() + " would be one more than " + NODES_MAX);
                return;
            }
            node = new EdgeNode(message.group(), message.node());
            nodes.put(node.toString(), node);
        }
        try {
            Metric.Payload payload = Metric.Payload.read(message.bytes());
            switch (message.kind()) {
                case NBIRTH -> nodeBorn(node, message, payload);
                case NDEATH -> nodeDied(node, message, payload);
                case NDATA, DBIRTH, DDATA, DDEATH -> inTurn(node, message, payload);
            }
        } catch (BadPayload e) {
            outside.refused(message, String.valueOf(e.getMessage()));
        }
    }

    /** What time brings about; called several times a second. */
    void tick(long nowNanos) throws InterruptedException {
        long now = outside.ticks();
        for (EdgeNode node : nodes.values()) {
            if (node.isOnline && !node.held.isEmpty() && now - node.heldSinceTicks > reorderWithin.toNanos()) {
                giveUp(node);
            }
            if (node.isAwaited && now - node.awaitedUntilTicks > 0) {
                node.isAwaited = false;
                dead(node, nowNanos);
            }
        }
    }

    /** The connection to the broker is gone: whoever is online may change unseen. */
    void disconnected() {
        for (EdgeNode node : nodes.values()) {
            node.isAwaited = node.isAwaited || node.isOnline;
            node.isOnline = false;
            node.held.clear();
            // Until there is a connection again nobody can be born.
            node.awaitedUntilTicks = Long.MAX_VALUE / 2 + outside.ticks();
        }
    }

    /** A new connection: those that were online are asked, and count as dead if they don't answer twice. */
    void connected() {
        for (EdgeNode node : nodes.values()) {
            if (node.isAwaited) {
                node.wasAsked = false;
                ask(node);
                node.awaitedUntilTicks = outside.ticks() + 2 * rebirthEvery.toNanos();
            }
        }
    }

    int online() {
        return (int) nodes.values().stream().filter(node -> node.isOnline).count();
    }

    int known() {
        return nodes.size();
    }

    private void nodeBorn(EdgeNode node, Incoming message, Metric.Payload payload)
            throws BadPayload, InterruptedException {
        checkRoom(node, "", payload.metrics());
        List<Sample> samples = readings.of(message, payload, node);
        long bdSeq = bdSeq(payload);
        node.byName.clear();
        node.byAlias.clear();
        node.alive.clear();
        int before = node.held.size();
        node.held.values().removeIf(held -> held.payload().millis() < payload.millis());
        node.unborn += before - node.held.size();
        node.born("", payload.metrics());
        node.bdSeq = bdSeq;
        node.isOnline = true;
        node.isAwaited = false;
        node.wasAsked = false;
        node.expectAfter(Math.max(0, payload.sequence()));
        node.lastNanos = message.receivedNanos();
        if (node.unborn > 0) {
            outside.lost(node.unbornNanos, message.receivedNanos(),
                    "edge node " + node + ": " + node.unborn + " messages before its birth");
            node.unborn = 0;
        }
        outside.described(readings.described(message, payload, node));
        outside.samples(samples, message.receivedNanos());
        List<Held> early = List.copyOf(node.held.values());
        node.held.clear();
        for (Held one : early) {
            inTurn(node, one.message(), one.payload());
        }
    }

    private void nodeDied(EdgeNode node, Incoming message, Metric.Payload payload) throws InterruptedException {
        long bdSeq = bdSeq(payload);
        // The will of an earlier session may come after the birth of the next.
        boolean isOfThisSession = bdSeq < 0 || node.bdSeq < 0 || bdSeq == node.bdSeq;
        if ((node.isOnline || node.isAwaited) && isOfThisSession) {
            node.isOnline = false;
            node.isAwaited = false;
            node.held.clear();
            dead(node, message.receivedNanos());
        }
    }

    private void dead(EdgeNode node, long nowNanos) throws InterruptedException {
        List<Sample> stale = new ArrayList<>();
        for (String device : node.alive) {
            stale.addAll(readings.stale(node, device, nowNanos));
        }
        node.alive.clear();
        outside.samples(stale, nowNanos);
    }

    private void inTurn(EdgeNode node, Incoming message, Metric.Payload payload) throws InterruptedException {
        if (!node.isOnline) {
            ask(node);
            early(node, message, payload);
            return;
        }
        int ahead = payload.sequence() < 0 ? 0 : node.ahead(payload.sequence());
        if (ahead == 0) {
            if (payload.sequence() >= 0) {
                node.expectAfter(payload.sequence());
            }
            apply(node, message, payload);
            next(node);
        } else if (ahead >= 128) {
            // Given up before, or sent twice: its values have their own time.
            apply(node, message, payload);
        } else {
            hold(node, message, payload);
            if (node.held.size() >= EdgeNode.HELD_MAX || reorderWithin.isZero()) {
                giveUp(node);
            }
        }
    }

    /** A message of a node without birth: of use only if it was sent after the birth and overtook it. */
    private void early(EdgeNode node, Incoming message, Metric.Payload payload) {
        if (node.held.isEmpty() && node.unborn == 0) {
            node.unbornNanos = message.receivedNanos();
        }
        if (node.held.size() >= EdgeNode.HELD_MAX) {
            node.unborn += node.held.size();
            node.held.clear();
        }
        hold(node, message, payload);
    }

    private void hold(EdgeNode node, Incoming message, Metric.Payload payload) {
        if (node.held.isEmpty()) {
            node.heldSinceTicks = outside.ticks();
        }
        if (node.held.size() < EdgeNode.HELD_MAX) {
            node.held.put(Math.max(0, payload.sequence()), new Held(message, payload));
        }
    }

    /** Takes those held whose turn it is now. */
    private void next(EdgeNode node) throws InterruptedException {
        for (Held one = node.held.remove(node.expected); one != null; one = node.held.remove(node.expected)) {
            node.expectAfter(node.expected);
            apply(node, one.message(), one.payload());
        }
        node.heldSinceTicks = outside.ticks();
    }

    private void giveUp(EdgeNode node) throws InterruptedException {
        List<Held> early = new ArrayList<>(node.held.values());
        node.held.clear();
        early.sort(java.util.Comparator.comparingInt(one -> node.ahead(one.payload().sequence())));
        Held first = early.getFirst();
        String reason = "edge node " + node + ": seq " + node.expected + " expected, "
                + first.payload().sequence() + " came";
        outside.lost(node.lastNanos, early.getLast().message().receivedNanos(), reason);
        for (Held one : early) {
            node.expectAfter(one.payload().sequence());
            apply(node, one.message(), one.payload());
        }
        ask(node);
    }

    private void apply(EdgeNode node, Incoming message, Metric.Payload payload) throws InterruptedException {
        node.lastNanos = message.receivedNanos();
        try {
            switch (message.kind()) {
                case DBIRTH -> {
                    checkRoom(node, message.device(), payload.metrics());
                    List<Sample> samples = readings.of(message, payload, node);
                    node.born(message.device(), payload.metrics());
                    outside.described(readings.described(message, payload, node));
                    outside.samples(samples, message.receivedNanos());
                }
                case DDEATH -> {
                    if (node.alive.remove(message.device())) {
                        long at = payload.millis() < 0 ? message.receivedNanos() : Readings.nanos(payload.millis());
                        outside.samples(readings.stale(node, message.device(), at), message.receivedNanos());
                    }
                }
                case NDATA, DDATA -> data(node, message, payload);
                case NBIRTH, NDEATH -> throw new IllegalStateException(message.kind() + " has no turn");
            }
        } catch (BadPayload e) {
            outside.refused(message, String.valueOf(e.getMessage()));
        }
    }

    private void data(EdgeNode node, Incoming message, Metric.Payload payload)
            throws BadPayload, InterruptedException {
        for (Metric metric : payload.metrics()) {
            if (node.known(message.device(), metric) == null) {
                ask(node);
                throw new BadPayload("metric " + (metric.name().isEmpty() ? "with alias " + metric.alias()
                        : "'" + metric.name() + "'") + " was in no birth of " + message.topic()
                        + "; the node is asked for its birth");
            }
        }
        outside.samples(readings.of(message, payload, node), message.receivedNanos());
    }

    private void checkRoom(EdgeNode of, String device, List<Metric> metrics) throws BadPayload {
        long others = 0;
        for (EdgeNode node : nodes.values()) {
            others += node.byName.size();
        }
        for (Known known : of.byName.values()) {
            others -= device.isEmpty() || known.device().equals(device) ? 1 : 0;
        }
        if (others + metrics.size() > METRICS_MAX) {
            throw new BadPayload("a birth of " + metrics.size() + " metrics, where " + others + " of at most "
                    + METRICS_MAX + " are known");
        }
        for (Metric metric : metrics) {
            if (metric.name().isEmpty()) {
                throw new BadPayload("a birth with a metric that has no name");
            }
        }
    }

    private void ask(EdgeNode node) {
        long now = outside.ticks();
        if (now - minuteTicks > MINUTE_NANOS) {
            minuteTicks = now;
            askedThisMinute = 0;
        }
        boolean isDue = !node.wasAsked || now - node.askedTicks >= rebirthEvery.toNanos();
        if (isDue && askedThisMinute < REBIRTHS_A_MINUTE_MAX) {
            askedThisMinute++;
            node.wasAsked = true;
            node.askedTicks = now;
            outside.askForBirth(node.group, node.name);
        }
    }

    private static long bdSeq(Metric.Payload payload) {
        for (Metric metric : payload.metrics()) {
            if (metric.name().equals("bdSeq") && metric.value() instanceof Metric.Content.Whole whole) {
                return whole.bits();
            }
        }
        return -1;
    }
}
