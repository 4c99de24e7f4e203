package suimon.pipeline;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** How the JSON payloads of one topic become readings. */
final class JsonPlan implements Plan {
    private final JsonTape tape;
    private final Shape shape;
    private final SeriesName[] series;

    /** What all topics of one rule have in common: there may be thousands of them. */
    static final class Shape {
        private final @Nullable JsonPath each;
        private final @Nullable JsonPath time;
        private final TimeText timeText;
        private final boolean isNumberExpected;
        private final boolean isSparse;
        private final String template;
        private final String[] fields;
        private final JsonPath[] paths;

        Shape(DecodeConfig rule) {
            each = rule.each() == null ? null : JsonPath.of(rule.each());
            time = rule.time() == null ? null : JsonPath.of(rule.time());
            timeText = new TimeText(rule.timeFormat(), rule.timeZone());
            isNumberExpected = rule.expect() == DecodeConfig.Expect.NUMBER;
            isSparse = rule.value() == null;
            template = rule.series();
            fields = isSparse ? rule.fields().keySet().toArray(String[]::new) : new String[0];
            paths = rule.value() == null
                    ? rule.fields().values().stream().map(JsonPath::of).toArray(JsonPath[]::new)
                    : new JsonPath[] {JsonPath.of(rule.value())};
        }
    }

    JsonPlan(Shape shape, Map<String, String> names, JsonTape tape) {
        this.tape = tape;
        this.shape = shape;
        series = new SeriesName[shape.paths.length];
        for (int index = 0; index < series.length; index++) {
            String field = shape.isSparse ? shape.fields[index] : null;
            series[index] = SeriesName.of(shape.template, names, field);
        }
    }

    @Override
    public boolean decode(Draft draft) {
        if (!tape.read(draft.bytes(), draft.from(), draft.to(), shape.isNumberExpected)) {
            return draft.refuse(Fault.FORMAT, tape.refusal());
        }
        JsonPath each = shape.each;
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
        if (shape.time != null) {
            measured = measured(draft, shape.time, record);
            if (measured == TimeText.NONE) {
                return false;
            }
        }
        int taken = 0;
        for (int index = 0; index < series.length; index++) {
            JsonPath wanted = shape.paths[index];
            int node = wanted.find(tape, record);
            if (node == JsonPath.NOT_FOUND && shape.isSparse) {
                continue;
            }
            if (node < 0) {
                return draft.refuse(Fault.VALUE, wanted.refusal(tape, record, node));
            }
            Value value = value(draft, wanted, node);
            SeriesLabel label = value == null ? null : label(draft, index, record);
            boolean isAdded = value != null && (measured == TimeText.NONE
                    ? draft.addOnArrival(label, value)
                    : draft.add(label, value, measured, TimeOrigin.SOURCE));
            if (!isAdded) {
                return false;
            }
            taken++;
        }
        return taken > 0
                || draft.refuse(Fault.VALUE, "none of the fields: "
                        + shape.paths[0].refusal(tape, record, JsonPath.NOT_FOUND));
    }

    private long measured(Draft draft, JsonPath path, int record) {
        int node = path.find(tape, record);
        if (node < 0) {
            draft.refuse(Fault.TIME, path.refusal(tape, record, node));
            return TimeText.NONE;
        }
        byte kind = tape.kind(node);
        boolean isScalar = kind == JsonTape.STRING || kind == JsonTape.NUMBER;
        long found = isScalar ? shape.timeText.parse(draft.bytes(), tape.from(node), tape.to(node)) : TimeText.NONE;
        if (found == TimeText.NONE) {
            String shown = isScalar ? Draft.shown(tape.text(node)) : "at " + path + " is "
                    + JsonPath.nameOf(kind) + " and";
            draft.refuse(Fault.TIME, "time " + shown + " is not " + shape.timeText.expected());
        }
        return found;
    }

    private @Nullable Value value(Draft draft, JsonPath path, int node) {
        byte kind = tape.kind(node);
        Value value = switch (kind) {
            case JsonTape.NUMBER -> NumberText.parse(draft.bytes(), tape.from(node), tape.to(node));
            case JsonTape.STRING, JsonTape.ESCAPED -> shape.isNumberExpected
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

    /** What a field's series is called; null when that is refused. */
    private @Nullable SeriesLabel label(Draft draft, int field, int record) {
        SeriesLabel known = series[field].label();
        return known != null ? known : series[field].resolve(draft, path -> part(draft, path, record));
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
