package suimon.reading;

/** Where a reading's measured time comes from. */
public enum TimeOrigin {
    /** The payload or the server said when the value was measured. */
    SOURCE,
    /** Nobody said: the gateway's clock on arrival. */
    ARRIVAL
}
