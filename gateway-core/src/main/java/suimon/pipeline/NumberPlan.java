package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.Value;

/** A payload that is a number and nothing else. */
final class NumberPlan implements Plan {
    private final SeriesName series;

    NumberPlan(DecodeConfig rule, Map<String, String> names) {
        series = SeriesName.of(rule.series(), names, null);
    }

    @Override
    public boolean decode(Draft draft) {
        byte[] payload = draft.payload();
        int from = 0;
        int to = payload.length;
        while (from < to && isSpace(payload[from])) {
            from++;
        }
        while (from < to && isSpace(payload[to - 1])) {
            to--;
        }
        Value value = NumberText.parse(payload, from, to);
        if (value == null) {
            String found = from == to ? "an empty payload"
                    : Draft.shown(new String(payload, from, to - from, StandardCharsets.UTF_8));
            return draft.refuse(Fault.VALUE, found + " is not a number");
        }
        return draft.addOnArrival(series.resolve(path -> null), value);
    }

    private static boolean isSpace(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }
}
