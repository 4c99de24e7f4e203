package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.MqttWill;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Note;
import suimon.pipeline.Receipt;

/**
 * Last wills: decoded like any message of the client when it vanishes without a word, after the
 * delay it asked for unless it is back by then (MQTT 5, 3.1.3.2.2). They are kept with the data
 * while the client is connected, so that one who dies while the gateway is down is noticed: after a
 * restart a client has its delay, and {@link #GRACE} at least, to come back. Used on the event loop
 * only.
 */
final class Wills {
    /** A client has so long to come back after a restart of the gateway. */
    static final Duration GRACE = Duration.ofMinutes(1);

    /** A longer will is published, but does not outlive a restart. */
    static final int KEPT_BYTES_MAX = 1024;

    /** Wills that outlive a restart; further ones don't. */
    static final int KEPT_MAX = Sessions.SESSIONS_MAX;

    private static final String WILL = "will/";
    private static final byte[] GONE = {};
    private static final int FORM = 1;

    private final MqttListener listener;
    /** At most one for each session and each kept will. */
    private final Map<String, Due> due = new HashMap<>();
    /** What the store has, or was handed. */
    private final Map<String, byte[]> kept = new HashMap<>();
    /** What the inbox had no room for; the next look tries again. */
    private final Map<String, byte[]> unkept = new HashMap<>();

    /** What to publish for a client. */
    record Will(String topic, byte[] payload, long delaySeconds) {
        /** The endpoint's will; null when it has none. */
        static @Nullable Will of(@Nullable MqttWill will) {
            if (will == null || !will.isWillFlag()) {
                return null;
            }
            Long delay = Admission.number(will.getWillProperties(), MqttProperties.WILL_DELAY_INTERVAL);
            return new Will(will.getWillTopic(), will.getWillMessageBytes(), delay == null ? 0 : delay);
        }

        byte[] toBytes() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeByte(FORM);
                out.writeLong(delaySeconds);
                out.writeUTF(topic);
                out.write(payload);
            } catch (IOException e) {
                throw new UncheckedIOException("a byte array can't fail", e);
            }
            return bytes.toByteArray();
        }

        static @Nullable Will ofBytes(byte[] bytes) {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                if (in.readByte() != FORM) {
                    return null;
                }
                long delay = in.readLong();
                String topic = in.readUTF();
                return new Will(topic, in.readAllBytes(), delay);
            } catch (IOException e) {
                return null;
            }
        }
    }

    private record Due(Will will, long nanos) {}

    Wills(MqttListener listener, Map<String, byte[]> before) {
        this.listener = listener;
        long now = listener.throttle().nanos();
        before.forEach((key, bytes) -> {
            Will will = key.startsWith(WILL) ? Will.ofBytes(bytes) : null;
            if (will != null) {
                String client = key.substring(WILL.length());
                long delay = Math.max(GRACE.toSeconds(), will.delaySeconds);
                due.put(client, new Due(will, now + delay * 1_000_000_000L));
                kept.put(client, bytes);
            }
        });
    }

    /** The client is here: what was due is not, and what it leaves behind from now on is kept. */
    void entered(String client, @Nullable Will will) {
        due.remove(client);
        boolean isKept = will != null && will.topic.length() + will.payload.length <= KEPT_BYTES_MAX
                && (kept.containsKey(client) || kept.size() < KEPT_MAX);
        keep(client, isKept && will != null ? will.toBytes() : GONE);
    }

    /** The client said goodbye and wants nothing published. */
    void withdrawn(String client) {
        due.remove(client);
        keep(client, GONE);
    }

    /** The client vanished; a session that ends with its connection waits for nobody. */
    void left(Session session, Will will) {
        long delay = Math.min(will.delaySeconds, session.expirySeconds());
        Due it = new Due(will, listener.throttle().nanos() + delay * 1_000_000_000L);
        if (delay > 0) {
            due.put(session.client(), it);
        } else {
            publish(session.client(), it);
        }
    }

    /** The session is over before its will was due (MQTT 5, 3.1.2.5). */
    void sessionEnded(String client) {
        Due it = due.remove(client);
        if (it != null) {
            publish(client, it);
        }
    }

    /** Publishes what is due; once a second. */
    void look() {
        long now = listener.throttle().nanos();
        List<String> over = new ArrayList<>();
        due.forEach((client, it) -> {
            if (now - it.nanos >= 0) {
                over.add(client);
            }
        });
        over.forEach(this::sessionEnded);
        Map<String, byte[]> again = new HashMap<>(unkept);
        unkept.clear();
        again.forEach(this::keep);
    }

    /** The will and that it is no longer kept are one commit. */
    private void publish(String client, Due it) {
        boolean wasKept = kept.containsKey(client);
        List<Note> notes = wasKept ? List.of(new Note(WILL + client, GONE)) : List.of();
        boolean isTaken = listener.arrivals().offer(new Delivery.Message(listener.name(), it.will.topic,
                it.will.payload, listener.nowNanos(), null, notes, Receipt.NONE));
        if (isTaken) {
            kept.remove(client);
            unkept.remove(client);
        } else {
            // The inbox is full: the next look tries again.
            due.put(client, it);
        }
    }

    /** Keeps these bytes, or nothing; what is kept already is not written again. */
    private void keep(String client, byte[] bytes) {
        unkept.remove(client);
        if (Arrays.equals(kept.getOrDefault(client, GONE), bytes)) {
            return;
        }
        boolean isTaken = listener.arrivals().offer(
                new Delivery.Keep(listener.name(), List.of(new Note(WILL + client, bytes)), Receipt.NONE));
        if (!isTaken) {
            unkept.put(client, bytes);
        } else if (bytes.length == 0) {
            kept.remove(client);
        } else {
            kept.put(client, bytes);
        }
    }
}
