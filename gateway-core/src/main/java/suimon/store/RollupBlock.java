package suimon.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;

/**
 * Ten minutes of one series in ten one-minute buckets of raw values. A value is part of the
 * statistics when its grade is usable and it is a finite number.
 */
final class RollupBlock {
    static final int BUCKETS = 10;
    static final long BUCKET_NANOS = 60_000_000_000L;
    static final long BLOCK_NANOS = BUCKETS * BUCKET_NANOS;

    private static final int VERSION = 2;
    private static final int VERSION_OF_DOUBLES = 1;

    final int series;
    /** Number of the block: the interval's start divided by its length. */
    final long block;
    /** How often it was issued as an aggregate. */
    int issued;
    /** The first sequence that contributed; Long.MAX_VALUE when none did. */
    long first = Long.MAX_VALUE;
    /** It must be computed again from the log. */
    boolean isStale;
    /** It holds what the table doesn't. */
    boolean isDirty;
    /** It holds what the last aggregate of it didn't. */
    boolean isUnissued;
    /** When it changed last, by the ticker. */
    long touchedAt;

    /** Per bucket how many readings it has, and how many of them are usable. */
    private int[] counts = new int[2];
    /** Per bucket minimum, maximum and sum. Columns reach as far as the newest bucket in use. */
    private double[] statistics = new double[3];
    private Grade[] worst = new Grade[1];
    private long lastTime = Long.MIN_VALUE;
    private double last = Double.NaN;

    RollupBlock(int series, long block) {
        this.series = series;
        this.block = block;
        clear();
    }

    static long blockOf(long nanos) {
        return Math.floorDiv(nanos, BLOCK_NANOS);
    }

    long startNanos() {
        return block * BLOCK_NANOS;
    }

    long endNanos() {
        return startNanos() + BLOCK_NANOS;
    }

    void clear() {
        Arrays.fill(counts, 0);
        Arrays.fill(statistics, Double.NaN);
        Arrays.fill(worst, Grade.MISSING);
        lastTime = Long.MIN_VALUE;
        last = Double.NaN;
    }

    void add(Readings readings, int row) {
        add(readings.measured(row), readings.asDouble(row), readings.grade(row));
    }

    void add(long measured, double value, Grade grade) {
        int bucket = (int) ((measured - startNanos()) / BUCKET_NANOS);
        reach(bucket);
        counts[2 * bucket]++;
        worst[bucket] = worst[bucket].worse(grade);
        if (grade.isUsable() && Double.isFinite(value)) {
            int at = 3 * bucket;
            boolean isFirst = counts[2 * bucket + 1]++ == 0;
            statistics[at] = isFirst || value < statistics[at] ? value : statistics[at];
            statistics[at + 1] = isFirst || value > statistics[at + 1] ? value : statistics[at + 1];
            statistics[at + 2] = isFirst ? value : statistics[at + 2] + value;
            if (measured >= lastTime) {
                lastTime = measured;
                last = value;
            }
        }
    }

    private void reach(int bucket) {
        int before = worst.length;
        if (bucket >= before) {
            int buckets = Math.min(BUCKETS, Math.max(bucket + 1, before * 2));
            counts = Arrays.copyOf(counts, 2 * buckets);
            statistics = Arrays.copyOf(statistics, 3 * buckets);
            Arrays.fill(statistics, 3 * before, statistics.length, Double.NaN);
            worst = Arrays.copyOf(worst, buckets);
            Arrays.fill(worst, before, buckets, Grade.MISSING);
        }
    }

    boolean isEmpty() {
        for (int bucket = 0; bucket < worst.length; bucket++) {
            if (counts[2 * bucket] > 0) {
                return false;
            }
        }
        return true;
    }

    /** The buckets that hold something and begin in [from, to). */
    List<Bucket> buckets(long from, long to) {
        List<Bucket> found = new ArrayList<>();
        for (int bucket = 0; bucket < worst.length; bucket++) {
            long start = startNanos() + bucket * BUCKET_NANOS;
            int at = 3 * bucket;
            if (counts[2 * bucket] > 0 && start >= from && start < to) {
                found.add(new Bucket(start, BUCKET_NANOS, counts[2 * bucket],
                        counts[2 * bucket + 1], statistics[at],
                        statistics[at + 2] / counts[2 * bucket + 1], statistics[at + 1], worst[bucket]));
            }
        }
        return found;
    }

