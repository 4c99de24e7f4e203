package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Decoder.Fault;
import suimon.pipeline.Decoder.Outcome;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * The readings of one message until it is known that all of it can be decoded. Used again for the
 * next message.
 */
final class Draft {
    private static final int CHARACTERS_SHOWN_MAX = 60;

    private final Map<String, String> names = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private byte[] payload = new byte[0];
    private long receivedNanos;
    private Outcome.@Nullable Rejected rejected;

    /** Begins the next message. */
    void begin(byte[] bytes, long received) {
        rows.clear();
        rejected = null;
        payload = bytes;
        receivedNanos = received;
    }

    byte[] payload() {
        return payload;
    }

    /** Adds a reading that was measured when it arrived. */
    boolean addOnArrival(@Nullable String series, Value value) {
        return add(series, value, receivedNanos, TimeOrigin.ARRIVAL);
    }

    /** Adds a reading; false when its series is refused. */
    boolean add(@Nullable String series, Value value, long measuredNanos, TimeOrigin origin) {
        String name = series == null ? null : known(series);
        if (name != null) {
            rows.add(new Row(name, value, measuredNanos, origin));
        }
        return name != null;
    }

    boolean refuse(Fault fault, String reason) {
        if (rejected == null) {
            rejected = new Outcome.Rejected(fault, reason);
        }
        return false;
    }

    /** Hands the readings on when the whole message was decoded. */
    Outcome finish(Decoder.Sink sink) {
        if (rejected != null) {
            return rejected;
        }
        for (Row row : rows) {
            sink.reading(row.series, row.value, row.measuredNanos, row.origin);
        }
        return new Outcome.Decoded(rows.size());
    }

    static String shown(String text) {
        return "'" + Excerpt.of(text, CHARACTERS_SHOWN_MAX) + "'";
    }

    /** The same name as one String, so that who looks it up finds its hash ready. */
    private @Nullable String known(String series) {
        String known = names.get(series);
        if (known != null) {
            return known;
        }
        boolean isName = !series.isBlank() && series.length() <= SeriesName.CHARACTERS_MAX
                && series.chars().noneMatch(Character::isISOControl);
        if (!isName) {
            refuse(Fault.SERIES, "series name " + shown(series) + ", expected 1 to "
                    + SeriesName.CHARACTERS_MAX + " printable characters");
            return null;
        }
        if (names.size() >= Decoder.SERIES_MAX) {
            refuse(Fault.SERIES, "series " + shown(series) + " would be one more than " + Decoder.SERIES_MAX
                    + " of this source");
            return null;
        }
        names.put(series, series);
        return series;
    }

    private record Row(String series, Value value, long measuredNanos, TimeOrigin origin) {}
}
