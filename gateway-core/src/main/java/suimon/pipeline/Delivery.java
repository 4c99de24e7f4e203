package suimon.pipeline;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Value;
import suimon.reading.Words;

/** One thing a source hands over. Each counts as one message in the books, a batch as many. */
public sealed interface Delivery
        permits MessageBatch, Delivery.Message, Delivery.Samples, Delivery.Lost, Delivery.Alarm, Delivery.Refused, Delivery.Keep {
    /** The source's configured name. */
    String source();

    /** Called back after the commit. */
    Receipt receipt();

    /** How many messages it counts for. */
    default int messages() {
        return 1;
    }

    /** About how much memory its payload takes, in bytes. */
    default int bytes() {
        return 0;
    }

    /** What the source wants kept in the same commit. */
    default List<Note> notes() {
        return List.of();
    }

    /**
     * Bytes to decode by the rules of the source's configuration.
     *
     * @param address the MQTT topic, or the file's name
     * @param receivedNanos the wall clock on arrival, nanoseconds since the epoch
     * @param repeat what tells a repeat when time is taken on arrival; null when it can't be one
     */
    record Message(
            String source, String address, byte[] payload, long receivedNanos, @Nullable RepeatMark repeat,
            List<Note> notes, Receipt receipt)
            implements Delivery {
        public Message(String source, String address, byte[] payload, long receivedNanos, Receipt receipt) {
            this(source, address, payload, receivedNanos, null, List.of(), receipt);
        }

        @Override
        public int bytes() {
            return payload.length;
        }
    }

    /** Values that came typed, such as OPC UA data changes. */
    record Samples(String source, List<Sample> samples, long receivedNanos, List<Note> notes, Receipt receipt)
            implements Delivery {
        public Samples {
            samples = List.copyOf(samples);
        }
    }

    /** The source knows that it lost something, see {@link suimon.reading.Entry.Gap}. */
    record Lost(String source, String series, Instant from, @Nullable Instant to, String reason, Receipt receipt)
            implements Delivery {}

    /**
     * Something at the sender wants a person: a condition of an OPC UA server, a certificate that
     * ends. The same key stays one alarm until it is told inactive; a source bounds its keys.
     *
     * @param key names the alarm within the source, such as {@code server-clock}
     * @param active whether it still holds
     * @param acknowledged whether a person has seen it at the sender
     * @param at the moment the sender says it changed
     */
    record Alarm(
            String source, String key, Severity severity, boolean active, boolean acknowledged, Instant at,
            Words message, Words action, Receipt receipt)
            implements Delivery {}

    /**
     * Bytes of which the source itself knows that they are no good; kept as a reject.
     *
     * @param reason one line for a person
     */
    record Refused(
            String source, String address, byte[] payload, long receivedNanos, String reason, Receipt receipt)
            implements Delivery {
        @Override
        public int bytes() {
            return payload.length;
        }
    }

    /** Nothing but state to keep, such as a session that began. */
    record Keep(String source, List<Note> notes, Receipt receipt) implements Delivery {}

    /**
     * One typed value.
     *
     * @param series the series' name
     * @param measuredNanos source time, nanoseconds since the epoch; Long.MIN_VALUE when unknown
     * @param status the OPC UA StatusCode
     */
    record Sample(String series, Value value, long measuredNanos, int status) {}

    /** Bytes to keep under a key until replaced; empty bytes remove it. */
    record Note(String key, byte[] bytes) {
        public static final int KEY_CHARACTERS_MAX = 512;
    }

    /**
     * An MQTT message with the DUP flag, or one that may come again.
     *
     * @param duplicate the DUP flag
     */
    record RepeatMark(String client, int packetId, boolean duplicate) {}
}
