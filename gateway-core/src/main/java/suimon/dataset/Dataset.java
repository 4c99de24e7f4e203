package suimon.dataset;

import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import suimon.config.SeriesConfig;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * Pulls readings out of the log in its order. What a pull covers is settled before the first row is
 * written, so that the next pull's cursor is known beforehand and the same question with the same
 * bounds gives the same rows, as long as retention has removed none. Safe for many threads.
 */
public final class Dataset {
    static final int ENTRIES_AT_ONCE = 200;
    static final long BYTES_AT_ONCE = 2L << 20;

    private final Log log;
    private final Map<String, SeriesConfig> configs;

    public Dataset(Log log, Map<String, SeriesConfig> configs) {
        this.log = log;
        this.configs = Map.copyOf(configs);
    }

    /**
     * The bounds of a pull.
     *
     * @param from the entry it goes on after: the pull's own, or an earlier one where that was
     *     sealed over
     * @param through the last entry it covers; the next pull's {@code after}
     * @param isMore whether the log had more than that when it was asked
     */
    public record Plan(Pull pull, long from, long through, boolean isMore) {}

    /**
     * A pull that has begun.
     *
     * @param rows CSV in gzip, made as it is read; must be closed, and may be before its end
     */
    public record Pulled(Plan plan, InputStream rows) {}

    /** Those of the names that the log has never heard of. */
    public Set<String> unknown(Set<String> names) {
        Set<String> unknown = new HashSet<>(names);
        log.allSeries().forEach(series -> unknown.remove(series.name()));
        configs.keySet().forEach(unknown::remove);
        return unknown;
    }

    /**
     * Settles what the pull covers and begins to read it. With a limit this reads that part of the
     * log once to find the end. Until the rows are closed nothing is sealed around either bound.
     */
    public Pulled pull(Pull pull) throws StoreFailed {
        LogReader reader = log.reader();
        boolean isOpen = false;
        try {
            Plan plan = plan(pull, reader);
            InputStream rows = new CsvStream(
                    reader, plan, select(pull), Calibrations.read(reader, configs, pull.calibratedAsOf()), log::series);
            isOpen = true;
            return new Pulled(plan, rows);
        } finally {
            if (!isOpen) {
                reader.close();
            }
        }
    }

    /** The reader holds both bounds from here on. */
    private Plan plan(Pull pull, LogReader reader) throws StoreFailed {
        long from = reader.hold(() -> log.pullFrom(pull.after()));
        long newest = reader.hold(log::newest);
        long through = Math.max(newest, pull.after());
        if (pull.limit() < Pull.ALL) {
            long end = endOf(pull, reader, from, newest);
            // While the reader still stays with what it was shown, which ends here.
            through = reader.hold(() -> end);
        }
        keep(Math.min(through, newest));
        return new Plan(pull, from, through, through < newest);
    }

    private long endOf(Pull pull, LogReader reader, long from, long newest) throws StoreFailed {
        Selection selection = select(pull);
        long position = from;
        long rows = 0;
        while (position < newest && rows < pull.limit()) {
            List<Sequenced> entries = reader.inTime(
                    position, selection.from(), selection.to(), ENTRIES_AT_ONCE, BYTES_AT_ONCE);
            for (Sequenced each : entries) {
                if (rows >= pull.limit() || each.sequence() > newest) {
                    break;
                }
                rows += selection.count(each.entry());
                position = each.sequence();
            }
            boolean isOver = entries.isEmpty() || entries.getLast().sequence() > newest;
            if (isOver && rows < pull.limit()) {
                position = newest;
            }
        }
        return position;
    }

    private void keep(long end) {
        try {
            log.keepPullEnd(end);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while keeping the end of a pull", interrupted);
        }
    }

    private Selection select(Pull pull) {
        Set<Integer> ids = new HashSet<>();
        for (Series series : log.allSeries()) {
            if (pull.series().contains(series.name())) {
                ids.add(series.id());
            }
        }
        return new Selection(ids, pull.series().isEmpty(), nanos(pull.from()), nanos(pull.to()));
    }

    private static long nanos(java.time.Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    /** Which rows are wanted. */
    record Selection(Set<Integer> ids, boolean isAll, long from, long to) {
        boolean has(int series, long measured) {
            return measured >= from && measured < to && (isAll || ids.contains(series));
        }

        long count(Entry entry) {
            return switch (entry) {
                case Entry.Batch batch -> count(batch.readings());
                case Entry.Regrade regrade -> has(regrade.series(), regrade.measuredNanos()) ? 1 : 0;
                case Entry.SeriesDefined ignored -> 0;
                case Entry.Reject ignored -> 0;
                case Entry.Gap ignored -> 0;
                case Entry.Inference ignored -> 0;
                case Entry.Alarm ignored -> 0;
                case Entry.Label ignored -> 0;
                case Entry.Observation ignored -> 0;
                case Entry.Aggregate ignored -> 0;
                case Entry.Calibration ignored -> 0;
                case Entry.ClockFix ignored -> 0;
                case Entry.Audit ignored -> 0;
            };
        }

        private long count(Readings readings) {
            long rows = 0;
            for (int row = 0; row < readings.size(); row++) {
                rows += has(readings.series(row), readings.measured(row)) ? 1 : 0;
            }
            return rows;
        }
    }
}
