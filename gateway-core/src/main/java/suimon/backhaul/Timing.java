package suimon.backhaul;

import java.time.Duration;

/**
 * How patient an uplink is.
 *
 * @param answerWithin the hub has so long to answer at least; longer while frames are on a slow way
 * @param backoffLeast the first wait after a loss, doubled with each further one
 * @param backoffMost the longest wait
 * @param heartbeat P1 says something at least so often
 */
public record Timing(
        Duration answerWithin, Duration backoffLeast, Duration backoffMost, Duration heartbeat) {
    public static final Timing USUAL = new Timing(
            Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofMinutes(5));
}
