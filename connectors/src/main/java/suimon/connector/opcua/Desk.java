package suimon.connector.opcua;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.opcua.LiveQueue.Arrival;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Note;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Inbox;
import suimon.pipeline.Receipt;
import suimon.reading.ValueType;

/**
 * Hands over to the inbox and keeps the books of what is still missing.
 *
 * <p>Invariant: whoever has read the log up to some point knows of every hole before it. The note
 * that a range is missing is committed with the first value behind it, so that a power cut at any
 * moment leaves either no newer value (then the range follows from the last committed time) or the
 * note. The note goes only after the range was handed over. One lock keeps notes and values of the
 * two threads, live and history, in this order; waiting for room under it is meant.
 */
final class Desk {
    /** So many deliveries may be uncommitted; then the source waits, and the live queue fills. */
    static final int UNCOMMITTED_MAX = 256;

    /**
     * A source time further ahead of the gateway's clock is a clock gone wrong; it must not become
     * the time from which missing values are counted, else nothing would be missed until then.
     */
    static final long FUTURE_NANOS_MAX = Duration.ofDays(1).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final String source;
    private final Inbox inbox;
    private final Readout readout;
    private final UnitGuard units;
    private final long firstHistoryNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Semaphore uncommitted = new Semaphore(UNCOMMITTED_MAX);
    private final Receipt stored;

    /** Calls {@code progress} when values were committed, on the log's thread. */
    Desk(OpcUaSettings settings, Inbox inbox, Readout readout, UnitGuard units, Runnable progress) {
        this.readout = readout;
        this.units = units;
        this.stored = () -> {
            uncommitted.release();
            progress.run();
        };
        this.source = settings.name();
        this.inbox = inbox;
        this.firstHistoryNanos = settings.history() ? settings.firstHistory().toNanos() : 0;
    }

