package suimon.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Decoder.Fault;
import suimon.pipeline.Decoder.Outcome;
import suimon.reading.Capture;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.ByName;

/**
 * The readings of one message until it is known that all of it can be decoded. Used again for the
 * next message.
 */
final class Draft {
    private static final int CHARACTERS_SHOWN_MAX = 60;

    private static final Outcome.Decoded ONE = new Outcome.Decoded(1);
    private static final SeriesLabel NO_SERIES = new SeriesLabel("");
    private static final Value NO_VALUE = new Value.None();

    private final ByName<SeriesLabel> labels = new ByName<>(SeriesLabel::name);
    private int size;
    private SeriesLabel[] series = {NO_SERIES, NO_SERIES, NO_SERIES, NO_SERIES};
    private Value[] values = {NO_VALUE, NO_VALUE, NO_VALUE, NO_VALUE};
    private long[] measured = new long[4];
    private TimeOrigin[] origins = {
        TimeOrigin.SOURCE, TimeOrigin.SOURCE, TimeOrigin.SOURCE, TimeOrigin.SOURCE};
    private byte[] bytes = new byte[0];
    private int from;
    private int to;
    private long receivedNanos;
    private Outcome.@Nullable Rejected rejected;
    private Outcome.@Nullable Captured captured;

    /** Begins the next message, whose payload is a part of an array. */
    void begin(byte[] around, int first, int beyond, long received) {
        size = 0;
        rejected = null;
        captured = null;
        bytes = around;
        from = first;
        to = beyond;
        receivedNanos = received;
    }

    /** The payload is among these, between {@link #from} and {@link #to}. */
    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** When the message came, nanoseconds since the epoch. */
    long receivedNanos() {
        return receivedNanos;
    }

    /** The payload by itself; a copy where it lies among others. */
    byte[] payload() {
        return from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
    }

    /** Adds a reading that was measured when it arrived. */
    boolean addOnArrival(@Nullable String series, Value value) {
        return add(series, value, receivedNanos, TimeOrigin.ARRIVAL);
    }

    /** The same. */
    boolean addOnArrival(@Nullable SeriesLabel series, Value value) {
        return add(series, value, receivedNanos, TimeOrigin.ARRIVAL);
    }

    /** Adds a reading; false when its series is refused. */
    boolean add(@Nullable String named, Value value, long measuredNanos, TimeOrigin origin) {
        return add(named == null ? null : label(named), value, measuredNanos, origin);
    }

    /** Adds a reading; false when its series was refused. */
    boolean add(@Nullable SeriesLabel label, Value value, long measuredNanos, TimeOrigin origin) {
        if (label == null) {
            return false;
        }
        if (size == series.length) {
            grow(2 * size);
        }
        series[size] = label;
        values[size] = value;
        measured[size] = measuredNanos;
        origins[size] = origin;
        size++;
        return true;
    }

    /** The message is a capture instead of readings; false when its sensor's name is refused. */
    boolean capture(@Nullable String named, Capture capture) {
        SeriesLabel label = named == null ? null : label(named);
        if (label == null) {
            return false;
        }
        captured = new Outcome.Captured(label.name(), capture);
        return true;
    }

    private void grow(int capacity) {
        series = Arrays.copyOf(series, capacity);
        values = Arrays.copyOf(values, capacity);
        measured = Arrays.copyOf(measured, capacity);
        origins = Arrays.copyOf(origins, capacity);
    }

    boolean refuse(Fault fault, String reason) {
        if (rejected == null) {
            rejected = new Outcome.Rejected(fault, reason);
        }
        return false;
    }

    boolean isRefused() {
        return rejected != null;
    }

    /** Hands the readings on when the whole message was decoded. */
    Outcome finish(Decoder.Sink sink) {
        if (rejected != null) {
            return rejected;
        }
        if (captured != null) {
            return captured;
        }
        for (int row = 0; row < size; row++) {
            sink.reading(series[row], values[row], measured[row], origins[row]);
        }
        return size == 1 ? ONE : new Outcome.Decoded(size);
    }

    static String shown(String text) {
        return "'" + Excerpt.of(text, CHARACTERS_SHOWN_MAX) + "'";
    }

    /** The label of a name; null when that is refused. */
    @Nullable SeriesLabel label(String name) {
        SeriesLabel known = labels.get(name);
        if (known != null) {
            return known;
        }
        boolean isName = !name.isBlank() && name.length() <= SeriesName.CHARACTERS_MAX
                && name.chars().noneMatch(Character::isISOControl);
        if (!isName) {
            refuse(Fault.SERIES, "series name " + shown(name) + ", expected 1 to "
                    + SeriesName.CHARACTERS_MAX + " printable characters");
            return null;
        }
        if (labels.size() >= Decoder.SERIES_MAX) {
            refuse(Fault.SERIES, "series " + shown(name) + " would be one more than " + Decoder.SERIES_MAX
                    + " of this source");
            return null;
        }
        SeriesLabel made = new SeriesLabel(name);
        labels.put(made);
        return made;
    }
}
