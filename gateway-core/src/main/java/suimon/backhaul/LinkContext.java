package suimon.backhaul;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * What a link gets from its uplink.
 *
 * @param gateway the gateway's id, which the hub knows it by
 * @param destination the uplink's configured name
 * @param answers takes each message of the hub as it came; never blocks, may be called from any
 *     thread, drops what nobody waits for
 * @param folder a folder of its own below the data folder
 */
public record LinkContext(
        String gateway, String destination, Consumer<byte[]> answers, Path folder, Clock clock) {}
