package suimon.hub;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Malformed;
import suimon.backhaul.Order;
import suimon.backhaul.Receipt;
import suimon.reading.Entry;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.StoreFailed;

/**
 * What people at the hub want of one gateway, kept until the gateway's audit says what became of it,
 * which is committed with the frame that brought it. Any thread.
 */
public final class OrderBook {
    /** At this many that wait, no more are taken. */
    public static final int WAITING_MAX = 32;
    /** Beyond this many the oldest that is over is forgotten. */
    static final int KEPT_MAX = 256;
    /** One answer asks for so many at most, the oldest first. */
    static final int AT_ONCE = 4;
    /** An order is said again in every answer to a hello and otherwise after that long. */
    static final Duration SAID_AGAIN_AFTER = Duration.ofSeconds(30);
    public static final Duration EXPIRES_MAX = Duration.ofDays(30);

    private static final String OWNER = "hub/orders";
    /** Sorts behind all ids. */
    private static final String NEWEST = "newest";
    private static final Pattern KIND = Pattern.compile("[a-z][a-z-]{0,30}");

    private final String gateway;
    private final Log log;
    private final Clock clock;
    private final TreeMap<String, Line> lines = new TreeMap<>();
    private final Map<String, Instant> saidAt = new HashMap<>();
    private long book;
    private long number;

    /** How an order stands. */
    public enum State {
        WAITING,
        /** Told to the gateway at least once since the hub's start. */
        DELIVERED,
        DONE,
        REFUSED,
        /** Nobody answered in time; an answer that comes later counts. */
        EXPIRED
    }

    /**
     * One order.
     *
     * @param outcome what the gateway says; empty while it has not said anything
     * @param outcomeAt when it was dealt with, by the gateway's clock; null before
     */
    public record Line(Order order, String outcome, @Nullable Instant outcomeAt) {
        boolean isOpen(Instant now) {
            return outcome.isEmpty() && now.isBefore(order.expires());
        }
    }

    /** One order as people see it. */
    public record Shown(Line line, State state) {}

    /** What became of a wish. */
    public sealed interface Issued {
        /** It is on disk. */
        record Waiting(Order order) implements Issued {}

        /** Nothing was changed; the reason is one line for a person. */
        record Refused(String reason) implements Issued {}
    }

    private OrderBook(String gateway, Log log, Clock clock) {
        this.gateway = gateway;
        this.log = log;
        this.clock = clock;
    }

    static OrderBook load(String gateway, Log log, Clock clock) throws StoreFailed {
        OrderBook book = new OrderBook(gateway, log, clock);
        book.reload();
        return book;
    }

    /** Memory may be ahead of the disk. */
    synchronized void reload() throws StoreFailed {
        lines.clear();
        book = 0;
        number = 0;
        for (Map.Entry<String, byte[]> kept : log.kept(OWNER).entrySet()) {
            ByteBuffer bytes = ByteBuffer.wrap(kept.getValue());
            if (kept.getKey().equals(NEWEST)) {
                book = bytes.getLong();
                number = bytes.getLong();
            } else {
                lines.put(kept.getKey(), read(bytes));
            }
        }
    }

    /** Keeps an order for the gateway; returns when it is on disk. */
    public synchronized Issued issue(String by, String kind, Map<String, String> parameters, Duration expires)
            throws InterruptedException {
        Instant now = clock.instant();
        String wrong = wrong(kind, parameters, expires, now);
        if (wrong != null) {
            log.commit(new Commit(List.of(audit(by, kind, gateway, Order.REFUSED + wrong)), List.of()));
            return new Issued.Refused(wrong);
        }
        long nextBook = book == 0 ? now.toEpochMilli() : book;
        Order order = new Order(nextBook, number + 1, kind, parameters, Instant.ofEpochSecond(now.getEpochSecond()),
                Instant.ofEpochSecond(now.plus(expires).getEpochSecond()), by);
        Line line = new Line(order, "", null);
        List<Change> changes = new ArrayList<>(List.of(keep(line), newest(nextBook, number + 1)));
        Line oldest = lines.size() < KEPT_MAX ? null
                : lines.values().stream().filter(each -> !each.isOpen(now)).findFirst().orElse(null);
        if (oldest != null) {
            changes.add(new Change.Keep(OWNER, oldest.order().id(), new byte[0]));
        }
        log.commit(new Commit(List.of(audit(by, kind, order.id(), "issued: " + parameters)), changes));
        book = nextBook;
        number++;
        lines.put(order.id(), line);
        if (oldest != null) {
            lines.remove(oldest.order().id());
        }
        return new Issued.Waiting(order);
    }

