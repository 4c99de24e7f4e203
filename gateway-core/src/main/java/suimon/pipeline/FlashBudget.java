package suimon.pipeline;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What may be written to the flash per day, and what of it is spent. A day is a day of UTC. For the
 * ingest thread.
 *
 * <p>The spending is kept in the log over restarts ({@link #toBytes}); what was written since the
 * last {@link #look} before a kill is not counted.
 */
public final class FlashBudget {
    /** The owner and key of the day's spending in the store. */
    public static final String OWNER = "flash";

    public static final String KEY = "day";

    private static final long SECONDS_A_DAY = Duration.ofDays(1).toSeconds();
    /** The last minutes of a day don't make the rest of its budget look endless. */
    private static final long SECONDS_LEFT_MIN = 600;

    private final long bytesPerDay;
    private final LongSupplier written;
    private final Clock clock;
    private long day;
    private long spent;
    private long seen;

    /**
     * Takes up the day's spending where it was left.
     *
     * @param bytesPerDay the budget in bytes
     * @param written bytes written to the device since some moment, never falling
     * @param kept what {@link #toBytes} returned last, or null
     */
    public FlashBudget(long bytesPerDay, LongSupplier written, Clock clock, byte @Nullable [] kept) {
        this.bytesPerDay = bytesPerDay;
        this.written = written;
        this.clock = clock;
        this.day = today(clock.instant());
        this.seen = written.getAsLong();
        if (kept != null && kept.length == 2 * Long.BYTES) {
            ByteBuffer buffer = ByteBuffer.wrap(kept);
            spent = buffer.getLong() == day ? buffer.getLong() : 0;
        }
    }

    /** Counts what was written since the last look, and returns it in bytes. */
    long look() {
        long now = written.getAsLong();
        long news = Math.max(0, now - seen);
        seen = now;
        long present = today(clock.instant());
        if (present != day) {
            day = present;
            spent = 0;
        }
        spent += news;
        return news;
    }

    /** Bytes per second that spend the rest of the budget evenly over the rest of the day. */
    double allowedPerSecond() {
        return Math.max(0, bytesPerDay - spent) / (double) secondsLeft();
    }

    boolean isSpent() {
        return spent >= bytesPerDay;
    }

    /** What the day will have cost when the rest of it costs so many bytes per second. */
    double forecast(double bytesPerSecond) {
        return spent + bytesPerSecond * secondsLeft();
    }

    long spentBytes() {
        return spent;
    }

    long bytesPerDay() {
        return bytesPerDay;
    }

    /** For the store. */
    byte[] toBytes() {
        return ByteBuffer.allocate(2 * Long.BYTES).putLong(day).putLong(spent).array();
    }

    private long secondsLeft() {
        long passed = Math.floorMod(clock.instant().getEpochSecond(), SECONDS_A_DAY);
        return Math.max(SECONDS_LEFT_MIN, SECONDS_A_DAY - passed);
    }

    private static long today(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), SECONDS_A_DAY);
    }
}
