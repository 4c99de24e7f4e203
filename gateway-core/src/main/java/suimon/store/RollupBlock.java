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

    /** The first bucket in use; the columns reach from it to the newest one. */
    private int base;
    /** Per bucket how many readings it has, and how many of them are usable. */
    private int[] counts = {};
    /** Per bucket minimum, maximum and sum. */
    private double[] statistics = {};
    /** Per bucket the flag of the worst grade: a byte, since there is a block for every series. */
    private byte[] worst = {};
    private long lastTime = Long.MIN_VALUE;
    private double last = Double.NaN;

    RollupBlock(int series, long block) {
        this.series = series;
        this.block = block;
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
        counts = new int[0];
        statistics = new double[0];
        worst = new byte[0];
        lastTime = Long.MIN_VALUE;
        last = Double.NaN;
    }

    void add(Readings readings, int row) {
        add(readings.measured(row), readings.asDouble(row), readings.grade(row));
    }

    void add(long measured, double value, Grade grade) {
        int bucket = place((int) ((measured - startNanos()) / BUCKET_NANOS));
        counts[2 * bucket]++;
        worst[bucket] = flag(grade(bucket).worse(grade));
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

    /** Where the bucket is in the columns, which grow to hold it. */
    private int place(int bucket) {
        int held = worst.length;
        if (held == 0) {
            base = bucket;
            resize(1, 0);
        } else if (bucket < base) {
            int before = base - bucket;
            base = bucket;
            resize(held + before, before);
        } else if (bucket >= base + held) {
            // By what is needed: most blocks grow once a minute, and what is held is held for every series.
            resize(bucket - base + 1, 0);
        }
        return bucket - base;
    }

    private void resize(int buckets, int shift) {
        int[] oldCounts = counts;
        double[] oldStatistics = statistics;
        byte[] oldWorst = worst;
        counts = new int[2 * buckets];
        statistics = new double[3 * buckets];
        worst = new byte[buckets];
        Arrays.fill(statistics, Double.NaN);
        Arrays.fill(worst, flag(Grade.MISSING));
        System.arraycopy(oldCounts, 0, counts, 2 * shift, oldCounts.length);
        System.arraycopy(oldStatistics, 0, statistics, 3 * shift, oldStatistics.length);
        System.arraycopy(oldWorst, 0, worst, shift, oldWorst.length);
    }

    private Grade grade(int at) {
        return Grade.ofFlag(worst[at]);
    }

    private static byte flag(Grade grade) {
        return (byte) grade.flag();
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
            long start = startNanos() + (base + bucket) * BUCKET_NANOS;
            int at = 3 * bucket;
            if (counts[2 * bucket] > 0 && start >= from && start < to) {
                found.add(new Bucket(start, BUCKET_NANOS, counts[2 * bucket],
                        counts[2 * bucket + 1], statistics[at],
                        statistics[at + 2] / counts[2 * bucket + 1], statistics[at + 1], grade(bucket)));
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
            gravest = gravest.worse(grade(bucket));
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
        copy.base = base;
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
                int at = place(bucket);
                counts[2 * at] = (int) from.getVarint();
                counts[2 * at + 1] = (int) from.getVarint();
                worst[at] = flag(Grade.ofFlag(from.getByte()));
                for (int index = 0; counts[2 * at + 1] > 0 && index < 3; index++) {
                    statistics[3 * at + index] = from.getDouble();
                }
            }
        }
    }

    /** Becomes a group of a part. */
    void copyTo(RollupPart part, int group) {
        int at = group * BUCKETS + base;
        for (int bucket = 0; bucket < worst.length; bucket++) {
            part.worst[at + bucket] = grade(bucket);
        }
        System.arraycopy(counts, 0, part.counts, 2 * at, counts.length);
        System.arraycopy(statistics, 0, part.statistics, 3 * at, statistics.length);
        part.last[group] = last;
        part.issued[group] = issued;
        part.isUnissued[group] = isUnissued;
    }

    /** The other way; the last value's time is then known to the minute, and taken for its end. */
    void copyFrom(RollupPart part, int group) {
        int at = group * BUCKETS;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (part.counts[2 * (at + bucket)] > 0) {
                int place = place(bucket);
                worst[place] = flag(part.worst[at + bucket]);
                System.arraycopy(part.counts, 2 * (at + bucket), counts, 2 * place, 2);
                System.arraycopy(part.statistics, 3 * (at + bucket), statistics, 3 * place, 3);
            }
        }
        last = part.last[group];
        issued = part.issued[group];
        isUnissued = part.isUnissued[group];
        for (int bucket = 0; bucket < worst.length; bucket++) {
            if (counts[2 * bucket + 1] > 0) {
                lastTime = startNanos() + (base + bucket + 1) * BUCKET_NANOS - 1;
            }
        }
    }

    private static Instant instantOf(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
