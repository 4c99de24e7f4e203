package suimon.pipeline;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Aligned, resampled input of a model for one moment. The arrays are the record's own and must not
 * be changed.
 *
 * @param endNanos end of the newest interval, exclusive, or the time of the newest reading;
 *     nanoseconds since the epoch; the issue time
 * @param values steps x channels, oldest step first, means of the interval; 0 where there is none
 * @param mask 1 where there is a value, else 0
 * @param time empty for windows of readings, else hour of day (0 to 24) and day of year (1 to 366) of the end, in local standard time
 */
public record Window(long endNanos, float[] values, float[] mask, float[] time) {
    /** How many numbers {@link #time} has. */
    public static final int TIME_FEATURES = 2;

    /** SHA-256 over end and tensors, hexadecimal: the same input, the same hash, on every box. */
    public String hash() {
        return HexFormat.of().formatHex(digest());
    }

    /** The bytes of {@link #hash}. */
    byte[] digest() {
        ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * (values.length + mask.length + time.length));
        bytes.putLong(endNanos);
        for (float[] tensor : new float[][] {values, mask, time}) {
            for (float number : tensor) {
                bytes.putFloat(number);
            }
        }
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.array());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof Window other && endNanos == other.endNanos
                && Arrays.equals(values, other.values) && Arrays.equals(mask, other.mask)
                && Arrays.equals(time, other.time);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(endNanos) * 31 + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Window[end " + endNanos + ", " + values.length + " values]";
    }
}