    Entry.Aggregate toAggregate(int revision) {
        long all = 0;
        long numbers = 0;
        double low = Double.NaN;
        double high = Double.NaN;
        double total = 0;
        Grade gravest = Grade.MISSING;
        for (int bucket = 0; bucket < worst.length; bucket++) {
            all += counts[2 * bucket];
            gravest = gravest.worse(worst[bucket]);
            if (counts[2 * bucket + 1] > 0) {
                // NaN compares false, so the first bucket gives both.
                numbers += counts[2 * bucket + 1];
                low = low <= statistics[3 * bucket] ? low : statistics[3 * bucket];
                high = high >= statistics[3 * bucket + 1] ? high : statistics[3 * bucket + 1];
                total += statistics[3 * bucket + 2];
            }
        }
        // Nothing divided by nothing is NaN, as it should be.
        return new Entry.Aggregate(series, instantOf(startNanos()), BLOCK_NANOS, all, numbers, low,
                total / numbers, high, last, gravest, revision);
    }

    /** What it holds now, for another thread. */
    RollupBlock copy() {
        RollupBlock copy = new RollupBlock(series, block);
        copy.counts = counts.clone();
        copy.statistics = statistics.clone();
        copy.worst = worst.clone();
        copy.first = first;
        copy.issued = issued;
        copy.isUnissued = isUnissued;
        copy.lastTime = lastTime;
        copy.last = last;
        return copy;
    }

    byte[] toBytes() {
        ByteWriter to = new ByteWriter(64);
        to.putByte(VERSION).putByte((isUnissued ? 1 : 0) | (isStale ? 2 : 0)).putSigned(lastTime);
        RollupPart part = new RollupPart(1, BUCKETS);
        copyTo(part, 0);
        ArithmeticEncoder code = new ArithmeticEncoder();
        part.write(code);
        code.finish(to);
        return to.toBytes();
    }

    static RollupBlock of(int series, long block, long first, int issued, byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        int version = from.getByte();
        if (version != VERSION && version != VERSION_OF_DOUBLES) {
            throw new IllegalArgumentException("a rollup of format " + version);
        }
        RollupBlock read = new RollupBlock(series, block);
        int flags = from.getByte();
        long lastTime = from.getSigned();
        if (version == VERSION_OF_DOUBLES) {
            read.last = from.getDouble();
            read.readDoubles(from);
        } else {
            RollupPart part = new RollupPart(1, BUCKETS)
                    .read(new ArithmeticDecoder(bytes, bytes.length - from.remaining(), bytes.length));
            read.copyFrom(part, 0);
        }
        read.first = first;
        read.issued = issued;
        read.isUnissued = (flags & 1) != 0;
        read.isStale = (flags & 2) != 0;
        read.lastTime = lastTime;
        return read;
    }

    /** As files of schema 1 and 2 have it. */
    private void readDoubles(ByteReader from) {
        int mask = (int) from.getVarint();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if ((mask >> bucket & 1) == 1) {
                reach(bucket);
                counts[2 * bucket] = (int) from.getVarint();
                counts[2 * bucket + 1] = (int) from.getVarint();
                worst[bucket] = Grade.ofFlag(from.getByte());
                for (int index = 0; counts[2 * bucket + 1] > 0 && index < 3; index++) {
                    statistics[3 * bucket + index] = from.getDouble();
                }
            }
        }
    }

    /** Becomes a group of a part. */
    void copyTo(RollupPart part, int group) {
        int at = group * BUCKETS;
        for (int bucket = 0; bucket < worst.length; bucket++) {
            part.worst[at + bucket] = worst[bucket];
        }
        System.arraycopy(counts, 0, part.counts, 2 * at, counts.length);
        System.arraycopy(statistics, 0, part.statistics, 3 * at, statistics.length);
        part.last[group] = last;
        part.issued[group] = issued;
        part.isUnissued[group] = isUnissued;
    }

    /** The other way; the last value's time is then known to the minute, and taken for its end. */
    void copyFrom(RollupPart part, int group) {
        reach(BUCKETS - 1);
        int at = group * BUCKETS;
        System.arraycopy(part.worst, at, worst, 0, BUCKETS);
        System.arraycopy(part.counts, 2 * at, counts, 0, counts.length);
        System.arraycopy(part.statistics, 3 * at, statistics, 0, statistics.length);
        last = part.last[group];
        issued = part.issued[group];
        isUnissued = part.isUnissued[group];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (counts[2 * bucket + 1] > 0) {
                lastTime = startNanos() + (bucket + 1) * BUCKET_NANOS - 1;
            }
        }
    }

    private static Instant instantOf(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
