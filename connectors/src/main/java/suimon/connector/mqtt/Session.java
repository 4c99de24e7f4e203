package suimon.connector.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Delivery.Note;

/**
 * What a client id owns beyond one connection (MQTT 5, 4.1): its subscriptions and the packet ids
 * of QoS 2 messages that are stored but not yet released. A session that outlives its connection is
 * kept with the data, so that it is present again after a kill. Used on the event loop only.
 */
final class Session {
    /** More subscriptions of one client are refused. */
    static final int SUBSCRIPTIONS_MAX = 50;

    private static final String SESSION = "session/";
    private static final String OPEN = "open/";
    private static final byte[] MARK = {1};
    private static final byte[] GONE = {};
    private static final int FORM = 2;
    /** Without its user, the moment it was left, identifiers and options. */
    private static final int FORM_ONE = 1;
    /** A box that has not been told the time counts from 1970; a moment before this one means nothing. */
    private static final long DATED_SINCE = Instant.parse("2020-01-01T00:00:00Z").getEpochSecond();
    private static final long CONNECTED = 0;

    private final String client;
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final BitSet open = new BitSet();
    private final Map<Integer, Connection> storing = new HashMap<>();
    private final Map<Integer, Outflow.Item> unacknowledged = new LinkedHashMap<>();
    private @Nullable Connection connection;
    private String user;
    private long expirySeconds;
    private long awaySinceNanos;
    private long awayAt = CONNECTED;
    private long keptAwayAt = CONNECTED;

    /**
     * A session that begins.
     *
     * @param user who logged in, whose session it stays; empty where there are no users
     */
    Session(String client, String user, long expirySeconds) {
        this.client = client;
        this.user = user;
        this.expirySeconds = expirySeconds;
    }

    String client() {
        return client;
    }

    /** Empty when nobody logged in for it. */
    String user() {
        return user;
    }

    /** A session that began before there were users becomes the first one's who comes for it. */
    boolean belongsTo(String who) {
        return user.isEmpty() || user.equals(who);
    }

    boolean isLasting() {
        return expirySeconds > 0;
    }

    long expirySeconds() {
        return expirySeconds;
    }

    void expiresAfter(long seconds) {
        expirySeconds = seconds;
    }

    boolean isOverdue(long nowNanos) {
        return connection == null && nowNanos - awaySinceNanos > expirySeconds * 1_000_000_000L;
    }

    boolean isAway() {
        return connection == null;
    }

    long awaySinceNanos() {
        return awaySinceNanos;
    }

    @Nullable Connection connection() {
        return connection;
    }

    void attach(Connection to, String who) {
        connection = to;
        user = who;
        awayAt = CONNECTED;
    }

    /**
     * The connection is gone.
     *
     * @param nowSeconds the wall clock, seconds since 1970
     */
    void detach(long nowNanos, long nowSeconds) {
        connection = null;
        awaySinceNanos = nowNanos;
        awayAt = nowSeconds;
    }

    /** Whether what is kept says otherwise about when it was left; it would end too early or too late. */
    boolean isMoved() {
        return isLasting() && awayAt != keptAwayAt;
    }

    /** By the filter as it was written. */
    Map<String, Subscription> subscriptions() {
        return subscriptions;
    }

    /** QoS 1 messages sent to the client and not acknowledged by it, by packet id. */
    Map<Integer, Outflow.Item> unacknowledged() {
        return unacknowledged;
    }

    boolean isOpen(int packetId) {
        return open.get(packetId);
    }

    void opened(int packetId) {
        open.set(packetId);
    }

    void released(int packetId) {
        open.clear(packetId);
    }

    /** QoS 2 messages on their way to the disk, and the connection that waits for each. */
    Map<Integer, Connection> storing() {
        return storing;
    }

    List<Note> openNote(int packetId) {
        return isLasting() ? List.of(new Note(OPEN + client + "/" + packetId, MARK)) : List.of();
    }

    List<Note> releaseNote(int packetId) {
        return isLasting() ? List.of(new Note(OPEN + client + "/" + packetId, GONE)) : List.of();
    }

    /** Keeps the session as it is now. */
    Note keep() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.writeLong(expirySeconds);
            out.writeUTF(user);
            out.writeLong(awayAt);
            out.writeShort(subscriptions.size());
            for (Subscription each : subscriptions.values()) {
                out.writeUTF(each.written());
                out.writeByte(each.qos());
                out.writeInt(each.identifier());
                out.writeBoolean(each.keepsRetain());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array can't fail", e);
        }
        keptAwayAt = awayAt;
        return new Note(SESSION + client, bytes.toByteArray());
    }

    /** Removes all that is kept of it. */
    List<Note> forget() {
        List<Note> notes = new ArrayList<>();
        notes.add(new Note(SESSION + client, GONE));
        open.stream().forEach(id -> notes.add(new Note(OPEN + client + "/" + id, GONE)));
        // What is still on its way to the disk is marked open there, just before this takes effect.
        storing.keySet().forEach(id -> notes.add(new Note(OPEN + client + "/" + id, GONE)));
        return notes;
    }

    /**
     * The sessions that were kept; what can't be read is left out. One that was connected at the end
     * is away from now on.
     *
     * @param nowSeconds the wall clock, seconds since 1970
     */
    static Map<String, Session> restore(Map<String, byte[]> kept, long nowNanos, long nowSeconds) {
        Map<String, Session> sessions = new HashMap<>();
        kept.forEach((key, bytes) -> {
            Session read = key.startsWith(SESSION) ? read(key.substring(SESSION.length()), bytes) : null;
            if (read != null) {
                read.returned(nowNanos, nowSeconds);
                sessions.put(read.client, read);
            }
        });
        for (String key : kept.keySet()) {
            int slash = key.lastIndexOf('/');
            Session owner = key.startsWith(OPEN) ? sessions.get(key.substring(OPEN.length(), slash)) : null;
            if (owner != null) {
                owner.open.set(Integer.parseInt(key.substring(slash + 1)));
            }
        }
        return sessions;
    }

    private void returned(long nowNanos, long nowSeconds) {
        boolean isKnown = awayAt >= DATED_SINCE && awayAt <= nowSeconds;
        awaySinceNanos = isKnown ? nowNanos - (nowSeconds - awayAt) * 1_000_000_000L : nowNanos;
        if (awayAt == CONNECTED) {
            awayAt = nowSeconds;
        }
    }

    private static @Nullable Session read(String client, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int form = in.readByte();
            if (form != FORM && form != FORM_ONE) {
                return null;
            }
            long expiry = in.readLong();
            Session session = new Session(client, form == FORM ? in.readUTF() : "", expiry);
            session.awayAt = form == FORM ? in.readLong() : CONNECTED;
            session.keptAwayAt = session.awayAt;
            for (int left = in.readShort(); left > 0; left--) {
                String written = in.readUTF();
                int qos = in.readByte();
                int identifier = form == FORM ? in.readInt() : 0;
                Subscription read = Subscription.of(written, qos, identifier, form == FORM && in.readBoolean());
                if (read != null) {
                    session.subscriptions.put(written, read);
                }
            }
            return session;
        } catch (IOException e) {
            return null;
        }
    }
}
