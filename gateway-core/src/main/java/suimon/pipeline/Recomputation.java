package suimon.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.config.SeriesConfig;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.StoreFailed;

/**
 * Derived series once more, by the calibrations that hold now. Nothing is rewritten: a result that comes out
 * otherwise is a reading of the same time after it in the log, which counts from there on. For a log that nobody
 * takes readings into meanwhile; one thread.
 *
 * <p>Readings are taken in the order of their time, of one time companions first, as a message that has them all
 * is taken live. Where they came in another order live, another one may have been nearest then.
 */
public final class Recomputation {
    /** Read and computed at once. */
    private static final Duration SLICE = Duration.ofHours(6);
    /** Of one series in a slice; at a hundred a second two million. */
    static final int READINGS_MAX = 2_500_000;
    private static final int ROWS_AT_ONCE = 5_000;
    private static final int BAD_MASK = 0x80000000;
    private static final int UNCERTAIN_MASK = 0x40000000;

    private final Log log;
    private final LogReader reader;
    private final Map<String, SeriesConfig> configs;
    private final CalibrationDesk calibrations;
    private final Derivations derivations;
    private final TreeMap<String, Found> found = new TreeMap<>();
    private final Map<String, Series> known = new HashMap<>();
    private final Set<String> leading = new HashSet<>();

    /**
     * What came out of one derived series.
     *
     * @param computed results; those that are the same as stored are neither of the others
     * @param changed of them those that differ from what is stored; at most by {@code most}, in the series' unit
     * @param missing of them those that nothing is stored for
     */
    public record Found(long computed, long changed, long missing, double most) {
        private static final Found NONE = new Found(0, 0, 0, 0);
    }

    private record Input(String series, double value, long measured, long received, Grade grade, TimeOrigin origin) {}

    private record Result(String series, Value value, long measured, long received, int status, TimeOrigin origin) {}

    /** @param calibrations as the log has them now */
    public Recomputation(
            Log log, LogReader reader, Map<String, SeriesConfig> configs, CalibrationDesk calibrations) {
        this.log = log;
        this.reader = reader;
        this.configs = Map.copyOf(configs);
        this.calibrations = calibrations;
        this.derivations = new Derivations(configs);
        log.allSeries().forEach(series -> known.put(series.name(), series));
        configs.forEach((name, series) -> {
            if (!derivations.ledBy(name).isEmpty()) {
                leading.add(name);
            }
        });
    }

    /**
     * Computes results measured in [from, to).
     *
     * @param stamp what the written readings carry; null writes nothing and only counts
     * @return by series
     */
    public Map<String, Found> run(Instant from, Instant to, @Nullable ClockStamp stamp)
            throws StoreFailed, InterruptedException {
        long within = configs.values().stream().filter(series -> series.derived() != null)
                .mapToLong(series -> Objects.requireNonNull(series.derived()).within().toNanos()).max().orElse(0);
        long begin = Nanos.of(from);
        long end = Nanos.of(to);
        // Companions may be older than the first reading they go with.
        take(begin - within, begin, begin, end, stamp);
        for (long at = begin; at < end; at += SLICE.toNanos()) {
            take(at, Math.min(end, at + SLICE.toNanos()), begin, end, stamp);
        }
        // And newer than the last.
        take(end, end + within, begin, end, stamp);
        return Map.copyOf(found);
    }

    private void take(long from, long to, long begin, long end, @Nullable ClockStamp stamp)
            throws StoreFailed, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (Input input : inputs(from, to)) {
            observe(input);
            derivations.compute((series, value, measured, received, status, origin) -> {
                results.add(new Result(series, value, measured, received, status, origin));
                double corrected = calibrations.of(series).apply(value.asDouble(), measured);
                observe(new Input(series, corrected, measured, received, gradeOf(status), origin));
            });
        }
        results.removeIf(result -> result.measured < begin || result.measured >= end);
        Map<String, List<Result>> bySeries = new TreeMap<>();
        results.forEach(each -> bySeries.computeIfAbsent(each.series, any -> new ArrayList<>()).add(each));
        for (Map.Entry<String, List<Result>> one : bySeries.entrySet()) {
            compare(one.getKey(), one.getValue(), stamp);
        }
    }

    private void observe(Input input) {
        derivations.observe(input.series, input.value, input.measured, input.received, input.grade, input.origin);
    }

    private List<Input> inputs(long from, long to) throws StoreFailed {
        List<Input> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        configs.values().forEach(series -> {
            if (series.derived() != null) {
                names.addAll(series.derived().from().values());
            }
        });
        for (String name : names) {
            SeriesConfig config = configs.get(name);
            Series series = known.get(name);
            // What is derived itself comes out anew.
            if (series != null && config != null && config.derived() == null) {
                Readings rows = reader.readings(series.id(), from, to, READINGS_MAX);
                for (int row = 0; row < rows.size(); row++) {
                    all.add(new Input(name, calibrations.of(name).apply(rows.asDouble(row), rows.measured(row)),
                            rows.measured(row), rows.received(row), rows.grade(row), rows.origin(row)));
                }
            }
        }
        all.sort(Comparator.comparingLong(Input::measured).thenComparing(input -> leading.contains(input.series)));
        return all;
    }

    private void compare(String name, List<Result> results, @Nullable ClockStamp stamp)
            throws StoreFailed, InterruptedException {
        Series series = known.get(name);
        if (series == null) {
            SeriesConfig config = Objects.requireNonNull(configs.get(name));
            if (stamp != null) {
                series = log.define(name, config.title() == null ? Words.same(name) : config.title(),
                        config.unit().code(), 0);
                known.put(name, series);
            }
        }
        results.sort(Comparator.comparingLong(Result::measured));
        Readings stored = series == null ? new Readings.Builder(1).build() : reader.readings(series.id(),
                results.getFirst().measured, results.getLast().measured + 1, READINGS_MAX);
        Readings.Builder rows = new Readings.Builder(64);
        Found sum = found.getOrDefault(name, Found.NONE);
        int at = 0;
        for (Result result : results) {
            while (at < stored.size() && stored.measured(at) < result.measured) {
                at++;
            }
            boolean isThere = at < stored.size() && stored.measured(at) == result.measured;
            double apart = isThere ? Math.abs(result.value.asDouble() - stored.asDouble(at)) : 0;
            boolean isChanged = isThere && !(apart == 0);
            sum = new Found(sum.computed + 1, sum.changed + (isChanged ? 1 : 0), sum.missing + (isThere ? 0 : 1),
                    Math.max(sum.most, apart));
            if (series != null && stamp != null && (isChanged || !isThere)) {
                Grade grade = gradeOf(result.status);
                rows.add(series.id(), result.measured, result.received, result.value,
                        isThere && grade.isUsable() ? stored.grade(at) : grade, result.status, result.origin);
                if (rows.size() == ROWS_AT_ONCE) {
                    write(series, rows.build(), stamp);
                    rows = new Readings.Builder(64);
                }
            }
        }
        if (rows.size() > 0 && series != null && stamp != null) {
            write(series, rows.build(), stamp);
        }
        found.put(name, sum);
    }

    private void write(Series series, Readings rows, ClockStamp stamp) throws InterruptedException {
        log.commit(new Commit(List.of(new Entry.Batch(rows, stamp)),
                List.of(new Change.SeriesCount(series.id(), rows.size(), rows.size(), 0))));
    }

    private static Grade gradeOf(int status) {
        return (status & BAD_MASK) != 0 ? Grade.FAIL : (status & UNCERTAIN_MASK) != 0 ? Grade.SUSPECT : Grade.NOT_EVALUATED;
    }
}
