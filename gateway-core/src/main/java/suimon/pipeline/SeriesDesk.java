package suimon.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig;
import suimon.config.SeriesConfig;
import suimon.quality.GradePlan;
import suimon.quality.SeriesGrader;
import suimon.reading.Calibration;
import suimon.reading.Series;
import suimon.reading.Unit;
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
    private final int seriesMax;
    private final Map<String, SeriesConfig> configs;
    private final CalibrationDesk calibrations;
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();
    private final Map<String, Description> described = new ConcurrentHashMap<>();
    /** Of all series without tests: with none to run it remembers nothing of any of them. */
    private final SeriesGrader withoutTests = new SeriesGrader(GradePlan.NONE);

    /** One series on the ingest thread's desk. */
    static final class Desk {
        final Series series;
        final LiveCalibration calibration;
        final SeriesGrader grader;
        /** Whether it has counts that are not submitted; of one commit, so they are small. */
        boolean isTouched;
        int decoded;
        int stored;
        int repeated;
        final SenderClocks.Delay delay = new SenderClocks.Delay();
        /** Whether there is another by now, because a source has described the series. */
        volatile boolean isReplaced;

        Desk(Series series, LiveCalibration calibration, SeriesGrader grader) {
            this.series = series;
            this.calibration = calibration;
            this.grader = grader;
        }
    }

    /** By what is configured alone, until {@link CalibrationDesk} is told otherwise. */
    public SeriesDesk(Log log, Map<String, SeriesConfig> configs) {
        this(log, configs, new CalibrationDesk(configs));
    }

    public SeriesDesk(Log log, Map<String, SeriesConfig> configs, CalibrationDesk calibrations) {
        this(log, configs, calibrations, SERIES_MAX);
    }

    SeriesDesk(Log log, Map<String, SeriesConfig> configs, CalibrationDesk calibrations, int seriesMax) {
        this.log = log;
        this.seriesMax = seriesMax;
        this.configs = Map.copyOf(configs);
        this.calibrations = calibrations;
        configs.keySet().forEach(this::of);
    }

    /** All that are in use by now. */
    Collection<Desk> desks() {
        return desks.values();
    }

    /** What is configured, by name. */
    Map<String, SeriesConfig> configs() {
        return configs;
    }

    /** The series of that name, defined when it is new. Safe for many threads. */
    public Series define(String name) {
        return of(name).series;
    }

    /** The calibrations that values of the series are read with. */
    public LiveCalibration calibration(String name) {
        return of(name).calibration;
    }

    /** The desk of a label, which remembers it; null when there are too many series. For the ingest thread. */
    @Nullable Desk find(SeriesLabel label) {
        Desk known = label.desk;
        if (known == null || known.isReplaced) {
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
        return desks.size() >= seriesMax ? null : of(name);
    }

    /** Why {@link #find} has nothing for the name. */
    String refusal(String name) {
        return "series '" + name + "' would be one more than the " + seriesMax + " this gateway takes; see that"
                + " no counter, time or number of a message is part of its name, then restart";
    }

    /**
     * A source says what a series is: unit and limits count where the configuration has none. Empty;
     * or why its values can't be mixed with those that are there. Safe for many threads.
     */
    public String describe(String name, Description said) {
        SeriesConfig config = configs.get(name);
        if (config != null && config.calibration() != null && config.rawUnit() == null) {
            // What the source sends is raw; unit and limits of the series are those after calibration.
            return "";
        }
        Desk desk = find(name);
        if (desk == null) {
            return refusal(name);
        }
        String unit = config == null || config.arrivesIn().code().isEmpty()
                ? desk.series.unit() : config.arrivesIn().code();
        String told = said.unit();
        // "one" is what servers say of turbidity and pH alike.
        boolean isKnown = !unit.isEmpty() && !told.isEmpty() && !told.equals("1");
        if (isKnown && !isSame(told, unit)) {
            return "its unit is " + told + " at the source and " + unit + " here; set rawUnit: \"" + told
                    + "\" for series " + name + ", or let the node fill another series";
        }
        if (!said.equals(described.put(name, said))) {
            Desk before = desks.put(name, open(name));
            if (before != null) {
                before.isReplaced = true;
            }
        }
        return "";
    }

    /** What the log has may be older than the table of units, and no unit of it: then only the same text is. */
    private static boolean isSame(String told, String unit) {
        if (told.equals(unit)) {
            return true;
        }
        try {
            return new Unit(told).isSame(new Unit(unit));
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    private Desk of(String name) {
        return desks.computeIfAbsent(name, this::open);
    }

    private Desk open(String name) {
        SeriesConfig config = configs.get(name);
        Description said = described.get(name);
        // A model's output was defined with its own title; that must not be lost here.
        Series known = log.seriesNamed(name);
        LiveCalibration calibration = calibrations.of(name);
        GradePlan plan = plan(config, said);
        SeriesGrader grader = plan.isEmpty() ? withoutTests : new SeriesGrader(plan);
        if (config == null && said == null) {
            return new Desk(known == null ? log.define(name, Words.same(name), "", 0) : known, calibration, grader);
        }
        Words title = config == null && known != null ? known.title() : Words.same(name);
        if (config != null && config.title() != null) {
            title = config.title();
        }
        long period = config == null || config.every() == null ? 0 : config.every().toNanos();
        return new Desk(log.define(name, title, unit(config, said, known), period), calibration, grader);
    }

    /** The configured unit, else the source's, else the one that its values so far had by a source. */
    private static String unit(@Nullable SeriesConfig config, @Nullable Description said, @Nullable Series known) {
        String configured = config == null ? "" : config.unit().code();
        if (!configured.isEmpty()) {
            return configured;
        }
        String told = said == null ? "" : said.unit();
        return told.isEmpty() && known != null ? known.unit() : told;
    }

    /** The limits a source tells are tested where the configuration tests none and converts nothing. */
    private static GradePlan plan(@Nullable SeriesConfig config, @Nullable Description said) {
        GradeConfig tests = config == null || config.grade() == null ? GradeConfig.NONE : config.grade();
        if (said == null || said.range() == null || tests.grossRange() != null
                || !SeriesConfig.line(config).equals(Calibration.NONE)) {
            return GradePlan.of(config);
        }
        return GradePlan.of(tests.with(said.range()), config == null ? null : config.every(),
                config == null ? null : config.depth());
    }
}
