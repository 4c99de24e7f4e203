package suimon.dataset;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import suimon.config.SeriesConfig;
import suimon.reading.CalibrationHistory;
import suimon.reading.Series;
import suimon.store.CalibrationBook;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/**
 * Which calibration a series had at a moment: the dated entries of the log, and before the first of
 * them what the configuration says. Safe for one thread.
 */
final class Calibrations {
    private final CalibrationBook book;
    private final Map<String, SeriesConfig> configs;
    private final Map<Integer, CalibrationHistory> histories = new HashMap<>();

    private Calibrations(CalibrationBook book, Map<String, SeriesConfig> configs) {
        this.book = book;
        this.configs = configs;
    }

    /** @param asOf what was written down later is left out */
    static Calibrations read(LogReader reader, Map<String, SeriesConfig> configs, Instant asOf) throws StoreFailed {
        return new Calibrations(CalibrationBook.read(reader, asOf), configs);
    }

    CalibrationHistory of(Series series) {
        return histories.computeIfAbsent(
                series.id(), id -> book.history(id, SeriesConfig.line(configs.get(series.name()))));
    }
}
