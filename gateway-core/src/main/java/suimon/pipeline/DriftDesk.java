package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.quality.DriftWatch;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Grade;
import suimon.reading.Words;
import suimon.store.Change;

/**
 * Watches series for drift against their neighbours, see {@link DriftWatch}; what is known of past
 * days is kept in the log. Used by the ingest thread.
 */
final class DriftDesk {
    /** Under which name the days are kept, by the series' name. */
    static final String OWNER = "drift";

    private final Map<String, Watched> watched = new HashMap<>();
    private final Map<String, List<Feed>> feeds = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();

    private record Watched(String series, Words title, String unit, DriftWatch watch) {}

    private record Feed(DriftWatch watch, int number) {}

    /** @param kept what {@link #changes} gave in earlier runs, by series */
    DriftDesk(Map<String, SeriesConfig> configs, Map<String, byte[]> kept) {
        configs.forEach((name, series) -> {
            GradeConfig tests = series.grade();
            if (tests != null && tests.drift() != null) {
                DriftWatch watch = new DriftWatch(tests.drift());
                watch.restore(kept.getOrDefault(name, new byte[0]));
                Words title = series.title() == null ? Words.same(name) : series.title();
                watched.put(name, new Watched(name, title, series.unit().code(), watch));
                for (int number = 0; number < watch.neighbours().size(); number++) {
                    feeds.computeIfAbsent(watch.neighbours().get(number), any -> new ArrayList<>())
                            .add(new Feed(watch, number));
                }
            }
        });
    }

    boolean isEmpty() {
        return watched.isEmpty();
    }

    /** A calibrated number with the grade that it got by other tests; says whether it is suspect of drift. */
    boolean observe(String series, double value, long measured, Grade grade, Alarms alarms, long nowNanos) {
        if (grade.isUsable()) {
            for (Feed feed : feeds.getOrDefault(series, List.of())) {
                feed.watch().neighbour(feed.number(), value, measured);
            }
        }
        Watched own = watched.get(series);
        if (own == null) {
            return false;
        }
        if (grade.isUsable() && own.watch().value(value, measured)) {
            changes.add(new Change.Keep(OWNER, series, own.watch().state()));
            tell(own, alarms, nowNanos);
        }
        return own.watch().isSuspect();
    }

    private static void tell(Watched own, Alarms alarms, long nowNanos) {
        String rule = OWNER + "/" + own.series();
        if (!own.watch().isSuspect()) {
            alarms.clear(rule, nowNanos);
            return;
        }
        String by = "%+.2g %s".formatted(own.watch().departure(), own.unit());
        alarms.raise(rule, Severity.CAUTION,
                new Words(own.title().ja() + " が近くのセンサーから少しずつ離れています（" + by + "）",
                        own.title().en() + " slowly departs from its neighbours (" + by + ")"),
                new Words("センサーの汚れと校正を確かめ、近くのセンサーのほうがずれていないかも見てください",
                        "Look for fouling, check the calibration, and see whether it is the neighbour that departs"),
                nowNanos);
    }

    /** What is to be kept since the last call. */
    List<Change> changes() {
        List<Change> drained = List.copyOf(changes);
        changes.clear();
        return drained;
    }
}
