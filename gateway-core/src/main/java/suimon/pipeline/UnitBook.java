package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.config.SeriesConfig;
import suimon.reading.Unit;
import suimon.store.Change;

/**
 * The unit that each series comes in: as configured, else as its first sender said, which is kept in
 * the store. Of senders that name units; used by the ingest thread.
 */
public final class UnitBook {
    /** The owner of what is kept. */
    public static final String OWNER = "unit";

    private final Map<String, String> known = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    /** @param kept what {@link #OWNER} keeps in the store */
    public UnitBook(Map<String, SeriesConfig> configs, Map<String, byte[]> kept) {
        kept.forEach((series, unit) -> known.put(series, new String(unit, StandardCharsets.UTF_8)));
        configs.forEach((series, config) -> {
            if (!config.arrivesIn().code().isEmpty()) {
                known.put(series, config.arrivesIn().code());
            }
        });
    }

    /** Nothing is configured or was said yet. */
    static UnitBook empty() {
        return new UnitBook(Map.of(), Map.of());
    }

    /** The unit's code; empty when nobody said. */
    String of(String series) {
        return known.getOrDefault(series, "");
    }

    /** The first sender's word counts. */
    void learn(String series, String unit) {
        if (known.putIfAbsent(series, unit) == null) {
            changes.add(new Change.Keep(OWNER, series, unit.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What is to be kept since the last call. */
    List<Change> changes() {
        List<Change> taken = List.copyOf(changes);
        changes.clear();
        return taken;
    }

    /** Whether two codes mean the same unit; what is no UCUM code is compared as text. */
    static boolean isSame(String one, String other) {
        if (one.equals(other)) {
            return true;
        }
        try {
            return new Unit(one).isSame(new Unit(other));
        } catch (IllegalArgumentException notUcum) {
            return false;
        }
    }
}
