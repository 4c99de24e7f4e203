package suimon.web;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import suimon.config.AlarmConfig;
import suimon.reading.CalibrationHistory;
import suimon.reading.Grade;
import suimon.reading.Series;
import suimon.store.Bucket;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.RedatedBuckets;
import suimon.store.StoreFailed;
import suimon.web.Present.Chart;
import suimon.web.Present.ForecastLine;
import suimon.web.Present.Limit;

/** Charts from the log's statistics by the minute or hour, thinned to what a phone can show. */
final class Charts {
    /** Points of one chart; intervals get longer until this many suffice. */
    static final int POINTS_MAX = 300;
    private static final long[] STEPS =
            {60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800};
    private static final long HOUR = 3600;

    private final Log log;
    private final LiveBoard board;
    private final Clock clock;

    Charts(Log log, LiveBoard board, Clock clock) {
        this.log = log;
        this.board = board;
        this.clock = clock;
    }

    /** The chart of the last hours, or null when there is no such series. */
    @Nullable Chart of(String name, int hours, Status status) throws StoreFailed {
        Series series = find(name);
        boolean isConfigured = board.config().series().containsKey(name);
        if (series == null && !isConfigured) {
            return null;
        }
        long to = clock.instant().getEpochSecond();
        long from = to - hours * 3600L;
        CalibrationHistory calibrations = board.calibrations(name);
        List<Bucket> buckets = series == null ? List.of() : buckets(series, from, to).stream()
                .map(raw -> calibrations == null ? raw : raw.calibrated(calibrations.at(raw.startNanos()))).toList();
        Map<String, String> targets = new LinkedHashMap<>();
        status.models().forEach(model -> targets.putAll(model.forecasts()));
        List<ForecastLine> forecasts =
                board.forecastsOf(name, targets, Instant.ofEpochSecond(from));
        String unit = series == null ? "" : series.unit();
        return draw(name, unit, from, to, buckets, forecasts);
    }

    /** By the hour where intervals will be no shorter, else by the minute. */
    private List<Bucket> buckets(Series series, long from, long to) throws StoreFailed {
        try (LogReader reader = log.reader()) {
            RedatedBuckets redated = new RedatedBuckets(log, reader);
            if (to - from >= POINTS_MAX * HOUR) {
                List<Bucket> hours = redated.hours(series.id(), from * 1_000_000_000L, to * 1_000_000_000L);
                if (step(hours) >= HOUR) {
                    return hours;
                }
            }
            return redated.minutes(series.id(), from * 1_000_000_000L, to * 1_000_000_000L);
        }
    }

    private Chart draw(
            String name, String unit, long from, long to, List<Bucket> buckets, List<ForecastLine> forecasts) {
        long step = step(buckets);
        Map<Long, Sum> sums = new LinkedHashMap<>();
        for (Bucket bucket : buckets) {
            long start = Math.floorDiv(bucket.startNanos(), 1_000_000_000L);
            sums.computeIfAbsent(start - Math.floorMod(start, step), ignored -> new Sum()).add(bucket);
        }
        List<Long> time = new ArrayList<>(sums.keySet());
        List<Sum> each = new ArrayList<>(sums.values());
        return new Chart(name, unit, from, to, step, time, column(each, Sum::mean), column(each, sum -> sum.minimum),
                column(each, sum -> sum.maximum), each.stream().map(sum -> sum.count).toList(),
                each.stream().map(sum -> sum.worst).toList(), forecasts, limits(name));
    }

    private static long step(List<Bucket> buckets) {
        if (buckets.isEmpty()) {
            return STEPS[0];
        }
        long span = (buckets.getLast().startNanos() - buckets.getFirst().startNanos()) / 1_000_000_000L;
        for (long step : STEPS) {
            if (span / step < POINTS_MAX) {
                return step;
            }
        }
        return STEPS[STEPS.length - 1];
    }

    private static List<@Nullable Double> column(
            List<Sum> sums, java.util.function.ToDoubleFunction<Sum> of) {
        List<@Nullable Double> column = new ArrayList<>(sums.size());
        for (Sum sum : sums) {
            double value = of.applyAsDouble(sum);
            column.add(Double.isFinite(value) ? value : null);
        }
        return column;
    }

    private List<Limit> limits(String name) {
        Predicate<AlarmConfig> isLimit = alarm -> alarm.above() != null || alarm.below() != null;
        return board.config().alarms().stream()
                .filter(alarm -> alarm.series().equals(name))
                .filter(isLimit)
                .map(alarm -> new Limit(alarm.name(), alarm.severity(), alarm.above(), alarm.below()))
                .toList();
    }

    private @Nullable Series find(String name) {
        for (Series each : log.allSeries()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** Several minutes or hours as one interval. */
    static final class Sum {
        private long count;
        private double weighted;
        private long weight;
        private double minimum = Double.NaN;
        private double maximum = Double.NaN;
        private Grade worst = Grade.MISSING;

        void add(Bucket bucket) {
            count += bucket.count();
            worst = worst.worse(bucket.worst());
            if (Double.isFinite(bucket.mean())) {
                weighted += bucket.mean() * bucket.usable();
                weight += bucket.usable();
                minimum = Double.isNaN(minimum) ? bucket.minimum() : Math.min(minimum, bucket.minimum());
                maximum = Double.isNaN(maximum) ? bucket.maximum() : Math.max(maximum, bucket.maximum());
            }
        }

        double mean() {
            return weight == 0 ? Double.NaN : weighted / weight;
        }
    }
}
