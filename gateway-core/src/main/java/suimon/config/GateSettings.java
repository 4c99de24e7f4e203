package suimon.config;

/** How a hub is reached; each gate brings its own record, chosen by {@code kind}. */
public interface GateSettings extends Named {}
