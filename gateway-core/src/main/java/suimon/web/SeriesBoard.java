package suimon.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
    /** A series that says nothing about itself looks stale after this long. */
    static final Duration STALE_AFTER_DEFAULT = Duration.ofMinutes(15);
    /** A forecast is issued anew at least this often, unless configured. */
    static final Duration FORECAST_STALE_AFTER = Duration.ofHours(3);

    private final GatewayConfig config;
    private final IntFunction<Series> definitions;
    private final Map<String, Slot> byName = new LinkedHashMap<>();
    private final BySeries<Slot> byId = new BySeries<>();

    /** Configured series are shown from the start, so that one that never arrives is missed. */
    SeriesBoard(GatewayConfig config, Collection<Series> known, IntFunction<Series> definitions) {
        this.config = config;
        this.definitions = definitions;
        config.series().forEach((name, series) -> {
            Words title = series.title() == null ? Words.same(name) : series.title();
            Slot slot = new Slot(name, isOutput(name), title, series.unit().code(), staleAfter(name, 0));
            slot.calibration = series.line();
            byName.put(name, slot);
        });
        known.forEach(this::define);
    }

    /** As the log knows it, so that its texts are there once. */
    void defineAsKnown(Series series) {
        define(definitions.apply(series.id()));
    }

    void define(Series series) {
        Slot slot = byName.computeIfAbsent(
                series.name(), name -> new Slot(name, isOutput(name), series.title(), series.unit(), Duration.ZERO));
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
            Slot slot = byName.computeIfAbsent(output.series(),
                    name -> new Slot(name, isOutput(name), Words.same(name), "", staleAfter(name, 0)));
            slot.take(sequence, inference, output);
        }
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
        return byName.values().stream()
                .filter(slot -> slot.sequence > sequence || sequence < 0)
                .map(Slot::now)
                .toList();
    }

    /** The forecasts of a series, by the outputs that forecast it; and of an output, its own. */
    List<ForecastLine> forecastsOf(String series, Map<String, String> targets, Instant from) {
        List<ForecastLine> lines = new ArrayList<>();
        for (Slot slot : byName.values()) {
            boolean isMeant = slot.name.equals(series) || series.equals(targets.get(slot.name));
            if (slot.forecast != null && isMeant) {
                lines.add(slot.line(from));
            }
        }
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
        long effective = Long.MIN_VALUE;
        long measured;
        long received;
        @Nullable Value value;
        Grade grade = Grade.MISSING;
        int status;
        TimeOrigin origin = TimeOrigin.SOURCE;
        @Nullable ForecastNow forecast;
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
            if (when < effective) {
                return;
            }
            effective = when;
            sequence = ofSequence;
            measured = readings.measured(row);
            received = readings.received(row);
            value = readings.value(row);
            grade = readings.grade(row);
            status = readings.status(row);
            origin = readings.origin(row);
        }

        void take(long ofSequence, Entry.Inference inference, Entry.Output output) {
            if (Double.isFinite(output.value())) {
                ForecastTimes known = points == null ? new ForecastTimes(FORECAST_POINTS_MAX) : points;
                known.put(nanos(output.validAt()), nanos(inference.issuedAt()), output.value());
                points = known;
            }
            if (forecast != null && forecast.issuedAt().isAfter(inference.issuedAt())) {
                return;
            }
            if (forecast == null && staleAfter.compareTo(STALE_AFTER_DEFAULT) <= 0) {
                staleAfter = FORECAST_STALE_AFTER;
            }
            forecast = new ForecastNow(inference.model(), inference.issuedAt(), output.validAt());
            value = new Value.Float64(output.value());
            grade = Grade.NOT_EVALUATED;
            sequence = ofSequence;
            measured = nanos(output.validAt());
            received = nanos(inference.issuedAt());
        }

        boolean isForecast() {
            return isOutput || forecast != null;
        }

        SeriesNow now() {
            double number = value == null ? Double.NaN : calibration.apply(value.asDouble());
            boolean hasValue = value != null;
            return new SeriesNow(name, title, unit, isForecast() ? Kind.FORECAST : Kind.MEASURED, text(number),
                    Double.isFinite(number) ? number : null, hasValue ? instant(measured) : null,
                    hasValue ? instant(received) : null, hasValue ? origin : null, grade,
                    String.format("0x%08X", status), sequence, staleAfter.toSeconds(), forecast);
        }

        /** Exactly what came where nothing was corrected, else the corrected number. */
        private @Nullable String text(double number) {
            if (value == null) {
                return null;
            }
            boolean isRaw = calibration.equals(Calibration.NONE) || Double.isNaN(number);
            return isRaw ? value.asText() : Double.toString(number);
        }

        ForecastLine line(Instant from) {
            ForecastNow newest = forecast;
            if (newest == null) {
                throw new IllegalStateException(name + " has no forecast");
            }
            return new ForecastLine(name, title, newest.model(), newest.issuedAt(),
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
