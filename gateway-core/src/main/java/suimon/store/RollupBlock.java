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

    private static final int VERSION = 1;

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

    private final long[] count = new long[BUCKETS];
    private final long[] usable = new long[BUCKETS];
    private final double[] minimum = new double[BUCKETS];
    private final double[] maximum = new double[BUCKETS];
    private final double[] sum = new double[BUCKETS];
    private final Grade[] worst = new Grade[BUCKETS];
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
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            count[bucket] = 0;
            usable[bucket] = 0;
            minimum[bucket] = Double.NaN;
            maximum[bucket] = Double.NaN;
            sum[bucket] = 0;
            worst[bucket] = Grade.MISSING;
        }
        lastTime = Long.MIN_VALUE;
        last = Double.NaN;
    }

    void add(Readings readings, int row) {
        add(readings.measured(row), readings.asDouble(row), readings.grade(row));
    }

    void add(long measured, double value, Grade grade) {
        int bucket = (int) ((measured - startNanos()) / BUCKET_NANOS);
        count[bucket]++;
        worst[bucket] = worst[bucket].worse(grade);
        if (grade.isUsable() && Double.isFinite(value)) {
            // NaN compares false, so the first value takes both places.
            minimum[bucket] = minimum[bucket] <= value ? minimum[bucket] : value;
            maximum[bucket] = maximum[bucket] >= value ? maximum[bucket] : value;
            sum[bucket] += value;
            usable[bucket]++;
            if (measured >= lastTime) {
                lastTime = measured;
                last = value;
            }
        }
    }

    boolean isEmpty() {
        for (long readings : count) {
            if (readings > 0) {
                return false;
            }
        }
        return true;
    }

    /** The buckets that hold something and begin in [from, to). */
    List<Bucket> buckets(long from, long to) {
        List<Bucket> found = new ArrayList<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            long start = startNanos() + bucket * BUCKET_NANOS;
            if (count[bucket] > 0 && start >= from && start < to) {
                found.add(new Bucket(start, BUCKET_NANOS, count[bucket], minimum[bucket],
                        sum[bucket] / usable[bucket], maximum[bucket], worst[bucket]));
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
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            all += count[bucket];
            numbers += usable[bucket];
            low = low <= minimum[bucket] || Double.isNaN(minimum[bucket]) ? low : minimum[bucket];
            high = high >= maximum[bucket] || Double.isNaN(maximum[bucket]) ? high : maximum[bucket];
            total += sum[bucket];
            gravest = gravest.worse(worst[bucket]);
        }
        // Nothing divided by nothing is NaN, as it should be.
        return new Entry.Aggregate(series, instantOf(startNanos()), BLOCK_NANOS, all, numbers, low,
                total / numbers, high, last, gravest, revision);
    }

    byte[] toBytes() {
        ByteWriter to = new ByteWriter(128);
        to.putByte(VERSION).putByte((isUnissued ? 1 : 0) | (isStale ? 2 : 0)).putSigned(lastTime).putDouble(last);
        int mask = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            mask |= count[bucket] > 0 ? 1 << bucket : 0;
        }
        to.putVarint(mask);
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (count[bucket] > 0) {
                to.putVarint(count[bucket]).putVarint(usable[bucket]).putByte(worst[bucket].flag());
                if (usable[bucket] > 0) {
                    to.putDouble(minimum[bucket]).putDouble(maximum[bucket]).putDouble(sum[bucket]);
                }
            }
        }
        return to.toBytes();
    }

    static RollupBlock of(int series, long block, long first, int issued, byte[] bytes) {
        ByteReader from = new ByteReader(bytes);
        if (from.getByte() != VERSION) {
            throw new IllegalArgumentException("a rollup of format " + bytes[0]);
        }
        RollupBlock read = new RollupBlock(series, block);
        read.first = first;
        read.issued = issued;
        int flags = from.getByte();
        read.isUnissued = (flags & 1) != 0;
        read.isStale = (flags & 2) != 0;
        read.lastTime = from.getSigned();
        read.last = from.getDouble();
        int mask = (int) from.getVarint();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if ((mask >> bucket & 1) == 1) {
                read.count[bucket] = from.getVarint();
                read.usable[bucket] = from.getVarint();
                read.worst[bucket] = Grade.ofFlag(from.getByte());
                if (read.usable[bucket] > 0) {
                    read.minimum[bucket] = from.getDouble();
                    read.maximum[bucket] = from.getDouble();
                    read.sum[bucket] = from.getDouble();
                }
            }
        }
        return read;
    }

    private static Instant instantOf(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