    private @Nullable String wrong(String kind, Map<String, String> parameters, Duration expires, Instant now) {
        boolean isLong = parameters.size() > Order.PARAMETERS_MAX || parameters.entrySet().stream()
                .anyMatch(one -> one.getKey().length() + one.getValue().length() > Order.TEXT_MAX);
        if (!KIND.matcher(kind).matches() || isLong) {
            return "expected a kind such as acknowledge and at most " + Order.PARAMETERS_MAX + " parameters of "
                    + Order.TEXT_MAX + " characters";
        }
        if (expires.compareTo(Duration.ofMinutes(1)) < 0 || expires.compareTo(EXPIRES_MAX) > 0) {
            return "expires: expected 1 minute to " + EXPIRES_MAX.toDays() + " days";
        }
        if (lines.values().stream().filter(line -> line.isOpen(now)).count() >= WAITING_MAX) {
            return WAITING_MAX + " commands wait for " + gateway + " already; wait until it answers";
        }
        return log.isFull() ? HubAudit.NO_ROOM : null;
    }

    /** The answer, with what the gateway must still be asked. */
    synchronized Receipt with(Receipt answer) {
        Instant now = clock.instant();
        if (lines.isEmpty() || answer.refusal() != null) {
            return answer;
        }
        List<Order> open = lines.values().stream().filter(line -> line.isOpen(now)).map(Line::order)
                .limit(AT_ONCE).toList();
        boolean isDue = answer.call() != 0 || open.stream().anyMatch(order -> {
            Instant said = saidAt.get(order.id());
            return said == null || said.plus(SAID_AGAIN_AFTER).isBefore(now) || said.isAfter(now);
        });
        if (!isDue) {
            return answer;
        }
        open.forEach(order -> saidAt.put(order.id(), now));
        return answer.with(open);
    }

    /** What a frame's entries say became of orders; to be committed with them, or else {@link #reload}. */
    synchronized List<Change> settle(List<Entry> entries) {
        List<Change> changes = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Audit audit && audit.action().startsWith(Order.AUDIT)) {
                settle(audit, changes);
            }
        }
        return changes;
    }

    private void settle(Entry.Audit audit, List<Change> changes) {
        Line line = lines.get(audit.target());
        boolean isStale = audit.outcome().startsWith(Order.STALE);
        boolean isUnknown = line == null && audit.target().compareTo(idOf(book, number)) > 0;
        if (isUnknown || line != null && isStale && line.outcome().isEmpty()) {
            // The gateway knows numbers that this hub does not: it was put back. Never give one of them again.
            book = Math.max(clock.instant().toEpochMilli(), bookOf(audit.target()) + 1);
            number = 0;
            changes.add(newest(book, number));
        }
        if (line != null && line.outcome().isEmpty()) {
            Line settled = new Line(line.order(), audit.outcome(), audit.at());
            lines.put(audit.target(), settled);
            saidAt.remove(audit.target());
            changes.add(keep(settled));
        }
    }

    private static String idOf(long book, long number) {
        return new Order(book, number, "", Map.of(), Instant.EPOCH, Instant.EPOCH, "").id();
    }

    private static long bookOf(String id) {
        return id.matches("\\d{13}-\\d{6,}") ? Long.parseLong(id.substring(0, 13)) : 0;
    }

    /** All that are kept, the newest first. */
    public synchronized List<Shown> orders() {
        Instant now = clock.instant();
        return lines.descendingMap().values().stream().map(line -> new Shown(line, state(line, now))).toList();
    }

    private State state(Line line, Instant now) {
        if (!line.outcome().isEmpty()) {
            return line.outcome().startsWith(Order.REFUSED) ? State.REFUSED : State.DONE;
        }
        if (!line.isOpen(now)) {
            return State.EXPIRED;
        }
        return saidAt.containsKey(line.order().id()) ? State.DELIVERED : State.WAITING;
    }

    private Entry audit(String by, String kind, String target, String outcome) {
        // Not Order.AUDIT: that is the gateway's answer.
        return new Entry.Audit(by, "give " + kind, target, outcome, clock.instant());
    }

    private static Change newest(long book, long number) {
        return new Change.Keep(OWNER, NEWEST, ByteBuffer.allocate(16).putLong(book).putLong(number).array());
    }

    private static Change keep(Line line) {
        byte[] order = line.order().toBytes();
        byte[] outcome = line.outcome().getBytes(StandardCharsets.UTF_8);
        Instant at = line.outcomeAt();
        return new Change.Keep(OWNER, line.order().id(), ByteBuffer.allocate(12 + order.length + outcome.length)
                .putInt(order.length).put(order).putLong(at == null ? -1 : at.toEpochMilli()).put(outcome).array());
    }

    private static Line read(ByteBuffer bytes) throws StoreFailed {
        byte[] order = new byte[bytes.getInt()];
        bytes.get(order);
        long at = bytes.getLong();
        byte[] outcome = new byte[bytes.remaining()];
        bytes.get(outcome);
        try {
            return new Line(Order.of(order), new String(outcome, StandardCharsets.UTF_8),
                    at < 0 ? null : Instant.ofEpochMilli(at));
        } catch (Malformed damaged) {
            throw new StoreFailed("what is kept of commands is damaged: " + damaged.getMessage());
        }
    }
}