    /** Hands over what was subscribed to; true when new holes came with it. */
    boolean live(List<Arrival> arrivals) throws InterruptedException {
        uncommitted.acquire();
        lock.lockInterruptibly();
        try {
            List<Sample> samples = new ArrayList<>(arrivals.size());
            Map<String, Note> notes = new LinkedHashMap<>();
            for (Arrival arrival : arrivals) {
                take(arrival, samples, notes);
            }
            if (samples.isEmpty()) {
                uncommitted.release();
                return false;
            }
            List<Note> kept = List.copyOf(notes.values());
            inbox.put(new Delivery.Samples(
                    source, samples, arrivals.getLast().receivedNanos(), kept, stored));
            return !notes.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void take(Arrival arrival, List<Sample> samples, Map<String, Note> notes)
            throws InterruptedException {
        TrackedNode node = arrival.node();
        String refusal = units.now(node);
        if (!refusal.isEmpty()) {
            // No break is kept: what follows must not be read from the history in the other unit.
            disable(node, refusal, arrival.receivedNanos());
            return;
        }
        List<Sample> found = samplesOf(node, arrival.value(), arrival.receivedNanos());
        if (found.isEmpty()) {
            // The break stays open until a value comes that can be taken.
            node.broken.compareAndSet(null, arrival.broken());
            return;
        }
        long measured = found.getFirst().measuredNanos();
        long time = measured == Long.MIN_VALUE ? arrival.receivedNanos() : measured;
        if (node.notification != arrival.notification()) {
            node.notification = arrival.notification();
            node.newestBeforeNanos = node.newestNanos;
        }
        boolean isOverflown = Values.isOverflown(arrival.value().statusCode());
        String reason = isOverflown ? "the server's queue overflowed" : arrival.broken();
        if (reason != null) {
            Hole hole = holeBefore(node, time, reason);
            if (hole != null) {
                add(node, hole);
                notes.put(node.series(), noteOf(node));
            }
        }
        if (time <= arrival.receivedNanos() + FUTURE_NANOS_MAX) {
            node.newestNanos = Math.max(node.newestNanos, time);
        }
        samples.addAll(found);
    }

    /**
     * What may be missing before a value: everything since the notification before this one. Servers
     * differ in which value of a full queue they flag as overflown (Part 4, 5.13.1.5 says the oldest
     * left, Milo's server flags the newest), so that the place inside a notification tells nothing.
     */
    private @Nullable Hole holeBefore(TrackedNode node, long time, String reason) {
        long from = node.newestBeforeNanos;
        if (from != Long.MIN_VALUE) {
            return time > from ? new Hole(from, time, true, reason) : null;
        }
        return firstHistoryNanos > 0 ? new Hole(time - firstHistoryNanos, time, false, reason) : null;
    }

    private static void add(TrackedNode node, Hole hole) {
        boolean isLonger = !node.holes.isEmpty() && node.holes.getLast().from() == hole.from();
        if (!isLonger && node.holes.size() < Hole.HOLES_MAX) {
            node.holes.add(hole);
            return;
        }
        Hole last = node.holes.removeLast();
        node.holes.add(new Hole(last.from(), Math.max(last.to(), hole.to()), last.isExact(), hole.reason()));
    }

    /** A hole that an earlier run left behind. */
    void restore(TrackedNode node, Hole hole) {
        lock.lock();
        try {
            node.holes.add(hole);
        } finally {
            lock.unlock();
        }
    }

    List<Hole> holesOf(TrackedNode node) {
        lock.lock();
        try {
            return List.copyOf(node.holes);
        } finally {
            lock.unlock();
        }
    }

    /** Hands over a page of history; what is left of the hole is kept in the same commit. */
    Hole page(TrackedNode node, Hole hole, List<DataValue> values, long receivedNanos)
            throws InterruptedException {
        uncommitted.acquire();
        lock.lockInterruptibly();
        try {
            List<Sample> samples = new ArrayList<>(values.size());
            long newest = hole.from();
            for (DataValue value : values) {
                List<Sample> found = samplesOf(node, value, receivedNanos);
                samples.addAll(found);
                newest = found.isEmpty() ? newest : Math.max(newest, found.getFirst().measuredNanos());
            }
            Hole rest = new Hole(Math.min(newest, hole.to()), hole.to(), hole.isExact(), hole.reason());
            node.holes.replaceAll(one -> one.equals(hole) ? rest : one);
            inbox.put(new Delivery.Samples(
                    source, samples, receivedNanos, List.of(noteOf(node)), stored));
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** The hole is dealt with: read whole, or its loss recorded. */
    void settled(TrackedNode node, Hole hole) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            node.holes.remove(hole);
            inbox.put(new Delivery.Keep(source, List.of(noteOf(node)), Receipt.NONE));
        } finally {
            lock.unlock();
        }
    }

    /** Records that values are missing; {@code to} is Long.MIN_VALUE while the end is unknown. */
    void lost(TrackedNode node, long from, long to, String reason) throws InterruptedException {
        LOG.warn("source={} series={} gap from {} to {}: {}", source, node.series(), Values.instant(from),
                to == Long.MIN_VALUE ? "unknown" : Values.instant(to), reason);
        inbox.put(new Delivery.Lost(source, node.series(), Values.instant(from),
                to == Long.MIN_VALUE ? null : Values.instant(to), reason, Receipt.NONE));
    }

    /** Takes a node out of service and says so once: in the log, the progress and the gaps. */
    void disable(TrackedNode node, String reason, long nowNanos) throws InterruptedException {
        if (node.disable(reason)) {
            LOG.warn("source={} node={} series={} disabled: {}", source, node.settings.node(), node.series(), reason);
            long from = newestOf(node);
            lost(node, from == Long.MIN_VALUE ? nowNanos : from, Long.MIN_VALUE,
                    "node " + node.settings.node() + ": " + reason);
        }
    }

    private long newestOf(TrackedNode node) {
        lock.lock();
        try {
            return node.newestNanos;
        } finally {
            lock.unlock();
        }
    }

    private static Note noteOf(TrackedNode node) {
        return new Note(Hole.keyOf(node.series()), Hole.note(node.holes));
    }

    /** The readings in a value, the node's own first; none, and the node is out, where it has none. */
    private List<Sample> samplesOf(TrackedNode node, DataValue value, long receivedNanos)
            throws InterruptedException {
        try {
            List<Sample> samples = readout.samplesOf(node, value);
            if (samples.getFirst().value().type() != ValueType.NONE) {
                node.enable();
            }
            return samples;
        } catch (Composite.Unreadable e) {
            disable(node, String.valueOf(e.getMessage()), receivedNanos);
            return List.of();
        }
    }
}
