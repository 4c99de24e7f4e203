package suimon.reading;

/**
 * What the gateway knew of its own clock.
 *
 * @param boot the boot's random id
 * @param monotonicNanos the monotonic clock of that boot
 * @param utcNanos the wall clock at the same moment, nanoseconds since the epoch
 */
public record ClockStamp(String boot, long monotonicNanos, long utcNanos, Trust trust) {
    /** How far the wall clock can be trusted. */
    public enum Trust {
        SYNCHRONISED,
        HOLDOVER,
        UNKNOWN
    }
}
