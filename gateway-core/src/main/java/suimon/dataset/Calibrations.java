package suimon.dataset;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import suimon.config.SeriesConfig;
import suimon.reading.Calibration;
import suimon.reading.Entry;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Which calibration a series had at a moment: the dated entries of the log, and before the first of
 * them what the configuration says. Safe for one thread.
 */
final class Calibrations {
    /** Dated entries that are looked at; the newest count. */
    static final int ENTRIES_MAX = 10_000;

    private final Map<Integer, NavigableMap<Instant, Calibration>> dated = new HashMap<>();
    private final Map<String, SeriesConfig> configs;

    private Calibrations(Map<String, SeriesConfig> configs) {
        this.configs = configs;
    }

    static Calibrations read(LogReader reader, Map<String, SeriesConfig> configs) throws StoreFailed {
        Calibrations calibrations = new Calibrations(configs);
        List<Sequenced> newestFirst = reader.newest(List.of(Entry.Calibration.class), ENTRIES_MAX);
        for (Sequenced each : newestFirst.reversed()) {
            if (each.entry() instanceof Entry.Calibration entry) {
                calibrations.dated.computeIfAbsent(entry.series(), id -> new TreeMap<>())
                        .put(entry.from(), new Calibration(entry.offset(), entry.gain()));
            }
        }
        return calibrations;
    }

    Calibration at(int series, String name, Instant measured) {
        NavigableMap<Instant, Calibration> own = dated.get(series);
        Map.Entry<Instant, Calibration> found = own == null ? null : own.floorEntry(measured);
        if (found != null) {
            return found.getValue();
        }
        return SeriesConfig.line(configs.get(name));
    }
}
