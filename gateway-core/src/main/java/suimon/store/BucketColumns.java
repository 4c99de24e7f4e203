package suimon.store;

import suimon.reading.Grade;

/**
 * Buckets of readings side by side in one array, since an array for each quantity of a few buckets
 * costs more than the numbers. A bucket's readings, the usable ones among them and the worst grade
 * are in one number; then come the bits of minimum, maximum and sum, NaN where nothing is usable.
 */
final class BucketColumns {
    /** Readings of a bucket; further ones, which no series of one-minute buckets has, are left out. */
    static final int READINGS_MAX = (1 << 28) - 1;

    private static final int READINGS_SHIFT = 28;
    private static final int GRADE_SHIFT = 56;
    private static final int WIDTH = 4;
    private static final int STATISTICS = WIDTH - 1;

    private BucketColumns() {}

    /** A reading more; its value is part of the statistics when it is usable. */
    static void add(long[] columns, int bucket, double value, boolean isUsable, Grade grade) {
        int readings = readings(columns, bucket);
        int usable = usable(columns, bucket);
        if (readings == READINGS_MAX) {
            return;
        }
        int at = WIDTH * bucket;
        Grade worst = grade(columns, bucket).worse(grade);
        columns[at] = packed(readings + 1, isUsable ? usable + 1 : usable, worst);
        if (isUsable) {
            boolean isFirst = usable == 0;
            if (isFirst || value < low(columns, bucket)) {
                columns[at + 1] = Double.doubleToRawLongBits(value);
            }
            if (isFirst || value > high(columns, bucket)) {
                columns[at + 2] = Double.doubleToRawLongBits(value);
            }
            columns[at + 3] = Double.doubleToRawLongBits(isFirst ? value : sum(columns, bucket) + value);
        }
    }

    /** Sets all of a bucket; its minimum, maximum and sum are from a place in an array on. */
    static void put(
            long[] columns, int bucket, int readings, int usable, Grade worst, double[] statistics, int from) {
        columns[WIDTH * bucket] = packed(
                Math.clamp(readings, 0, READINGS_MAX), Math.clamp(usable, 0, READINGS_MAX), worst);
        for (int index = 0; index < STATISTICS; index++) {
            columns[WIDTH * bucket + 1 + index] = Double.doubleToRawLongBits(statistics[from + index]);
        }
    }

    /** The same with so many buckets, empty ones before and behind those there were. */
    static long[] resized(long[] columns, int buckets, int before) {
        long[] resized = new long[WIDTH * buckets];
        double[] nothing = {Double.NaN, Double.NaN, Double.NaN};
        for (int bucket = 0; bucket < buckets; bucket++) {
            if (bucket < before || bucket >= before + count(columns)) {
                put(resized, bucket, 0, 0, Grade.MISSING, nothing, 0);
            }
        }
        System.arraycopy(columns, 0, resized, WIDTH * before, columns.length);
        return resized;
    }

    /** How many buckets there are. */
    static int count(long[] columns) {
        return columns.length / WIDTH;
    }

    static int readings(long[] columns, int bucket) {
        return (int) (columns[WIDTH * bucket] >>> READINGS_SHIFT) & READINGS_MAX;
    }

    static int usable(long[] columns, int bucket) {
        return (int) columns[WIDTH * bucket] & READINGS_MAX;
    }

    static Grade grade(long[] columns, int bucket) {
        return Grade.ofFlag((int) (columns[WIDTH * bucket] >>> GRADE_SHIFT));
    }

    static double low(long[] columns, int bucket) {
        return Double.longBitsToDouble(columns[WIDTH * bucket + 1]);
    }

    static double high(long[] columns, int bucket) {
        return Double.longBitsToDouble(columns[WIDTH * bucket + 2]);
    }

    static double sum(long[] columns, int bucket) {
        return Double.longBitsToDouble(columns[WIDTH * bucket + 3]);
    }

    /** As charts take it, when it holds something. */
    static Bucket bucket(long[] columns, int bucket, long start, long nanos) {
        int usable = usable(columns, bucket);
        return new Bucket(start, nanos, readings(columns, bucket), usable, low(columns, bucket),
                sum(columns, bucket) / usable, high(columns, bucket), grade(columns, bucket));
    }

    private static long packed(int readings, int usable, Grade worst) {
        return (long) worst.flag() << GRADE_SHIFT | (long) readings << READINGS_SHIFT | usable;
    }
}
