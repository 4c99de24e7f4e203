package suimon.backhaul;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.command.CommandDoor.Outcome;
import suimon.command.OrderDoor;
import suimon.reading.Entry;
import suimon.reading.Ticker;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;

/**
 * Carries out what hubs ask for, each order once: its number and the audit entry that answers it are
 * committed with its effect. A virtual thread of its own works; {@link #take} is for any.
 */
public final class OrderClerk implements OrderTaker, AutoCloseable {
    /** Orders not yet looked at; the hub says again what is dropped. */
    static final int WAITING_MAX = 64;
    /** Outcomes remembered of each uplink. */
    static final int KEPT_MAX = 64;
    /** An order that still comes after that long was answered to nobody: the answer is committed once more. */
    static final Duration ANSWERED_AGAIN_AFTER = Duration.ofMinutes(10);

    private static final Logger LOGGER = LoggerFactory.getLogger(OrderClerk.class);
    private static final int DIGEST_BYTES = 32;
    private static final int SEEN_MAX = 1024;

    private final Log log;
    private final OrderDoor door;
    private final Clock clock;
    private final Ticker ticker;
    private final ArrayBlockingQueue<Asked> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<String, TreeMap<String, Done>> done = new HashMap<>();
    private final Map<String, Long> answeredAt = new HashMap<>();
    private final Thread thread;

    private record Asked(String uplink, Order order) {}

    /** What is kept of one that was dealt with, under its id. */
    private record Done(byte[] digest, String outcome) {
        byte[] toBytes() {
            byte[] text = outcome.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(DIGEST_BYTES + text.length).put(digest).put(text).array();
        }

        static Done of(byte[] bytes) {
            return new Done(Arrays.copyOf(bytes, DIGEST_BYTES),
                    new String(bytes, DIGEST_BYTES, bytes.length - DIGEST_BYTES, StandardCharsets.UTF_8));
        }
    }

    public OrderClerk(Log log, OrderDoor door, Clock clock, Ticker ticker) {
        this.log = log;
        this.door = door;
        this.clock = clock;
        this.ticker = ticker;
        thread = Thread.ofVirtual().name("suimon-orders")
                .uncaughtExceptionHandler((stopped, defect) -> LOGGER.error(
                        "no command of a hub is carried out until the next start: a defect in Suimon", defect))
                .unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void take(String uplink, List<Order> orders) {
        orders.stream().sorted().forEach(order -> {
            Asked asked = new Asked(uplink, order);
            if (!waiting.contains(asked) && !waiting.offer(asked)) {
                LOGGER.warn("uplink {}: {} commands wait already; {} is left until the hub says it again", uplink,
                        WAITING_MAX, order.id());
            }
        });
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Asked asked = waiting.take();
                deal(asked.uplink(), asked.order());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void deal(String uplink, Order order) throws InterruptedException {
        TreeMap<String, Done> known = done.computeIfAbsent(uplink, this::load);
        Done before = known.get(order.id());
        if (before != null && Arrays.equals(before.digest(), order.digest())) {
            answerAgain(uplink, order, before.outcome());
        } else if (!known.isEmpty() && order.id().compareTo(known.lastKey()) <= 0) {
            // Dealt with, or given up by the hub before a later one, or given by a hub that was put back.
            answerAgain(uplink, order, Order.STALE + known.lastKey() + " came before");
        } else {
            carryOut(uplink, order, known);
        }
    }

    private void carryOut(String uplink, Order order, TreeMap<String, Done> known) throws InterruptedException {
        String refusal = order.expires().isBefore(clock.instant()) ? "it expired at " + order.expires() : null;
        if (refusal == null) {
            OrderDoor.Asked asked = new OrderDoor.Asked(uplink, order.kind(), order.parameters(), order.by());
            Outcome outcome = door.carryOut(asked, what -> alongside(uplink, order, "done: " + what, known));
            switch (outcome) {
                case Outcome.Done committed -> {
                    remember(uplink, order, known);
                    return;
                }
                case Outcome.Refused refused -> refusal = refused.reason();
            }
        }
        log.commit(alongside(uplink, order, Order.REFUSED + refusal, known));
        remember(uplink, order, known);
    }

    /** What goes into the same commit as the effect: the answer, and the number. */
    private Commit alongside(String uplink, Order order, String outcome, TreeMap<String, Done> known) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Keep(ownerOf(uplink), order.id(), new Done(order.digest(), outcome).toBytes()));
        if (known.size() >= KEPT_MAX) {
            changes.add(new Change.Keep(ownerOf(uplink), known.firstKey(), new byte[0]));
        }
        return new Commit(List.of(audit(uplink, order, outcome)), changes);
    }

    private void remember(String uplink, Order order, TreeMap<String, Done> known) {
        known.clear();
        known.putAll(load(uplink));
        Done now = known.get(order.id());
        noteAnswered(uplink, order);
        LOGGER.info("uplink {}: command {} of {} from {}: {}", uplink, order.kind(), order.id(), order.by(),
                now == null ? "" : now.outcome());
    }

    /** The answer that is kept goes up anyway; only one that was lost with the hub's memory is said once more. */
    private void answerAgain(String uplink, Order order, String outcome) throws InterruptedException {
        Long last = answeredAt.get(uplink + "/" + order.id());
        boolean isStale = outcome.startsWith(Order.STALE);
        if (last == null && !isStale) {
            noteAnswered(uplink, order);
        } else if (last == null || ticker.nanos() - last >= ANSWERED_AGAIN_AFTER.toNanos()) {
            log.commit(new Commit(List.of(audit(uplink, order, outcome)), List.of()));
            noteAnswered(uplink, order);
        }
    }

    private void noteAnswered(String uplink, Order order) {
        if (answeredAt.size() >= SEEN_MAX) {
            answeredAt.clear();
        }
        answeredAt.put(uplink + "/" + order.id(), ticker.nanos());
    }

    private Entry audit(String uplink, Order order, String outcome) {
        return new Entry.Audit(OrderDoor.nameOf(uplink, order.by()), Order.AUDIT + order.kind(), order.id(), outcome,
                clock.instant());
    }

    private TreeMap<String, Done> load(String uplink) {
        TreeMap<String, Done> found = new TreeMap<>();
        log.kept(ownerOf(uplink)).forEach((id, bytes) -> found.put(id, Done.of(bytes)));
        return found;
    }

    private static String ownerOf(String uplink) {
        return "orders/" + uplink;
    }

    /** Ends after what is being carried out. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
