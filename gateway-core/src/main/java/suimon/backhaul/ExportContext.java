package suimon.backhaul;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an export gets from the gateway.
 *
 * @param site the site's id
 * @param standing what is known now: the newest reading of each series that is meant, and the last
 *     step of each alarm; read from the log, so not for every message
 * @param folder a folder of its own below the data folder
 */
public record ExportContext(String site, Supplier<List<Told>> standing, Path folder, Clock clock) {}
