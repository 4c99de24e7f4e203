package suimon.connector.opcua;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Ticker;

/**
 * Judges each node by its data: one that is silent beyond its time is read. Where the value is the
 * one that was reported last, the node is quiet and nothing else happens; where it is another and the
 * subscription does not bring it within a grace either, its monitored item is made anew; where that
 * does not help and no other node is heard, the session; where that does not help, the node is polled.
 * A session that brings any node its changes is never given up for another node. Called by the
 * connection's thread; the counts may be read by any.
 */
final class NodeWatch {
    /** So many silent nodes are read in one look; the others have their turn at the next. */
    static final int READ_MAX = 100;

    /** So many reads in a row without an answer, while the subscription seems alive, end the session. */
    static final int UNANSWERED_MAX = 3;

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration MARGIN = Duration.ofMillis(500);

    private final OpcUaSettings settings;
    private final Ticker ticker;
    private final long graceNanos;
    private final AtomicLong reread = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final AtomicLong itemsRemade = new AtomicLong();
    private final AtomicLong sessionsRemade = new AtomicLong();
    private int unanswered;

    /** How far it was gone for a node whose changes the server does not report. */
    enum Measure { NONE, ITEM, SESSION, POLLED }

    NodeWatch(OpcUaSettings settings, Ticker ticker) {
        this.settings = settings;
        this.ticker = ticker;
        this.graceNanos = settings.publishingInterval().multipliedBy(2)
                .plus(settings.samplingInterval()).plus(MARGIN).toNanos();
    }

    /** What was done so far, by name. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        counts.put("nodes_reread", reread.get());
        counts.put("changes_missed", missed.get());
        counts.put("items_remade", itemsRemade.get());
        counts.put("sessions_remade", sessionsRemade.get());
        return counts;
    }

    /** Reads who is silent; why the session must be made anew, null when it need not. */
    @Nullable String look(Connection connection, Collection<TrackedNode> nodes)
            throws UaException, InterruptedException {
        long now = ticker.nanos();
        List<TrackedNode> silent = nodes.stream().filter(node -> isSilent(node, now)).limit(READ_MAX).toList();
        if (silent.isEmpty()) {
            return null;
        }
        List<DataValue> values;
        try {
            values = connection.read(silent);
        } catch (UaException e) {
            LOG.info("source={} {} silent nodes could not be read: {}",
                    settings.name(), silent.size(), Endpoints.reason(e));
            silent.forEach(node -> node.checkedNanos = now);
            return ++unanswered < UNANSWERED_MAX ? null : remade("silent nodes could not be read");
        }
        unanswered = 0;
        reread.addAndGet(silent.size());
        List<TrackedNode> deaf = new ArrayList<>();
        for (int index = 0; index < silent.size(); index++) {
            if (isDeaf(silent.get(index), values.get(index), now)) {
                missed.incrementAndGet();
                connection.deliverMissed(silent.get(index), values.get(index));
                deaf.add(silent.get(index));
            }
        }
        return act(connection, deaf, nodes, now);
    }

    private boolean isSilent(TrackedNode node, long now) {
        if (node.id() == null || !node.trouble().isEmpty() || !node.isWatched) {
            return false;
        }
        long patience = node.suspectedNanos != 0 ? graceNanos : silentAfter(node).toNanos();
        return now - node.heardNanos > patience && now - node.checkedNanos > patience;
    }

    private Duration silentAfter(TrackedNode node) {
        Duration own = node.settings.silentAfter();
        return own == null ? settings.silentAfter() : own;
    }

    /** True when the value was there before and the subscription has not brought it since. */
    private boolean isDeaf(TrackedNode node, DataValue value, long now) {
        node.checkedNanos = now;
        boolean wasHeard = node.heardNanos - now >= 0;
        if (wasHeard || isSame(node, node.latest, value)) {
            node.suspectedNanos = 0;
            return false;
        }
        if (node.suspectedNanos == 0) {
            // It may have changed just now, and the report may be on its way.
            node.suspectedNanos = now == 0 ? 1 : now;
            return false;
        }
        node.suspectedNanos = 0;
        return true;
    }

    /** A newer time alone proves nothing: some servers stamp a value when it is read. */
    private boolean isSame(TrackedNode node, @Nullable DataValue reported, DataValue read) {
        if (reported == null) {
            return read.value().value() == null;
        }
        Object one = reported.value().value();
        Object other = read.value().value();
        double deadband = node.settings.deadband() == null ? settings.deadband() : node.settings.deadband();
        boolean isNear = one instanceof Number before && other instanceof Number after
                && Math.abs(before.doubleValue() - after.doubleValue()) <= deadband;
        return Values.statusOf(reported.statusCode()) == Values.statusOf(read.statusCode())
                && (isNear || Objects.deepEquals(one, other));
    }

    private @Nullable String act(
            Connection connection, List<TrackedNode> deaf, Collection<TrackedNode> nodes, long now)
            throws UaException, InterruptedException {
        boolean isSessionAlive = nodes.stream().anyMatch(node -> node.isReporting()
                && now - node.heardNanos < silentAfter(node).toNanos());
        List<TrackedNode> again = new ArrayList<>();
        for (TrackedNode node : deaf) {
            Measure next = switch (node.measure) {
                case NONE -> Measure.ITEM;
                case ITEM -> isSessionAlive ? Measure.POLLED : Measure.SESSION;
                case SESSION, POLLED -> Measure.POLLED;
            };
            if (next != node.measure) {
                LOG.warn("source={} node={} changes and the server does not report it: {}", settings.name(),
                        node.settings.node(), words(next));
            }
            node.measure = next;
            if (next == Measure.ITEM) {
                again.add(node);
            }
        }
        if (!again.isEmpty()) {
            itemsRemade.addAndGet(again.size());
            connection.remake(again);
        }
        if (deaf.stream().noneMatch(node -> node.measure == Measure.SESSION)) {
            return null;
        }
        // One new session is tried for all of them, not one for each.
        nodes.stream().filter(node -> node.measure == Measure.ITEM).forEach(node -> node.measure = Measure.SESSION);
        return remade("nodes change and the server does not report it, such as "
                + deaf.getFirst().settings.node());
    }

    private String remade(String reason) {
        unanswered = 0;
        sessionsRemade.incrementAndGet();
        return reason;
    }

    private static String words(Measure measure) {
        return switch (measure) {
            case NONE -> "nothing to do";
            case ITEM -> "its monitored item is made anew";
            case SESSION -> "the session is made anew";
            case POLLED -> "it is polled from now on";
        };
    }
}
