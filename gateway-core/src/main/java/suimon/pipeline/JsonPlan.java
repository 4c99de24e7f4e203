package suimon.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** How the JSON payloads of one topic become readings. */
final class JsonPlan implements Plan {
    private final JsonTape tape;
    private final @Nullable JsonPath each;
    private final @Nullable JsonPath time;
    private final TimeText timeText;
    private final boolean isNumberExpected;
    private final boolean isSparse;
    private final List<Wanted> wanted;

    /** One value and the series it belongs to. */
    private record Wanted(SeriesName series, JsonPath path) {}

    JsonPlan(DecodeConfig rule, java.util.Map<String, String> names, JsonTape tape) {
        this.tape = tape;
        each = rule.each() == null ? null : JsonPath.of(rule.each());
        time = rule.time() == null ? null : JsonPath.of(rule.time());
        timeText = new TimeText(rule.timeFormat(), rule.timeZone());
        isNumberExpected = rule.expect() == DecodeConfig.Expect.NUMBER;
        isSparse = rule.value() == null;
        wanted = rule.value() == null
                ? rule.fields().entrySet().stream()
                        .map(field -> new Wanted(SeriesName.of(rule.series(), names, field.getKey()),
                                JsonPath.of(field.getValue())))
                        .toList()
                : List.of(new Wanted(SeriesName.of(rule.series(), names, null), JsonPath.of(rule.value())));
    }

    @Override
    public boolean decode(Draft draft) {
        if (!tape.read(draft.bytes(), draft.from(), draft.to(), isNumberExpected)) {
            return draft.refuse(Fault.FORMAT, tape.refusal());
        }
        if (each == null) {
            return record(draft, 0);
        }
        int array = each.find(tape, 0);
        if (array < 0) {
            return draft.refuse(Fault.VALUE, each.refusal(tape, 0, array));
        }
        if (tape.kind(array) != JsonTape.ARRAY) {
            return draft.refuse(Fault.VALUE,
                    each + " is " + JsonPath.nameOf(tape.kind(array)) + ", expected an array");
        }
        for (int node = array + 1; node < tape.after(array); node = tape.after(node)) {
            if (!record(draft, node)) {
                return false;
            }
        }
        return true;
    }

    private boolean record(Draft draft, int record) {
        long measured = TimeText.NONE;
        if (time != null) {
            measured = measured(draft, time, record);
            if (measured == TimeText.NONE) {
                return false;
            }
        }
        int taken = 0;
        for (Wanted next : wanted) {
            int node = next.path.find(tape, record);
            if (node == JsonPath.NOT_FOUND && isSparse) {
                continue;
            }
            if (node < 0) {
                return draft.refuse(Fault.VALUE, next.path.refusal(tape, record, node));
            }
            Value value = value(draft, next.path, node);
            String series = value == null ? null : next.series.resolve(path -> part(draft, path, record));
            boolean isAdded = value != null && (measured == TimeText.NONE
                    ? draft.addOnArrival(series, value)
                    : draft.add(series, value, measured, TimeOrigin.SOURCE));
            if (!isAdded) {
                return false;
            }
            taken++;
        }
        return taken > 0
                || draft.refuse(Fault.VALUE, "none of the fields: "
                        + wanted.getFirst().path.refusal(tape, record, JsonPath.NOT_FOUND));
    }

    private long measured(Draft draft, JsonPath path, int record) {
        int node = path.find(tape, record);
        if (node < 0) {
            draft.refuse(Fault.TIME, path.refusal(tape, record, node));
            return TimeText.NONE;
        }
        byte kind = tape.kind(node);
        boolean isScalar = kind == JsonTape.STRING || kind == JsonTape.NUMBER;
        long found = isScalar ? timeText.parse(draft.bytes(), tape.from(node), tape.to(node)) : TimeText.NONE;
        if (found == TimeText.NONE) {
            String shown = isScalar ? Draft.shown(tape.text(node)) : "at " + path + " is "
                    + JsonPath.nameOf(kind) + " and";
            draft.refuse(Fault.TIME, "time " + shown + " is not " + timeText.expected());
        }
        return found;
    }

    private @Nullable Value value(Draft draft, JsonPath path, int node) {
        byte kind = tape.kind(node);
        Value value = switch (kind) {
            case JsonTape.NUMBER -> NumberText.parse(draft.bytes(), tape.from(node), tape.to(node));
            case JsonTape.STRING, JsonTape.ESCAPED -> isNumberExpected
                    ? NumberText.parse(tape.text(node).strip()) : new Value.Text(tape.text(node));
            case JsonTape.TRUE, JsonTape.FALSE -> new Value.Bool(kind == JsonTape.TRUE);
            case JsonTape.NULL -> new Value.None();
            default -> null;
        };
        if (value == null) {
            boolean isScalar = kind != JsonTape.OBJECT && kind != JsonTape.ARRAY;
            String found = isScalar ? Draft.shown(tape.text(node)) : JsonPath.nameOf(kind);
            draft.refuse(Fault.VALUE, path + " is " + found + ", expected "
                    + (isScalar ? "a number" : "a number, text, true, false or null"));
        }
        return value;
    }

    /** A part of the series' name. */
    private @Nullable String part(Draft draft, JsonPath path, int record) {
        int node = path.find(tape, record);
        if (node < 0) {
            draft.refuse(Fault.SERIES, path.refusal(tape, record, node));
            return null;
        }
        if (!tape.isText(node) && tape.kind(node) != JsonTape.NUMBER) {
            draft.refuse(Fault.SERIES, path + " is " + JsonPath.nameOf(tape.kind(node))
                    + ", expected text or a number for the series' name");
            return null;
        }
        return tape.text(node);
    }
}
