package suimon.hub;

import java.nio.file.Path;
import java.time.Clock;

/**
 * What a gate gets from the hub.
 *
 * @param reception where messages go
 * @param folder a folder of its own below the hub's data folder, for certificates and the like
 */
public record GateContext(Reception reception, Path folder, Clock clock) {}
