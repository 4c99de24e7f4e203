package suimon.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import suimon.reading.Readings;

/**
 * Statistics for charts by the right times. Rollups stay where readings were stored; what was recorded before the
 * time was known is left out of them, and counted from the readings themselves where it belongs.
 */
public final class RedatedBuckets {
    /** So much is read at once: at a hundred readings a second two million. */
    private static final long SLICE_NANOS = 6 * 3_600_000_000_000L;
    private static final int SLICE_READINGS_MAX = 2_000_000;

    private final LogReader reader;
    private final Redatings redatings;

    /** @param reader stays the caller's */
    public RedatedBuckets(Log log, LogReader reader) throws StoreFailed {
        this.reader = reader;
        this.redatings = Redatings.read(log, reader);
    }

    /** By the minute, see {@link LogReader#buckets}. */
    public List<Bucket> minutes(int series, long from, long to) throws StoreFailed {
        return corrected(reader.buckets(series, from, to), series, from, to, RollupBlock.BUCKET_NANOS);
    }

    /** By the hour, see {@link LogReader#hours}; by the minute where something was redated. */
    public List<Bucket> hours(int series, long from, long to) throws StoreFailed {
        return corrected(reader.hours(series, from, to), series, from, to, RollupDay.HOUR_NANOS);
    }

    private List<Bucket> corrected(List<Bucket> plain, int series, long from, long to, long grid) throws StoreFailed {
        List<long[]> parts = touched(from, to, grid);
        if (parts.isEmpty()) {
            return plain;
        }
        List<Bucket> found = new ArrayList<>(plain);
        found.removeIf(bucket -> parts.stream().anyMatch(
                part -> bucket.startNanos() >= part[0] && bucket.startNanos() < part[1]));
        for (long[] part : parts) {
            for (long begin = part[0]; begin < part[1]; begin += SLICE_NANOS) {
                count(series, begin, Math.min(part[1], begin + SLICE_NANOS), found);
            }
        }
        found.sort(Comparator.comparingLong(Bucket::startNanos));
        return found;
    }

    private void count(int series, long from, long to, List<Bucket> found) throws StoreFailed {
        Readings readings = redatings.readings(reader, series, from, to, SLICE_READINGS_MAX);
        TreeMap<Long, RollupBlock> blocks = new TreeMap<>();
        for (int row = 0; row < readings.size(); row++) {
            blocks.computeIfAbsent(RollupBlock.blockOf(readings.measured(row)),
                    number -> new RollupBlock(series, number)).add(readings, row);
        }
        blocks.values().forEach(block -> found.addAll(block.buckets(from, to)));
    }

    /** Where readings were stored that belong elsewhere, and where they belong; on the grid, without overlap. */
    private List<long[]> touched(long from, long to, long grid) {
        List<long[]> all = new ArrayList<>();
        for (Redatings.Stretch each : redatings.stretches()) {
            add(each.from(), each.to(), from, to, grid, all);
            add(each.from() + each.shift(), each.to() + each.shift(), from, to, grid, all);
        }
        all.sort(Comparator.comparingLong(part -> part[0]));
        List<long[]> joined = new ArrayList<>();
        for (long[] next : all) {
            if (!joined.isEmpty() && next[0] <= joined.getLast()[1]) {
                joined.getLast()[1] = Math.max(joined.getLast()[1], next[1]);
            } else {
                joined.add(next);
            }
        }
        return joined;
    }

    /** Intervals of rollups begin in [from, to), and so do these. */
    private static void add(long begin, long end, long from, long to, long grid, List<long[]> all) {
        long first = Math.max(Math.floorDiv(begin, grid) * grid, -Math.floorDiv(-from, grid) * grid);
        long last = Math.min(-Math.floorDiv(-end, grid) * grid, -Math.floorDiv(-to, grid) * grid);
        if (first < last) {
            all.add(new long[] {first, last});
        }
    }
}
