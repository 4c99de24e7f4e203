package suimon.pipeline;

import java.util.HashMap;
import java.util.Map;
import suimon.pipeline.Decoder.Fault;

/**
 * Holds the units that a message names against those its series come in: one that changes is refused
 * and not mixed. A message counts only when all of it was decoded. For one thread.
 */
final class SeriesUnits {
    private final UnitBook book;
    private final Map<String, String> found = new HashMap<>();

    SeriesUnits(UnitBook book) {
        this.book = book;
    }

    /** Begins a message. */
    void begin() {
        found.clear();
    }

    /** Whether a series comes in its unit; one without unit says nothing about it. */
    boolean isSame(Draft draft, String series, String unit) {
        if (unit.isEmpty()) {
            return true;
        }
        String known = book.of(series);
        String before = known.isEmpty() ? found.getOrDefault(series, unit) : known;
        found.putIfAbsent(series, unit);
        return UnitBook.isSame(before, unit)
                || draft.refuse(Fault.UNIT, "unit " + Draft.shown(unit) + " of series " + Draft.shown(series)
                        + ", which comes in " + Draft.shown(before)
                        + "; send that, or under another name, or set rawUnit of the series");
    }

    /** The message was decoded; its series are at most {@link Decoder#SERIES_MAX}, as the draft sees to. */
    void keep() {
        found.forEach(book::learn);
    }
}
