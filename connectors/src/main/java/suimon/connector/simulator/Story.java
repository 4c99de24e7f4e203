package suimon.connector.simulator;

import java.time.Duration;
import java.time.Instant;

/**
 * What goes wrong and when, counted from the moment the simulator goes live: water poor in oxygen
 * creeps in during the last 14 h of the history and pours in during the first minutes; later the
 * water main bursts. The whole repeats, so that somebody who comes late sees it too.
 *
 * @param speed how much faster than the clock the live part runs
 */
record Story(Instant live, double speed) {
    private static final Duration CREEP = Duration.ofHours(14);
    private static final double ROUND_MINUTES = 24;

    /** How far the poor water has crept in before going live, 0 to 1. */
    double creep(Instant time) {
        double before = seconds(time, live);
        return before <= 0 ? 1 : Math.max(0, 1 - before / CREEP.toSeconds());
    }

    /** Whether poor water pours in: minutes 0.5 to 7 of each round. */
    boolean isPouring(Instant time) {
        double minute = minuteOfRound(time);
        return minute >= 0.5 && minute < 7;
    }

    /** How far the main has burst, 0 to 1: it opens in minute 3 of each round and is shut in minute 9. */
    double burst(Instant time) {
        double minute = minuteOfRound(time);
        return minute < 3 || minute >= 9 ? 0 : Math.min(1, (minute - 3) * 3);
    }

    private double minuteOfRound(Instant time) {
        double minutes = seconds(live, time) * speed / 60;
        return minutes < 0 ? -1 : minutes % ROUND_MINUTES;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1000.0;
    }
}
