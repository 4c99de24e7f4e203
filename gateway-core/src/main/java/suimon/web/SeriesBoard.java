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
import suimon.reading.Calibration;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.ByName;
import suimon.store.BySeries;
import suimon.web.Present.ForecastLine;
import suimon.web.Present.ForecastNow;
import suimon.web.Present.Kind;
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
    /** A forecast is issued anew at least this often, unless configured. */
    static final Duration FORECAST_STALE_AFTER = Duration.ofHours(3);

    private final GatewayConfig config;
    private final IntFunction<Series> definitions;
    private final ByName<Slot> byName = new ByName<>(slot -> slot.name);
    private final BySeries<Slot> byId = new BySeries<>();
    private int forecasting;

    /** Configured series are shown from the start, so that one that never arrives is missed. */
    SeriesBoard(GatewayConfig config, Collection<Series> known, IntFunction<Series> definitions) {
        this.config = config;
        this.definitions = definitions;
        config.series().forEach((name, series) -> {
            Words title = series.title() == null ? Words.same(name) : series.title();
            Slot slot = new Slot(name, isOutput(name), title, series.unit().code(), staleAfter(name, 0));
            slot.calibration = series.line();
            byName.put(slot);
        });
        known.forEach(this::define);
    }

    /** As the log knows it, so that its texts are there once. */
    void defineAsKnown(Series series) {
        define(definitions.apply(series.id()));
    }

    void define(Series series) {
        Slot known = byName.get(series.name());
        Slot slot = known != null ? known : added(
                new Slot(series.name(), isOutput(series.name()), series.title(), series.unit(), Duration.ZERO));
        slot.title = series.title();
        slot.unit = series.unit();
        slot.staleAfter = staleAfter(series.name(), series.expectedPeriodNanos());
        byId.put(series.id(), slot);
    }

    void take(long sequence, Readings readings) {
        for (int row = 0; row < readings.size(); row++) {
            Slot slot = slot(readings.series(row));
            if (!slot.isForecast()) {
                slot.take(sequence, readings, row);
            }
        }
    }

    void take(long sequence, Entry.Inference inference) {
        for (Entry.Output output : inference.outputs()) {
            String name = output.series();
            Slot known = byName.get(name);
            Slot slot = known != null ? known
                    : added(new Slot(name, isOutput(name), Words.same(name), "", staleAfter(name, 0)));
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

    private Slot added(Slot slot) {
        byName.put(slot);
        return slot;
    }

    void take(long sequence, Entry.Calibration calibration) {
        Slot slot = slot(calibration.series());
        slot.calibration = new Calibration(calibration.offset(), calibration.gain());
        slot.sequence = sequence;
    }

    void take(long sequence, Entry.Regrade regrade) {
        Slot slot = slot(regrade.series());
        if (slot.value != null && !slot.isForecast() && slot.measured == regrade.measuredNanos()) {
            slot.grade = regrade.grade();
            slot.sequence = sequence;
        }
    }

    /** The numbers of series that are defined and have nothing to show. */
    List<Integer> withoutValue() {
        List<Integer> without = new ArrayList<>();
        byId.forEach((series, slot) -> {
            if (slot.value == null) {
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
                changed.add(slot.now());
            }
        });
        return List.copyOf(changed);
    }

    /** The forecasts of a series, by the outputs that forecast it; and of an output, its own. */
    List<ForecastLine> forecastsOf(String series, Map<String, String> targets, Instant from) {
        List<ForecastLine> lines = new ArrayList<>();
        byName.forEach(slot -> {
            boolean isMeant = slot.name.equals(series) || series.equals(targets.get(slot.name));
            if (slot.model != null && isMeant) {
                lines.add(slot.line(slot.model, from));
            }
        });
        return lines;
    }

    private boolean isOutput(String name) {
        return config.models().stream().anyMatch(model -> name.startsWith(model.outputs() + "/"));
    }

    private Slot slot(int id) {
        Slot found = byId.get(id);
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

    /** One series' card. */
    private static final class Slot {
        final String name;
        final boolean isOutput;
        Words title;
        String unit;
        Duration staleAfter;
        Calibration calibration = Calibration.NONE;
        long sequence;
        /** Of a forecast the moment it is for, and when it was issued. */
        long measured;
        long received;
        @Nullable Value value;
        Grade grade = Grade.MISSING;
        int status;
        TimeOrigin origin = TimeOrigin.SOURCE;
        /** Which one forecast it; null for what was measured. */
        @Nullable String model;
        @Nullable ForecastTimes points;

        /** An output of a model is a forecast before it has said anything. */
        Slot(String name, boolean isOutput, Words title, String unit, Duration staleAfter) {
            this.name = name;
            this.isOutput = isOutput;
            this.title = title;
            this.unit = unit;
            this.staleAfter = staleAfter;
        }

        void take(long ofSequence, Readings readings, int row) {
            long when = Math.min(readings.measured(row), readings.received(row));
            if (value != null && when < Math.min(measured, received)) {
                return;
            }
            sequence = ofSequence;
            measured = readings.measured(row);
            received = readings.received(row);
            value = readings.value(row);
            grade = readings.grade(row);
            status = readings.status(row);
            origin = readings.origin(row);
        }

        void take(long ofSequence, Entry.Inference inference, Entry.Output output) {
            long issued = nanos(inference.issuedAt());
            if (model != null && received > issued) {
                return;
            }
            if (model == null && staleAfter.compareTo(STALE_AFTER_DEFAULT) <= 0) {
                staleAfter = FORECAST_STALE_AFTER;
            }
            model = inference.model();
            value = new Value.Float64(output.value());
            grade = Grade.NOT_EVALUATED;
            sequence = ofSequence;
            measured = nanos(output.validAt());
            received = issued;
        }

        boolean isForecast() {
            return isOutput || model != null;
        }

        SeriesNow now() {
            double number = value == null ? Double.NaN : calibration.apply(value.asDouble());
            boolean hasValue = value != null;
            return new SeriesNow(name, title, unit, isForecast() ? Kind.FORECAST : Kind.MEASURED, text(number),
                    Double.isFinite(number) ? number : null, hasValue ? instant(measured) : null,
                    hasValue ? instant(received) : null, hasValue ? origin : null, grade,
                    String.format("0x%08X", status), sequence, staleAfter.toSeconds(),
                    model == null ? null : new ForecastNow(model, instant(received), instant(measured)));
        }

        /** Exactly what came where nothing was corrected, else the corrected number. */
        private @Nullable String text(double number) {
            if (value == null) {
                return null;
            }
            boolean isRaw = calibration.equals(Calibration.NONE) || Double.isNaN(number);
            return isRaw ? value.asText() : Double.toString(number);
        }

        ForecastLine line(String by, Instant from) {
            return new ForecastLine(name, title, by, instant(received),
                    points == null ? List.of() : points.from(nanos(from)));
        }
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }
}
