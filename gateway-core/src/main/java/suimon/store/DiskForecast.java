package suimon.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How many days are left until the log reaches a size, at the rate of the last three days. Safe for
 * many threads.
 */
public final class DiskForecast {
    /** One sample per {@link #EVERY}; older ones are forgotten. */
    public static final int SAMPLES_MAX = 72;

    public static final Duration EVERY = Duration.ofHours(1);

    /** The owner and key of the samples in the store. */
    public static final String OWNER = "disk";

    public static final String KEY = "samples";

    private static final double MILLIS_A_DAY = Duration.ofDays(1).toMillis();

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long millis, long bytes) {}

    /** Takes up what {@link #toBytes} returned; null is none. */
    public DiskForecast(byte @Nullable [] kept) {
        ByteBuffer buffer = ByteBuffer.wrap(kept == null ? new byte[0] : kept);
        while (buffer.remaining() >= 2 * Long.BYTES && samples.size() < SAMPLES_MAX) {
            samples.add(new Sample(buffer.getLong(), buffer.getLong()));
        }
    }

    /**
     * The log has this size now; whether an hour has passed since the last sample and this is one.
     *
     * @param nowMillis the wall clock; when it has gone back, samples of the future are forgotten
     */
    public synchronized boolean add(long nowMillis, long usedBytes) {
        samples.removeIf(sample -> sample.millis > nowMillis);
        if (!samples.isEmpty() && nowMillis - samples.getLast().millis < EVERY.toMillis()) {
            return false;
        }
        samples.add(new Sample(nowMillis, usedBytes));
        if (samples.size() > SAMPLES_MAX) {
            samples.remove();
        }
        return true;
    }

    /** Bytes a day that the log grew; 0 while there is nothing to judge by or it does not grow. */
    public synchronized double bytesPerDay() {
        if (samples.size() < 2) {
            return 0;
        }
        Sample oldest = samples.getFirst();
        Sample newest = samples.getLast();
        double days = (newest.millis - oldest.millis) / MILLIS_A_DAY;
        return Math.max(0, (newest.bytes - oldest.bytes) / days);
    }

    /** Whole days until so many more bytes are written; null while nothing grows. */
    public @Nullable Long daysUntil(long moreBytes) {
        double perDay = bytesPerDay();
        return perDay <= 0 ? null : (long) (Math.max(0, moreBytes) / perDay);
    }

    /** For the store. */
    public synchronized byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(samples.size() * 2 * Long.BYTES);
        samples.forEach(sample -> buffer.putLong(sample.millis).putLong(sample.bytes));
        return buffer.array();
    }
}
