package suimon.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import suimon.config.GatewayConfig;
import suimon.config.SeriesConfig;
import suimon.reading.CalibrationHistory;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.Words;
import suimon.store.ByName;
import suimon.store.BySeries;
import suimon.web.Present.ForecastLine;
import suimon.web.Present.SeriesNow;

/**
 * The newest value of every series and the newest forecasts. Not safe for several threads; {@link
 * LiveBoard} guards it.
 *
 * <p>The newest value is the one measured last, and of two measured at the same time the one stored
 * last. A sensor whose clock runs ahead must not freeze its card for as long as it is ahead, so a
 * time beyond the arrival counts as the arrival.
 */
final class SeriesBoard {
    /** Forecast values kept per output series; the oldest go first. */
    static final int FORECAST_POINTS_MAX = 600;
    /**
     * Forecast values kept of all output series, 24 bytes each: with more than a hundred of these each
     * keeps fewer as it takes its next one. All of them are in the log.
     */
    static final int FORECAST_POINTS_ALL_MAX = 60_000;
    /** A series that says nothing about itself looks stale after this long. */
    static final Duration STALE_AFTER_DEFAULT = Duration.ofMinutes(15);
    private final GatewayConfig config;
    private final IntFunction<Series> definitions;
    private final ByName<SeriesSlot> byName = new ByName<>(SeriesSlot::name);
    private final BySeries<SeriesSlot> byId = new BySeries<>();
    private int forecasting;

    /** Configured series are shown from the start, so that one that never arrives is missed. */
    SeriesBoard(GatewayConfig config, Collection<Series> known, IntFunction<Series> definitions) {
        this.config = config;
        this.definitions = definitions;
        config.series().forEach((name, series) -> {
            Words title = series.title() == null ? Words.same(name) : series.title();
            SeriesSlot slot = slot(new Series(0, name, title, series.unit().code(), 0));
            slot.calibration = new CalibrationHistory(series.line());
        });
        known.forEach(this::define);
    }

    /** As the log knows it, so that its texts are there once. */
    void defineAsKnown(Series series) {
        define(definitions.apply(series.id()));
    }

    void define(Series series) {
        SeriesSlot known = byName.get(series.name());
        SeriesSlot slot = known != null ? known : slot(series);
        slot.series = series;
        slot.staleAfter = staleAfter(series.name(), series.expectedPeriodNanos());
        byId.put(series.id(), slot);
    }

    void take(long sequence, Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            SeriesSlot slot = slot(readings.series(row));
            if (!slot.isForecast()) {
                slot.take(sequence, readings, row);
            }
        }
    }

    void take(long sequence, Entry.Inference inference) {
        for (Entry.Output output : inference.outputs()) {
            String name = output.series();
            SeriesSlot known = byName.get(name);
            SeriesSlot slot = known != null ? known : slot(new Series(0, name, Words.same(name), "", 0));
            if (Double.isFinite(output.value())) {
                ForecastTimes points = slot.points;
                if (points == null) {
                    points = new ForecastTimes();
                    slot.points = points;
                    forecasting++;
                }
                points.put(nanos(output.validAt()), nanos(inference.issuedAt()), output.value(), pointsMax());
            }
            slot.take(sequence, inference, output);
        }
    }

    private int pointsMax() {
        return Math.clamp(FORECAST_POINTS_ALL_MAX / forecasting, 1, FORECAST_POINTS_MAX);
    }

    /** A new one, under its name; an output of a model is a forecast before it has said anything. */
    private SeriesSlot slot(Series series) {
        String name = series.name();
        boolean isOutput = config.models().stream().anyMatch(model -> name.startsWith(model.outputs() + "/"));
        SeriesSlot slot = new SeriesSlot(series, isOutput, staleAfter(name, series.expectedPeriodNanos()));
        byName.put(slot);
        return slot;
    }

    void take(long sequence, Entry.Calibration calibration) {
        SeriesSlot slot = slot(calibration.series());
        slot.calibration = slot.calibration.with(sequence, calibration);
        slot.sequence = sequence;
    }

    void take(long sequence, Entry.Regrade regrade) {
        SeriesSlot slot = slot(regrade.series());
        if (slot.hasValue() && !slot.isForecast() && slot.measured == regrade.measuredNanos()) {
            slot.grade(regrade.grade(), regrade.tests());
            slot.sequence = sequence;
        }
    }

    /** Of a series by its name; null when nobody knows it. */
    @Nullable CalibrationHistory calibrations(String name) {
        SeriesSlot slot = byName.get(name);
        return slot == null ? null : slot.calibration;
    }

    /** The numbers of series that are defined and have nothing to show. */
    List<Integer> withoutValue() {
        List<Integer> without = new ArrayList<>();
        byId.forEach((series, slot) -> {
            if (!slot.hasValue()) {
                without.add(series);
            }
        });
        return without;
    }

    /** Those that changed after the sequence; all of them for a negative one. */
    List<SeriesNow> changedAfter(long sequence) {
        List<SeriesNow> changed = new ArrayList<>();
        byName.forEach(slot -> {
            if (slot.sequence > sequence || sequence < 0) {
                SeriesConfig configured = config.series().get(slot.name());
                changed.add(slot.now(configured == null ? null : configured.standardName()));
            }
        });
        return List.copyOf(changed);
    }

    /** The forecasts of a series, by the outputs that forecast it; and of an output, its own. */
    List<ForecastLine> forecastsOf(String series, Map<String, String> targets, Instant from) {
        List<ForecastLine> lines = new ArrayList<>();
        byName.forEach(slot -> {
            String name = slot.name();
            boolean isMeant = name.equals(series) || series.equals(targets.get(name));
            if (isMeant && slot.hasForecast()) {
                lines.add(slot.line(from));
            }
        });
        return lines;
    }

    private SeriesSlot slot(int id) {
        SeriesSlot found = byId.get(id);
        if (found == null) {
            define(definitions.apply(id));
            found = byId.get(id);
        }
        if (found == null) {
            throw new IllegalStateException("series " + id + " is not defined under its own number");
        }
        return found;
    }

    private Duration staleAfter(String name, long expectedPeriodNanos) {
        SeriesConfig series = config.series().get(name);
        if (series != null && series.staleAfter() != null) {
            return series.staleAfter();
        }
        if (series != null && series.every() != null) {
            return series.every().multipliedBy(3);
        }
        return expectedPeriodNanos > 0
                ? Duration.ofNanos(expectedPeriodNanos).multipliedBy(3) : STALE_AFTER_DEFAULT;
    }

    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
