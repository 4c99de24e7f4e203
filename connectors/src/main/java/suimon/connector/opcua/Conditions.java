package suimon.connector.opcua;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Note;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/**
 * The conditions of a server as alarms here (Part 9, 5.5 to 5.8 and 4.5).
 *
 * <p>A condition is one alarm under its ConditionId, however often it is told. What stands is kept in
 * the log, so that one which went while nobody listened is cleared by the next refresh: the server
 * then tells of all that it retains, and what it does not tell of is over. A note that it stands is
 * committed before the alarm, and goes after it was cleared. Milo's threads only {@link #add}; the
 * source's live thread does the {@link #work}.
 */
final class Conditions {
    /** So many conditions are alarms at once; of more one alarm tells that there are more. */
    static final int CONDITIONS_MAX = 500;

    /** At so many waiting events new ones are dropped, and all conditions are asked for again. */
    static final int EVENTS_MAX = 2_000;

    /** So many events are taken in one go, so that a flood leaves the values their turn. */
    static final int EVENTS_AT_ONCE = 200;

    private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);
    private static final String KEY = "condition/";
    private static final String TOO_MANY = "conditions-too-many";
    private static final int KEY_CHARACTERS_MAX = 200;
    private static final Words ACTION = new Words(
            "サーバー側の表示と手順に従って対処してください", "Act as the server's own display and procedures say");

    private final String source;
    private final int alertFrom;
    private final SourceContext context;
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private final Map<String, Standing> standing = new LinkedHashMap<>();
    private final Set<Object> ended = new HashSet<>();
    private final AtomicLong events = new AtomicLong();
    private int round;
    private int notifiers;
    private boolean isRefreshWanted;
    private boolean isRefreshing;
    private boolean isFull;
    private volatile int active;

    /** How a condition was told last: as holding, or as gone without having been acknowledged. */
    private enum State { ACTIVE, GONE }

    /** @param seen the newest refresh that told of it */
    private record Standing(State state, int seen) {}

    /** One event, with the refresh that was under way or last, and the item that brought it. */
    private record Arrival(Object item, ConditionEvent event, NamespaceTable namespaces, int round) {}

    Conditions(String source, int alertFrom, SourceContext context) {
        this.source = source;
        this.alertFrom = alertFrom;
        this.context = context;
    }

    /** What stood when the gateway stopped; before {@link #work}. */
    void restore(Map<String, byte[]> kept) {
        kept.forEach((key, note) -> {
            if (key.startsWith(KEY) && note.length == 1) {
                standing.put(key.substring(KEY.length()),
                        new Standing(note[0] == 'A' ? State.ACTIVE : State.GONE, 0));
            }
        });
        count();
    }

    /** A connection begins that listens at so many notifiers. */
    synchronized void begin(int listening) {
        notifiers = listening;
        isRefreshing = false;
        isRefreshWanted = listening > 0;
    }

    /** Events of any kind; enqueues only. */
    synchronized void add(Object item, Variant[] fields, NamespaceTable namespaces) {
        events.incrementAndGet();
        ConditionEvent event = ConditionEvent.of(fields);
        if (event.type().equals(NodeIds.RefreshRequiredEventType)
                || event.type().equals(NodeIds.EventQueueOverflowEventType)) {
            isRefreshWanted = true;
        } else if (waiting.size() >= EVENTS_MAX) {
            isRefreshWanted = true;
            isRefreshing = false;
        } else if (event.condition() != null || isRefreshEnd(event)) {
            waiting.add(new Arrival(item, event, namespaces, round));
        }
    }

    /** Something may have been missed. */
    synchronized void wantRefresh() {
        isRefreshWanted = notifiers > 0;
    }

    /** True, and a refresh begins, when one is wanted; the caller asks the server. */
    synchronized boolean beginRefresh() {
        if (!isRefreshWanted || isRefreshing || waiting.size() > EVENTS_MAX / 2) {
            return false;
        }
        isRefreshWanted = false;
        isRefreshing = true;
        round++;
        ended.clear();
        return true;
    }

    /** The refresh was refused or did not end. */
    synchronized void failedRefresh(boolean isWantedAgain) {
        isRefreshing = false;
        isRefreshWanted |= isWantedAgain && notifiers > 0;
    }

    synchronized boolean isRefreshing() {
        return isRefreshing;
    }

    /** How many conditions stand as alarms, and how many events came. */
    Map<String, Long> counts() {
        return Map.of("conditions_active", (long) active, "events", events.get());
    }

    /** Turns what waits into alarms; by one thread. */
    void work() throws InterruptedException {
        List<Arrival> taken = new ArrayList<>();
        synchronized (this) {
            while (taken.size() < EVENTS_AT_ONCE && !waiting.isEmpty()) {
                taken.add(waiting.remove());
            }
        }
        for (Arrival arrival : taken) {
            if (isRefreshEnd(arrival.event())) {
                end(arrival);
            } else {
                take(arrival);
            }
        }
        if (!taken.isEmpty()) {
            count();
        }
    }

    private static boolean isRefreshEnd(ConditionEvent event) {
        return event.type().equals(NodeIds.RefreshEndEventType);
    }

    private void take(Arrival arrival) throws InterruptedException {
        ConditionEvent event = arrival.event();
        NodeId id = event.condition();
        if (id == null || event.isBranch()) {
            return;
        }
        String key = keyOf(id, arrival.namespaces());
        Standing before = standing.get(key);
        boolean wasActive = before != null && before.state() == State.ACTIVE;
        boolean isUnseen = event.isRetained() && Boolean.FALSE.equals(event.isAcknowledged());
        if (event.holds()) {
            // What an operator of the server has put aside is not raised here, but not cleared either.
            if (wasActive || !event.isHidden() && hasRoom(before)) {
                stands(key, before, State.ACTIVE, arrival.round());
                tell(key, event, true);
            }
        } else if (wasActive) {
            tell(key, event, false);
            goes(key, isUnseen, arrival.round());
        } else if (before != null) {
            tell(key, event, false);
            goes(key, isUnseen, arrival.round());
        } else if (isUnseen && event.isActive() != null && event.isEnabled() && !event.isHidden()
                && hasRoom(null)) {
            // It came and went while nobody listened here, and nobody has seen it there either.
            stands(key, null, State.GONE, arrival.round());
            tell(key, event, true);
            tell(key, event, false);
        }
    }

    private void goes(String key, boolean isUnseen, int seen) throws InterruptedException {
        if (isUnseen) {
            stands(key, standing.get(key), State.GONE, seen);
        } else {
            forget(key);
        }
    }

    /** All notifiers told of all they retain: what none of them told of is over. */
    private void end(Arrival arrival) throws InterruptedException {
        int current;
        synchronized (this) {
            if (arrival.round() != round || !isRefreshing) {
                return;
            }
            ended.add(arrival.item());
            if (ended.size() < notifiers) {
                return;
            }
            isRefreshing = false;
            current = round;
        }
        Instant now = context.clock().instant();
        for (Map.Entry<String, Standing> one : List.copyOf(standing.entrySet())) {
            if (one.getValue().seen() < current) {
                LOG.info("source={} condition={} is over, the server does not retain it", source, one.getKey());
                put(one.getKey(), Severity.CAUTION, false, false, now, ACTION);
                forget(one.getKey());
            }
        }
    }

    private boolean hasRoom(@Nullable Standing before) throws InterruptedException {
        boolean fits = before != null || standing.size() < CONDITIONS_MAX;
        if (!fits && !isFull) {
            isFull = true;
            overflow(true);
        }
        return fits;
    }

    private void overflow(boolean isNow) throws InterruptedException {
        context.inbox().put(new Delivery.Alarm(source, TOO_MANY, Severity.CAUTION, isNow, false,
                context.clock().instant(),
                new Words(source + "：サーバーの警報が" + CONDITIONS_MAX + "件を超えました。超えた分は表示されません",
                        source + ": the server has more than " + CONDITIONS_MAX + " alarms; those beyond are not shown"),
                new Words("サーバー側の表示で確認してください。通知元（alarms の notifiers）を絞ることもできます",
                        "See the server's own display; or listen at fewer notifiers (alarms: notifiers)"),
                Receipt.NONE));
    }

    private void stands(String key, @Nullable Standing before, State state, int seen) throws InterruptedException {
        if (before == null || before.state() != state) {
            keep(key, new byte[] {(byte) (state == State.ACTIVE ? 'A' : 'G')});
        }
        standing.put(key, new Standing(state, before == null ? seen : Math.max(seen, before.seen())));
    }

    private void forget(String key) throws InterruptedException {
        standing.remove(key);
        keep(key, new byte[0]);
        if (isFull) {
            isFull = false;
            overflow(false);
            // Among those that were not shown one may have its place now.
            wantRefresh();
        }
    }

    private void keep(String key, byte[] note) throws InterruptedException {
        context.inbox().put(new Delivery.Keep(source, List.of(new Note(KEY + key, note)), Receipt.NONE));
    }

    private void tell(String key, ConditionEvent event, boolean isActive) throws InterruptedException {
        Instant now = context.clock().instant();
        Instant said = event.time();
        boolean isUsable = said != null && said.isBefore(now.plusNanos(Desk.FUTURE_NANOS_MAX));
        put(key, event.severity() >= alertFrom ? Severity.ALERT : Severity.CAUTION, isActive,
                Boolean.TRUE.equals(event.isAcknowledged()), isUsable && said != null ? said : now,
                wordsOf(event));
    }

    private void put(
            String key, Severity severity, boolean isActive, boolean isAcknowledged, Instant at, Words message)
            throws InterruptedException {
        context.inbox().put(new Delivery.Alarm(source, KEY + key, severity, isActive, isAcknowledged, at,
                message, ACTION, Receipt.NONE));
    }

    /** The server's own text, in the one language it speaks, in a frame of both. */
    private Words wordsOf(ConditionEvent event) {
        List<String> parts = new ArrayList<>();
        for (String part : List.of(event.source(), event.name())) {
            if (!part.isBlank() && !parts.contains(part)) {
                parts.add(part);
            }
        }
        boolean isNamed = !parts.isEmpty();
        String text = event.message();
        return new Words(
                source + "：" + (isNamed ? String.join("・", parts) : "警報") + (text.isBlank() ? "" : "：" + text)
                        + "（重大度 " + event.severity() + "）",
                source + ": " + (isNamed ? String.join(", ", parts) : "alarm") + (text.isBlank() ? "" : ": " + text)
                        + " (severity " + event.severity() + ")");
    }

    /** The id with its namespace's name, which survives a reordering of namespaces. */
    private static String keyOf(NodeId id, NamespaceTable namespaces) {
        String uri = namespaces.get(id.getNamespaceIndex());
        String text = id.toParseableString();
        int semicolon = text.indexOf(';');
        String full = uri == null || id.getNamespaceIndex().intValue() == 0 || semicolon < 0 ? text
                : "nsu=" + uri + text.substring(semicolon);
        return full.length() <= KEY_CHARACTERS_MAX ? full
                : full.substring(0, KEY_CHARACTERS_MAX / 2)
                        + "#" + UUID.nameUUIDFromBytes(full.getBytes(StandardCharsets.UTF_8));
    }

    private void count() {
        active = (int) standing.values().stream().filter(one -> one.state() == State.ACTIVE).count();
    }
}
