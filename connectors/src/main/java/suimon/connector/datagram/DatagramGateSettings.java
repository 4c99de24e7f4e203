package suimon.connector.datagram;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.DataSize;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.GateSettings;
import suimon.config.Secret;
import suimon.config.Within;

/** What {@code kind: datagram} says of a hub's gate. */
@Describe("Gateways reach the hub by single short datagrams; each has a key of its own here, and read at the start")
public record DatagramGateSettings(
        @Describe("Unique among the gates") String name,
        @Describe("The address to listen on; what has no key is not answered") @Default("127.0.0.1") String address,
        @Describe("The port of UDP") @Default("8870") @Within(min = "0", max = "65535") int port,
        @Describe("Instead of UDP: listens on this socket for the driver of a ground station") @Nullable String socket,
        @Describe("The keys, by the gateway's id; who may deliver stands in gateways of the file too")
                Map<String, Keyed> gateways)
        implements GateSettings {
    public DatagramGateSettings {
        gateways = Map.copyOf(gateways);
        Set<Integer> numbers = new HashSet<>();
        gateways.forEach((id, keyed) -> {
            if (!numbers.add(keyed.number())) {
                throw new IllegalArgumentException("gateways." + id + ": number " + keyed.number()
                        + " is another one's too; each needs its own");
            }
        });
    }

    /** How one gateway is known and spoken to. */
    @Describe("One gateway's key")
    public record Keyed(
            @Describe("The number the gateway's link has") @Within(min = "0", max = "16383") int number,
            @Describe("The same 64 hexadecimal digits as the gateway's") Secret key,
            @Describe("The longest datagram to it") @Default("1200B") @Within(min = "50B", max = "65kB")
                    DataSize down,
            @Describe("Bytes per second to it at most") @Default("128kB") @Within(min = "10B", max = "100MB")
                    DataSize rate) {}
}
