package suimon.store;

import java.time.Instant;
import java.util.ArrayList;
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

    /** The first bucket in use, as a byte, since there is a block for every series. */
    private byte base;
    /** What the buckets hold, from the first one in use to the newest, see {@link BucketColumns}. */
    private long[] columns = {};
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
        columns = new long[0];
        lastTime = Long.MIN_VALUE;
        last = Double.NaN;
    }

    void add(Readings readings, int row) {
        add(readings.measured(row), readings.asDouble(row), readings.grade(row));
    }

    void add(long measured, double value, Grade grade) {
        int bucket = place((int) ((measured - startNanos()) / BUCKET_NANOS));
        boolean isUsable = grade.isUsable() && Double.isFinite(value);
        BucketColumns.add(columns, bucket, value, isUsable, grade);
        if (isUsable && measured >= lastTime) {
            lastTime = measured;
            last = value;
        }
    }

    /** Where the bucket is in the columns, which grow to hold it. */
    private int place(int bucket) {
        int held = BucketColumns.count(columns);
        if (held == 0) {
            base = (byte) bucket;
            columns = BucketColumns.resized(columns, 1, 0);
        } else if (bucket < base) {
            int before = base - bucket;
            base = (byte) bucket;
            columns = BucketColumns.resized(columns, held + before, before);
        } else if (bucket >= base + held) {
            // By what is needed: most blocks grow once a minute, and what is held is held for every series.
            columns = BucketColumns.resized(columns, bucket - base + 1, 0);
        }
        return bucket - base;
    }

    boolean isEmpty() {
        for (int bucket = 0; bucket < BucketColumns.count(columns); bucket++) {
            if (BucketColumns.readings(columns, bucket) > 0) {
                return false;
            }
        }
        return true;
    }

    /** The buckets that hold something and begin in [from, to). */
    List<Bucket> buckets(long from, long to) {
        List<Bucket> found = new ArrayList<>();
        for (int bucket = 0; bucket < BucketColumns.count(columns); bucket++) {
            long start = startNanos() + (base + bucket) * BUCKET_NANOS;
            if (BucketColumns.readings(columns, bucket) > 0 && start >= from && start < to) {
                found.add(BucketColumns.bucket(columns, bucket, start, BUCKET_NANOS));
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
        for (int bucket = 0; bucket < BucketColumns.count(columns); bucket++) {
            all += BucketColumns.readings(columns, bucket);
            gravest = gravest.worse(BucketColumns.grade(columns, bucket));
            if (BucketColumns.usable(columns, bucket) > 0) {
                // NaN compares false, so the first bucket gives both.
                numbers += BucketColumns.usable(columns, bucket);
                low = low <= BucketColumns.low(columns, bucket) ? low : BucketColumns.low(columns, bucket);
                high = high >= BucketColumns.high(columns, bucket) ? high : BucketColumns.high(columns, bucket);
                total += BucketColumns.sum(columns, bucket);
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
        copy.columns = columns.clone();
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
                int readings = (int) from.getVarint();
                int usable = (int) from.getVarint();
                Grade worst = Grade.ofFlag(from.getByte());
                double[] statistics = {Double.NaN, Double.NaN, Double.NaN};
                for (int index = 0; usable > 0 && index < statistics.length; index++) {
                    statistics[index] = from.getDouble();
                }
                BucketColumns.put(columns, at, readings, usable, worst, statistics, 0);
            }
        }
    }

    /** Becomes a group of a part. */
    void copyTo(RollupPart part, int group) {
        int at = group * BUCKETS + base;
        for (int bucket = 0; bucket < BucketColumns.count(columns); bucket++) {
            part.worst[at + bucket] = BucketColumns.grade(columns, bucket);
            part.counts[2 * (at + bucket)] = BucketColumns.readings(columns, bucket);
            part.counts[2 * (at + bucket) + 1] = BucketColumns.usable(columns, bucket);
            part.statistics[3 * (at + bucket)] = BucketColumns.low(columns, bucket);
            part.statistics[3 * (at + bucket) + 1] = BucketColumns.high(columns, bucket);
            part.statistics[3 * (at + bucket) + 2] = BucketColumns.sum(columns, bucket);
        }
        part.last[group] = last;
        part.issued[group] = issued;
        part.isUnissued[group] = isUnissued;
    }

    /** The other way; the last value's time is then known to the minute, and taken for its end. */
    void copyFrom(RollupPart part, int group) {
        int at = group * BUCKETS;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (part.counts[2 * (at + bucket)] > 0) {
                int from = at + bucket;
                int place = place(bucket);
                BucketColumns.put(columns, place, part.counts[2 * from], part.counts[2 * from + 1],
                        part.worst[from], part.statistics, 3 * from);
            }
        }
        last = part.last[group];
        issued = part.issued[group];
        isUnissued = part.isUnissued[group];
        for (int bucket = 0; bucket < BucketColumns.count(columns); bucket++) {
            if (BucketColumns.usable(columns, bucket) > 0) {
                lastTime = startNanos() + (base + bucket + 1) * BUCKET_NANOS - 1;
            }
        }
    }

    private static Instant instantOf(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
