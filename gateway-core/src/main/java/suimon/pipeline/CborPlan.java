package suimon.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/** How the CBOR payloads of one topic become readings: the paths of JSON, the types of CBOR. */
final class CborPlan implements Plan {
    private static final TimeText TAGGED_TEXT = new TimeText(TimeFormat.ISO, null);
    private static final TimeText TAGGED_NUMBER = new TimeText(TimeFormat.SECONDS, null);

    private final CborReader reader;
    private final @Nullable TreePath each;
    private final @Nullable TreePath time;
    private final TimeText timeText;
    private final boolean isNumberExpected;
    private final boolean isSparse;
    private final List<Wanted> wanted;

    private record Wanted(SeriesName series, TreePath path) {}

    CborPlan(DecodeConfig rule, Map<String, String> names, CborReader reader) {
        this.reader = reader;
        each = rule.each() == null ? null : path(rule.each());
        time = rule.time() == null ? null : path(rule.time());
        timeText = new TimeText(rule.timeFormat(), rule.timeZone());
        isNumberExpected = rule.expect() == DecodeConfig.Expect.NUMBER;
        isSparse = rule.value() == null;
        wanted = rule.value() == null
                ? rule.fields().entrySet().stream()
                        .map(field -> new Wanted(SeriesName.of(rule.series(), names, field.getKey()),
                                path(field.getValue())))
                        .toList()
                : List.of(new Wanted(SeriesName.of(rule.series(), names, null), path(rule.value())));
    }

    private static TreePath path(String written) {
        return TreePath.of(JsonPath.of(written));
    }

    @Override
    public boolean decode(Draft draft) {
        Tree payload = reader.read(draft.bytes(), draft.from(), draft.to());
        if (payload == null) {
            return draft.refuse(Fault.FORMAT, reader.refusal());
        }
        if (each == null) {
            return record(draft, payload, payload);
        }
        Tree array = each.find(payload, payload);
        if (array instanceof Tree.Absent) {
            return draft.refuse(Fault.VALUE, each.refusal(payload, payload));
        }
        if (!(array instanceof Tree.Items records)) {
            return draft.refuse(Fault.VALUE, each + " is " + array.name() + ", expected an array");
        }
        for (Tree record : records.items()) {
            if (!record(draft, payload, record)) {
                return false;
            }
        }
        return true;
    }

    private boolean record(Draft draft, Tree payload, Tree record) {
        long measured = TimeText.NONE;
        if (time != null) {
            measured = measured(draft, time, payload, record);
            if (measured == TimeText.NONE) {
                return false;
            }
        }
        int taken = 0;
        for (Wanted next : wanted) {
            Tree node = next.path.find(payload, record);
            if (node == Tree.Absent.MISSING && isSparse) {
                continue;
            }
            if (node instanceof Tree.Absent) {
                return draft.refuse(Fault.VALUE, next.path.refusal(payload, record));
            }
            Value value = value(draft, next.path, node);
            String series = value == null ? null
                    : next.series.resolve(path -> part(draft, TreePath.of(path), payload, record));
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
                        + wanted.getFirst().path.refusal(payload, record));
    }

    private long measured(Draft draft, TreePath path, Tree payload, Tree record) {
        Tree node = path.find(payload, record);
        if (node instanceof Tree.Absent) {
            draft.refuse(Fault.TIME, path.refusal(payload, record));
            return TimeText.NONE;
        }
        String written = node instanceof Tree.Scalar scalar ? written(scalar) : null;
        // A tag says itself how the time is written, whatever the rule expects of untagged ones.
        TimeText expected = !(node instanceof Tree.Scalar scalar) || scalar.kind() != Tree.Kind.TIME ? timeText
                : scalar.value() instanceof Value.Text ? TAGGED_TEXT : TAGGED_NUMBER;
        long found = written == null ? TimeText.NONE : expected.parse(written);
        if (found == TimeText.NONE) {
            String shown = written == null ? "at " + path + " is " + node.name() + " and" : Draft.shown(written);
            draft.refuse(Fault.TIME, "time " + shown + " is not " + expected.expected());
        }
        return found;
    }

    private static @Nullable String written(Tree.Scalar scalar) {
        if (scalar.value() instanceof Value.Text text) {
            return scalar.kind() == Tree.Kind.OCTETS ? null : text.value();
        }
        java.math.BigDecimal exact = Numbers.exact(scalar.value());
        return exact == null ? null : exact.toString();
    }

    private @Nullable Value value(Draft draft, TreePath path, Tree node) {
        if (!(node instanceof Tree.Scalar scalar)) {
            draft.refuse(Fault.VALUE, path + " is " + node.name()
                    + ", expected a number, text, bytes, true, false or null");
            return null;
        }
        if (!isNumberExpected || !(scalar.value() instanceof Value.Text text)) {
            return scalar.value();
        }
        Value number = scalar.kind() == Tree.Kind.OCTETS ? null : NumberText.parse(text.value().strip());
        if (number == null) {
            draft.refuse(Fault.VALUE, path + " is " + Draft.shown(text.value()) + ", expected a number");
        }
        return number;
    }

    private static @Nullable String part(Draft draft, TreePath path, Tree payload, Tree record) {
        Tree node = path.find(payload, record);
        if (node instanceof Tree.Absent) {
            draft.refuse(Fault.SERIES, path.refusal(payload, record));
            return null;
        }
        String text = node instanceof Tree.Scalar scalar
                ? scalar.value() instanceof Value.Text said ? said.value() : written(scalar) : null;
        if (text == null) {
            draft.refuse(Fault.SERIES, path + " is " + node.name()
                    + ", expected text or a number for the series' name");
        }
        return text;
    }
}
