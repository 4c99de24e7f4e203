package suimon.connector.opcua;

import java.time.Clock;
import java.time.Instant;

/** The wall clock in the log's unit. */
final class Clocks {
    private Clocks() {}

    /** Nanoseconds since 1970. */
    static long nanos(Clock clock) {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
