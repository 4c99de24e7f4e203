package suimon.connector.mqtt;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery;
import suimon.pipeline.Inbox;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext;
import suimon.reading.Ticker;

/** The listener's sessions by client id. Used on the event loop only. */
final class Sessions {
    /** At this many the session that has been away longest goes, to make room for a new one. */
    static final int SESSIONS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final String source;
    private final Inbox inbox;
    private final Ticker ticker;
    private final Clock clock;
    private final long expiryMaxSeconds;
    private final Consumer<Session> ended;
    private final Map<String, Session> byClient;

    /**
     * The sessions that were kept.
     *
     * @param ended told of a session that is over, before what is kept of it goes
     */
    Sessions(MqttListenerSettings settings, SourceContext gateway, Map<String, byte[]> kept, Consumer<Session> ended) {
        source = settings.name();
        inbox = gateway.inbox();
        ticker = gateway.ticker();
        clock = gateway.clock();
        expiryMaxSeconds = settings.sessionExpiry().toSeconds();
        this.ended = ended;
        byClient = Session.restore(kept, ticker.nanos(), nowSeconds());
    }

    /** The client's session if it has one that is not over. */
    @Nullable Session find(String client) {
        Session found = byClient.get(client);
        if (found != null && found.isOverdue(ticker.nanos())) {
            discard(found);
            return null;
        }
        return found;
    }

    /** Begins a session; false when there is no room at all. */
    boolean begin(Session session) {
        if (byClient.size() >= SESSIONS_MAX) {
            byClient.values().stream().filter(Session::isAway)
                    .min(Comparator.comparingLong(Session::awaySinceNanos))
                    .ifPresent(this::discard);
        }
        boolean hasRoom = byClient.size() < SESSIONS_MAX;
        if (hasRoom) {
            byClient.put(session.client(), session);
        }
        return hasRoom;
    }

    /** Ends a session and what is kept of it. */
    void discard(Session session) {
        ended.accept(session);
        byClient.remove(session.client(), session);
        if (session.isLasting()) {
            offer(new Delivery.Keep(source, session.forget(), Receipt.NONE));
        }
    }

    /** The client has gone: its session waits, or ends with the connection. */
    void away(Session session) {
        session.detach(ticker.nanos(), nowSeconds());
        if (!session.isLasting()) {
            byClient.remove(session.client(), session);
        }
    }

    /** Keeps the session as it is now, if it is to outlive its connection. */
    void keep(Session session) {
        if (session.isLasting()) {
            offer(new Delivery.Keep(source, List.of(session.keep()), Receipt.NONE));
        }
    }

    /** Changes how long a session lasts; one that is to end with its connection is no longer kept. */
    void expire(Session session, long seconds) {
        if (session.isLasting() && seconds == 0) {
            offer(new Delivery.Keep(source, session.forget(), Receipt.NONE));
        }
        session.expiresAfter(seconds);
    }

    /** At most what is configured. */
    long allowedExpiry(long wantedSeconds) {
        return Math.min(wantedSeconds, expiryMaxSeconds);
    }

    /** A DISCONNECT may change the expiry, but not revive a session that was to end (3.14.2.2.2). */
    void changeExpiry(Session session, long wantedSeconds) {
        if (session.isLasting()) {
            expire(session, allowedExpiry(wantedSeconds));
            keep(session);
        }
    }

    /**
     * Ends what has been away too long, and keeps since when the others are: here and not on leaving,
     * so that a client on a bad link does not wear out the flash.
     */
    void sweep() {
        long now = ticker.nanos();
        List<Session> overdue = new ArrayList<>();
        List<Delivery.Note> moved = new ArrayList<>();
        byClient.values().forEach(session -> {
            if (session.isOverdue(now)) {
                overdue.add(session);
            } else if (session.isMoved()) {
                moved.add(session.keep());
            }
        });
        overdue.forEach(this::discard);
        if (!moved.isEmpty()) {
            offer(new Delivery.Keep(source, moved, Receipt.NONE));
        }
    }

    /** Ends the sessions of users who are not there any more. */
    void keepThoseOf(Set<String> users, Consumer<String> withdrawn) {
        List<Session> gone = byClient.values().stream()
                .filter(session -> !session.user().isEmpty() && !users.contains(session.user())).toList();
        for (Session session : gone) {
            withdrawn.accept(session.client());
            discard(session);
        }
    }

    private long nowSeconds() {
        return clock.instant().getEpochSecond();
    }

    private void offer(Delivery.Keep keep) {
        if (!inbox.offer(keep)) {
            LOG.warn("source={} the inbox is full: a change of a session is not kept over a restart", source);
        }
    }
}
