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
 * @param way which way out of the site it takes
 */
public record LinkContext(
        String gateway, String destination, Consumer<byte[]> answers, Path folder, Clock clock, WayOut way) {
    /** Over whatever the system routes. */
    public LinkContext(String gateway, String destination, Consumer<byte[]> answers, Path folder, Clock clock) {
        this(gateway, destination, answers, folder, clock, WayOut.ANY);
    }

    /** The connection's name at the hub: two paths of one gateway must not take each other over. */
    public String client() {
        return gateway + "-" + destination + (way.name().isEmpty() ? "" : "-" + way.name());
    }
}
