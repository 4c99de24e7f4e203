package suimon.quality;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig;

/**
 * Suspects a sensor that slowly departs from its neighbours, as one does that drifts or is overgrown.
 * Of each day (UTC) the median of the differences to the middle of the neighbours is kept; where these
 * medians have a trend ({@link Trend}) that is sure and that makes more than the threshold over the
 * time looked at, and so it was at the end of each day of the last quarter of that time, the sensor is suspect from the
 * next day on until it is so no more: weather makes two places differ for days, fouling for good. Of two
 * sensors alone nobody can say which one departs. One thread.
 */
public final class DriftWatch {
    /** With fewer days than these nothing is said. */
    public static final int DAYS_MIN = 8;
    /** With fewer differences in a day than these the day says nothing. */
    static final int DIFFERENCES_MIN = 8;
    /** Differences of a day that are kept; beyond, every second one goes and fewer are taken. */
    static final int DIFFERENCES_MAX = 1440;
    /** Mann and Kendall's score beyond which a trend is sure: 1 in 1000 by chance, both ways. */
    static final double SURE = 3.29;

    /** So many times what is looked back at it lasts until it counts. */
    private static final int LASTING_PART = 4;

    private static final long DAY_NANOS = 86_400_000_000_000L;

    private final GradeConfig.Drift config;
    private final long withinNanos;
    private final int days;
    /** Days kept before those looked at, so that a restart does not begin to wait anew. */
    private final int lasting;
    private final double[] latest;
    private final long[] latestAt;
    private double[] differences = new double[64];
    private int size;
    private int every = 1;
    private int skipped;
    private long today = Long.MIN_VALUE;
    private long[] known = new long[0];
    private double[] medians = new double[0];
    private @Nullable Trend trend;
    private boolean isSuspect;

    public DriftWatch(GradeConfig.Drift config) {
        this.config = config;
        withinNanos = config.within().toNanos();
        days = (int) config.over().toDays();
        lasting = days / LASTING_PART;
        latest = new double[config.neighbours().size()];
        latestAt = new long[latest.length];
        Arrays.fill(latest, Double.NaN);
    }

    /** The series that it is held against, in the order of their numbers. */
    public List<String> neighbours() {
        return config.neighbours();
    }

    /** A usable value of a neighbour, by its number; times are nanoseconds since the epoch. */
    public void neighbour(int number, double value, long measured) {
        if (measured >= latestAt[number] || Double.isNaN(latest[number])) {
            latest[number] = value;
            latestAt[number] = measured;
        }
    }

    /** A value that is usable but for drift. Returns whether a day has ended, so that there is more to keep. */
    public boolean value(double value, long measured) {
        long day = Math.floorDiv(measured, DAY_NANOS);
        if (day < today || !Double.isFinite(value)) {
            return false;
        }
        boolean isNewDay = day > today && today != Long.MIN_VALUE;
        if (isNewDay) {
            endDay();
        }
        today = day;
        double middle = middle(measured);
        if (!Double.isNaN(middle) && ++skipped >= every) {
            skipped = 0;
            add(value - middle);
        }
        return isNewDay;
    }

    private double middle(long measured) {
        double[] near = new double[latest.length];
        int count = 0;
        for (int number = 0; number < latest.length; number++) {
            boolean isNear = Double.isFinite(latest[number])
                    && Math.abs(Thresholds.difference(measured, latestAt[number])) <= withinNanos;
            if (isNear) {
                near[count++] = latest[number];
            }
        }
        return count == 0 ? Double.NaN : count == 1 ? near[0] : Trend.median(Arrays.copyOf(near, count));
    }

    private void add(double difference) {
        if (size == DIFFERENCES_MAX) {
            for (int index = 0; index < size / 2; index++) {
                differences[index] = differences[2 * index];
            }
            size /= 2;
            every *= 2;
        }
        if (size == differences.length) {
            differences = Arrays.copyOf(differences, Math.min(2 * size, DIFFERENCES_MAX));
        }
        differences[size++] = difference;
    }

    private void endDay() {
        if (size >= DIFFERENCES_MIN) {
            int from = 0;
            int most = days + lasting;
            while (from < known.length && (known[from] <= today - most || known.length - from >= most)) {
                from++;
            }
            known = Arrays.copyOf(Arrays.copyOfRange(known, from, known.length), known.length - from + 1);
            medians = Arrays.copyOf(Arrays.copyOfRange(medians, from, medians.length), known.length);
            known[known.length - 1] = today;
            medians[known.length - 1] = Trend.median(Arrays.copyOf(differences, size));
            judge();
        }
        size = 0;
        every = 1;
        skipped = 0;
    }

    private void judge() {
        trend = null;
        isSuspect = known.length > lasting;
        for (int before = 0; before <= lasting && isSuspect; before++) {
            Trend then = trendUntil(known.length - before);
            trend = before == 0 ? then : trend;
            isSuspect = then != null && trend != null && Math.abs(then.score()) > SURE
                    && Math.abs(then.perUnit() * days) > config.suspect()
                    && Math.signum(then.perUnit()) == Math.signum(trend.perUnit());
        }
    }

    /** Half of the days must be there, since a trend of the last few is no drift yet; null where they are not. */
    private @Nullable Trend trendUntil(int end) {
        int from = Math.max(0, end - days);
        while (known[from] <= known[end - 1] - days) {
            from++;
        }
        return end - from < Math.max(DAYS_MIN, days / 2) ? null
                : Trend.of(Arrays.stream(known, from, end).asDoubleStream().toArray(), Arrays.copyOfRange(medians, from, end));
    }

    /** Whether values are suspect from now on. */
    public boolean isSuspect() {
        return isSuspect;
    }

    /** What the trend makes over the time looked at, in the unit of the series; 0 when none is known. */
    public double departure() {
        return trend == null ? 0 : trend.perUnit() * days;
    }

    /** What must survive a restart: the medians of the days; what of today was seen is lost. */
    public byte[] state() {
        ByteBuffer bytes = ByteBuffer.allocate(16 * known.length);
        for (int index = 0; index < known.length; index++) {
            bytes.putLong(known[index]).putDouble(medians[index]);
        }
        return bytes.array();
    }

    /** Takes over what {@link #state} gave. */
    public void restore(byte[] state) {
        int count = Math.min(state.length / 16, days + lasting);
        ByteBuffer bytes = ByteBuffer.wrap(state, state.length - 16 * count, 16 * count);
        known = new long[count];
        medians = new double[count];
        for (int index = 0; index < count; index++) {
            known[index] = bytes.getLong();
            medians[index] = bytes.getDouble();
        }
        judge();
    }
}
