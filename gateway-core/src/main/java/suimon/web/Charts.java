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
import suimon.reading.Grade;
import suimon.reading.Series;
import suimon.store.Bucket;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;
import suimon.web.Present.Chart;
import suimon.web.Present.ForecastLine;
import suimon.web.Present.Limit;

/** Charts from the log's one-minute statistics, thinned to what a phone can show. */
final class Charts {
    /** Points of one chart; intervals get longer until this many suffice. */
    static final int POINTS_MAX = 300;
    private static final long[] STEPS = {60, 120, 300, 600, 900, 1800, 3600, 7200, 14400};

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
        List<Bucket> minutes = List.of();
        if (series != null) {
            try (LogReader reader = log.reader()) {
                minutes = reader.buckets(series.id(), from * 1_000_000_000L, to * 1_000_000_000L);
            }
        }
        Map<String, String> targets = new LinkedHashMap<>();
        status.models().forEach(model -> targets.putAll(model.forecasts()));
        List<ForecastLine> forecasts =
                board.forecastsOf(name, targets, Instant.ofEpochSecond(from));
        String unit = series == null ? "" : series.unit();
        return draw(name, unit, from, to, minutes, forecasts);
    }

    private Chart draw(
            String name, String unit, long from, long to, List<Bucket> minutes, List<ForecastLine> forecasts) {
        long step = step(minutes);
        Map<Long, Sum> sums = new LinkedHashMap<>();
        for (Bucket minute : minutes) {
            long start = Math.floorDiv(minute.startNanos(), 1_000_000_000L);
            sums.computeIfAbsent(start - Math.floorMod(start, step), ignored -> new Sum()).add(minute);
        }
        List<Long> time = new ArrayList<>(sums.keySet());
        List<Sum> each = new ArrayList<>(sums.values());
        return new Chart(name, unit, from, to, step, time, column(each, Sum::mean), column(each, sum -> sum.minimum),
                column(each, sum -> sum.maximum), each.stream().map(sum -> sum.count).toList(),
                each.stream().map(sum -> sum.worst).toList(), forecasts, limits(name));
    }

    private static long step(List<Bucket> minutes) {
        if (minutes.isEmpty()) {
            return STEPS[0];
        }
        long span = (minutes.getLast().startNanos() - minutes.getFirst().startNanos()) / 1_000_000_000L;
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

    /** Several minutes as one interval. */
    private static final class Sum {
        private long count;
        private double weighted;
        private long weight;
        private double minimum = Double.NaN;
        private double maximum = Double.NaN;
        private Grade worst = Grade.MISSING;

        void add(Bucket minute) {
            count += minute.count();
            worst = worst.worse(minute.worst());
            if (Double.isFinite(minute.mean())) {
                weighted += minute.mean() * minute.count();
                weight += minute.count();
                minimum = Double.isNaN(minimum) ? minute.minimum() : Math.min(minimum, minute.minimum());
                maximum = Double.isNaN(maximum) ? minute.maximum() : Math.max(maximum, minute.maximum());
            }
        }

        double mean() {
            return weight == 0 ? Double.NaN : weighted / weight;
        }
    }
}
