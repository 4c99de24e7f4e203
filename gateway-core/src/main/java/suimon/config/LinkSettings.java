package suimon.config;

/** How an uplink reaches its hub; each link brings its own record, chosen by {@code kind}. */
public interface LinkSettings {}
