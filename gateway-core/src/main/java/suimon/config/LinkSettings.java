package suimon.config;

/** How an uplink reaches its hub; each link brings its own record, chosen by {@code kind}. */
public interface LinkSettings {
    /** Whether it needs no connection, so that a link of single short messages can carry it. */
    default boolean isDatagram() {
        return false;
    }
}
