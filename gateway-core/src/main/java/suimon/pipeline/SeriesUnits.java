package suimon.pipeline;

import java.util.HashMap;
import java.util.Map;
import suimon.pipeline.Decoder.Fault;

/**
 * The unit each series of a source came in first: one that changes is refused and not mixed. A
 * message counts only when all of it was decoded. For one thread; after a restart the first counts
 * again.
 */
final class SeriesUnits {
    private final Map<String, String> known = new HashMap<>();
    private final Map<String, String> found = new HashMap<>();

    /** Begins a message. */
    void begin() {
        found.clear();
    }

    /** Whether a series comes in its unit; one without unit says nothing about it. */
    boolean isSame(Draft draft, String series, String unit) {
        if (unit.isEmpty()) {
            return true;
        }
        String before = known.getOrDefault(series, found.getOrDefault(series, unit));
        found.putIfAbsent(series, unit);
        return before.equals(unit)
                || draft.refuse(Fault.VALUE, "unit " + Draft.shown(unit) + " of series " + Draft.shown(series)
                        + " was " + Draft.shown(before) + " before; send that, or under another name");
    }

    /** The message was decoded; its series are at most {@link Decoder#SERIES_MAX}, as the draft sees to. */
    void keep() {
        found.forEach(known::putIfAbsent);
    }
}
