package suimon.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import suimon.config.DataConfig.Durability;
import suimon.config.ModelConfig;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;

/** A log with one model over the newest four readings of every series {@code {pen}/pressure}. */
final class CountedSite {
    static final long SECOND = 1_000_000_000L;

    private CountedSite() {}

    static Log open(Path folder) throws Exception {
        return Log.open(new LogSettings(folder, 64L << 20, Durability.FULL), System::nanoTime);
    }

    static Insight insight(Log log, Model model, Preview preview, Results results) {
        ModelConfig config =
                new ModelConfig("knock", "count", null, Map.of("value", "{pen}/pressure"), "knock/{pen}");
        Alarms alarms = new Alarms(List.of(), name -> series(log, name), log.kept(Alarms.OWNER),
                Duration.ofMinutes(10), System::nanoTime);
        return new Insight(log, List.of(new Insight.Placement(config, model)), alarms,
                new Insight.Surroundings(name -> series(log, name), name -> LiveCalibration.none(), CountedSite::clock,
                        Duration.ofMinutes(10), ZoneId.of("Asia/Tokyo")), preview, results);
    }

    static ClockStamp clock() {
        return new ClockStamp("boot", System.nanoTime(), 1000 * SECOND, ClockStamp.Trust.SYNCHRONISED);
    }

    static Series series(Log log, String name) {
        return log.allSeries().stream().filter(one -> one.name().equals(name)).findAny()
                .orElseGet(() -> log.define(name, Words.same(name), "", 0));
    }

    /** Commits the values at those seconds, each with its second as value. */
    static void store(Log log, String name, int... seconds) throws Exception {
        log.commit(commit(log, name, seconds));
    }

    static Commit commit(Log log, String name, int... seconds) {
        int series = series(log, name).id();
        Readings.Builder batch = new Readings.Builder(16);
        for (int second : seconds) {
            batch.add(series, second * SECOND, 1000 * SECOND, new Value.Float64(second), Grade.GOOD, 0,
                    TimeOrigin.SOURCE);
        }
        return new Commit(List.of(new Entry.Batch(batch.build(), clock())),
                List.of(new Change.SeriesCount(series, seconds.length, seconds.length, 0)));
    }

    /** All results in the log, as series@second:value. */
    static List<String> results(Log log) throws Exception {
        // A commit without entries waits for all that was submitted before it.
        log.commit(new Commit(List.of(), List.of()));
        List<String> found = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            for (Sequenced sequenced : reader.after(0, 100_000, 64L << 20)) {
                if (sequenced.entry() instanceof Entry.Inference inference) {
                    inference.outputs().forEach(output -> found.add(
                            output.series() + "@" + output.validAt().getEpochSecond() + ":" + output.value()));
                }
            }
        }
        return found;
    }
}
