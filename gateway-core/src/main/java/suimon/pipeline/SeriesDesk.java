package suimon.pipeline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import suimon.config.SeriesConfig;
import suimon.quality.GradePlan;
import suimon.quality.SeriesGrader;
import suimon.reading.Calibration;
import suimon.reading.Series;
import suimon.reading.Words;
import suimon.store.Log;

/**
 * What the gateway knows of each series: its number, its calibration, how it is graded. Series that
 * the configuration does not name get the defaults, so that nothing a sensor sends is lost.
 */
public final class SeriesDesk {
    /** More series than these are refused: a sender that puts a counter into its topic. */
    public static final int SERIES_MAX = 20_000;

    private final Log log;
    private final Map<String, SeriesConfig> configs;
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();
    /** Of all series without tests: with none to run it remembers nothing of any of them. */
    private final SeriesGrader withoutTests = new SeriesGrader(GradePlan.NONE);

    /** One series on the ingest thread's desk. */
    static final class Desk {
        final Series series;
        final Calibration calibration;
        final SeriesGrader grader;
        /** Whether it has counts that are not submitted; of one commit, so they are small. */
        boolean isTouched;
        int decoded;
        int stored;
        int repeated;

        Desk(Series series, Calibration calibration, SeriesGrader grader) {
            this.series = series;
            this.calibration = calibration;
            this.grader = grader;
        }
    }

    public SeriesDesk(Log log, Map<String, SeriesConfig> configs) {
        this.log = log;
        this.configs = Map.copyOf(configs);
        configs.keySet().forEach(this::of);
    }

    /** The series of that name, defined when it is new. Safe for many threads. */
    public Series define(String name) {
        return of(name).series;
    }

    /** The calibration that values of the series are read with. */
    public Calibration calibration(String name) {
        return of(name).calibration;
    }

    /** The desk of a label, which remembers it; null when there are too many series. For the ingest thread. */
    @Nullable Desk find(SeriesLabel label) {
        Desk known = label.desk;
        if (known == null) {
            known = find(label.name());
            label.desk = known;
        }
        return known;
    }

    /** The desk of that name, or null when there are too many series. */
    @Nullable Desk find(String name) {
        Desk known = desks.get(name);
        if (known != null) {
            return known;
        }
        return desks.size() >= SERIES_MAX ? null : of(name);
    }

    private Desk of(String name) {
        return desks.computeIfAbsent(name, this::open);
    }

    private Desk open(String name) {
        SeriesConfig config = configs.get(name);
        if (config == null) {
            // A model's output was defined with its own title; that must not be lost here.
            Series series = log.allSeries().stream().filter(known -> known.name().equals(name)).findFirst()
                    .orElseGet(() -> log.define(name, Words.same(name), "", 0));
            return new Desk(series, Calibration.NONE, withoutTests);
        }
        Words title = config.title() == null ? Words.same(name) : config.title();
        long period = config.every() == null ? 0 : config.every().toNanos();
        Calibration calibration =
                config.calibration() == null ? Calibration.NONE : config.calibration().line();
        GradePlan plan = GradePlan.of(config);
        return new Desk(log.define(name, title, config.unit().code(), period), calibration,
                plan.isEmpty() ? withoutTests : new SeriesGrader(plan));
    }
}
