package suimon.reading;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import suimon.reading.ClockStamp.Trust;

/**
 * The gateway's own time: the monotonic clock on top of the last moment that could be trusted. What
 * the system's clock does between is looked at by {@link #look}, once a second by one thread, and
 * followed or not, so that nobody else ever sees it jump without a reason. Asking costs less than
 * the system's clock does. Safe for many threads.
 *
 * <p>A synchronised system clock is followed, but for a jump of more than {@link #JUMP_MAX} away
 * from one that was trusted: that waits for {@link #JUMP_PATIENCE}. One that is not synchronised is
 * followed only as long as nothing better is known, and only to a plausible date; after a loss of
 * synchronisation the monotonic clock is better than what anybody sets (holdover).
 */
public final class SteadyClock extends Clock {
    /** No clock is right before this: the gateway is younger. */
    public static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");
    /** A synchronised clock that jumps by more away from a trusted one is doubted. */
    public static final Duration JUMP_MAX = Duration.ofDays(1);
    /** For so long; then it is followed. */
    public static final Duration JUMP_PATIENCE = Duration.ofDays(1);
    /** A clock nobody vouches for may be so far after the newest record. */
    public static final Duration AHEAD_MAX = Duration.ofDays(731);
    /** How well a person sets a clock. */
    public static final Duration BY_HAND = Duration.ofMinutes(1);
    /** What two readings of two clocks may differ by while nothing jumped. */
    static final Duration NOISE = Duration.ofMillis(20);

    /** The error is not known. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    private final Clock wall;
    private final Ticker ticker;
    private final double drift;
    private volatile Standing standing;
    private volatile long offset;
    private volatile boolean isDoubted;
    private long doubtedAt;

    private record Standing(long utc, long monotonic, Trust trust, long error, boolean isDated) {
        long at(long nanos) {
            return utc + (nanos - monotonic);
        }
    }

    /** What a look found. */
    public enum Step {
        /** As before. */
        NONE,
        /** Trust changed, or the gateway's time did: the log should know. */
        CHANGED
    }

    /**
     * How the clock stands.
     *
     * @param errorNanos at most so far from UTC; {@link #UNBOUNDED} when nobody knows
     * @param isDated false after a start at an impossible time: times are only a lower bound
     * @param offsetNanos the system's clock less the gateway's at the last look
     * @param isDoubted whether the system's clock jumped and is not followed
     */
    public record State(Trust trust, long errorNanos, boolean isDated, long offsetNanos, boolean isDoubted) {}

    /** @param driftPpm how much a clock without synchronisation goes wrong, parts per million */
    public SteadyClock(Clock wall, Ticker ticker, double driftPpm) {
        this.wall = wall;
        this.ticker = ticker;
        this.drift = driftPpm / 1e6;
        standing = new Standing(Nanos.of(wall.instant()), ticker.nanos(), Trust.UNKNOWN, UNBOUNDED, true);
    }

    /** What is known of any clock: of one that is not steady nothing. */
    public static Trust trustOf(Clock clock) {
        return clock instanceof SteadyClock steady ? steady.standing.trust : Trust.UNKNOWN;
    }

    /** At start: goes on from what was known within the same boot, by the monotonic clock they share. */
    public synchronized void resume(Entry.ClockFix fix) {
        long error = fix.uncertaintyNanos()
                + (long) (drift * Math.max(0, ticker.nanos() - fix.monotonicNanos()));
        standing = new Standing(Nanos.of(fix.utc()) + (ticker.nanos() - fix.monotonicNanos()), ticker.nanos(),
                Trust.HOLDOVER, error, true);
    }

    /** At start: the newest moment in the log; a clock before it, or years after it, is not set. */
    public synchronized void notBefore(Instant newest) {
        if (standing.trust != Trust.UNKNOWN) {
            return;
        }
        Instant now = instant();
        boolean isFirst = newest.isBefore(EARLIEST);
        Instant earliest = isFirst ? EARLIEST : newest;
        if (now.isBefore(earliest.minus(BY_HAND)) || !isFirst && now.isAfter(newest.plus(AHEAD_MAX))) {
            standing = new Standing(Nanos.of(earliest), ticker.nanos(), Trust.UNKNOWN, UNBOUNDED, false);
        }
    }

    /**
     * Compares with the system's clock.
     *
     * @param isSynchronised whether the system's clock is being held to UTC by somebody
     * @param errorNanos then: by at most so much it is wrong
     */
    public synchronized Step look(boolean isSynchronised, long errorNanos) {
        long monotonic = ticker.nanos();
        long system = Nanos.of(wall.instant());
        Standing before = standing;
        long own = before.at(monotonic);
        offset = system - own;
        boolean isJump = Math.abs(offset) > NOISE.toNanos();
        Trust trust = before.trust;
        boolean isFollowed;
        if (isSynchronised) {
            boolean isDoubtful = trust != Trust.UNKNOWN && Math.abs(offset) > JUMP_MAX.toNanos();
            if (isDoubtful && !isDoubted) {
                doubtedAt = monotonic;
            }
            isFollowed = !isDoubtful || isDoubted && monotonic - doubtedAt >= JUMP_PATIENCE.toNanos();
            trust = isFollowed ? Trust.SYNCHRONISED : Trust.HOLDOVER;
        } else {
            boolean isPlausible = system >= Nanos.of(EARLIEST) && offset <= AHEAD_MAX.toNanos()
                    && (before.isDated || offset >= 0);
            // What a person set a person may set again.
            isFollowed = isJump && isPlausible && before.error >= BY_HAND.toNanos();
            trust = trust == Trust.UNKNOWN && !isFollowed ? Trust.UNKNOWN : Trust.HOLDOVER;
        }
        isDoubted = isJump && !isFollowed;
        if (isFollowed) {
            // Within the noise the own time goes on, so that it never steps back by a hair.
            standing = new Standing(isJump ? system : own, monotonic, trust,
                    isSynchronised ? errorNanos : BY_HAND.toNanos(), true);
        } else if (trust != before.trust) {
            standing = new Standing(own, monotonic, trust, before.error, before.isDated);
        }
        return trust != before.trust || isFollowed && isJump ? Step.CHANGED : Step.NONE;
    }

    /** How it stands now. */
    public State state() {
        Standing now = standing;
        return new State(now.trust, error(now), now.isDated, offset, isDoubted);
    }

    /** What the log is to know, for readers and for the next start. */
    public Entry.ClockFix fix(String boot) {
        Standing now = standing;
        long monotonic = ticker.nanos();
        long error = error(now);
        return new Entry.ClockFix(boot, monotonic, Nanos.toInstant(now.at(monotonic)),
                error == UNBOUNDED ? BY_HAND.toNanos() : error);
    }

    /** What batches carry. */
    public ClockStamp stamp(String boot) {
        Standing now = standing;
        long monotonic = ticker.nanos();
        return new ClockStamp(boot, monotonic, now.at(monotonic), now.trust);
    }

    private long error(Standing now) {
        if (now.error == UNBOUNDED || now.trust == Trust.SYNCHRONISED) {
            return now.error;
        }
        return now.error + (long) (drift * (ticker.nanos() - now.monotonic));
    }

    @Override
    public Instant instant() {
        return Nanos.toInstant(standing.at(ticker.nanos()));
    }

    @Override
    public long millis() {
        return Math.floorDiv(standing.at(ticker.nanos()), 1_000_000L);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    /** Always in UTC. */
    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
