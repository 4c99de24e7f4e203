package suimon.connector.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private static final int FORM = 1;

    private final String client;
    private final Map<TopicFilter, Integer> subscriptions = new LinkedHashMap<>();
    private final BitSet open = new BitSet();
    private final Map<Integer, Connection> storing = new HashMap<>();
    private final Map<Integer, Outflow.Item> unacknowledged = new LinkedHashMap<>();
    private @Nullable Connection connection;
    private long expirySeconds;
    private long awaySinceNanos;

    Session(String client, long expirySeconds) {
        this.client = client;
        this.expirySeconds = expirySeconds;
    }

    String client() {
        return client;
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

    void attach(Connection to) {
        connection = to;
    }

    void detach(long nowNanos) {
        connection = null;
        awaySinceNanos = nowNanos;
    }

    /** Filter to granted QoS. */
    Map<TopicFilter, Integer> subscriptions() {
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
            out.writeShort(subscriptions.size());
            for (Map.Entry<TopicFilter, Integer> each : subscriptions.entrySet()) {
                out.writeUTF(each.getKey().written());
                out.writeByte(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array can't fail", e);
        }
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

    /** The sessions that were kept; what can't be read is left out. */
    static Map<String, Session> restore(Map<String, byte[]> kept, long nowNanos) {
        Map<String, Session> sessions = new HashMap<>();
        kept.forEach((key, bytes) -> {
            Session read = key.startsWith(SESSION) ? read(key.substring(SESSION.length()), bytes) : null;
            if (read != null) {
                read.awaySinceNanos = nowNanos;
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

    private static @Nullable Session read(String client, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != FORM) {
                return null;
            }
            Session session = new Session(client, in.readLong());
            for (int left = in.readShort(); left > 0; left--) {
                TopicFilter filter = TopicFilter.parse(in.readUTF());
                int qos = in.readByte();
                if (filter != null) {
                    session.subscriptions.put(filter, qos);
                }
            }
            return session;
        } catch (IOException e) {
            return null;
        }
    }
}
