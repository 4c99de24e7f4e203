package suimon.connector.datagram;

import java.net.URI;
import suimon.config.DataSize;
import suimon.config.Default;
import suimon.config.Describe;
import suimon.config.LinkSettings;
import suimon.config.Secret;
import suimon.config.Within;

/** What {@code kind: datagram} says of an uplink's link. */
@Describe("To the hub by single short datagrams, without any connection; nothing is sent while nothing is due")
public record DatagramLinkSettings(
        @Describe("The hub's gate, such as udp://hub.example.jp:8870, or the socket of a modem's driver,"
                + " such as unix:/run/suimon/modem.sock") URI hub,
        @Describe("The key the hub knows this gateway by: 64 hexadecimal digits, openssl rand -hex 32 makes one")
                Secret key,
        @Describe("The number the hub knows this path by; another one for each path")
                @Within(min = "0", max = "16383") int number,
        @Describe("The longest datagram; UDP and IP add 28 bytes") @Default("1200B") @Within(min = "50B", max = "65kB")
                DataSize up,
        @Describe("Bytes per second at most") @Default("128kB") @Within(min = "10B", max = "100MB") DataSize rate)
        implements LinkSettings {
    public DatagramLinkSettings {
        boolean isUdp = "udp".equals(hub.getScheme()) && hub.getHost() != null && hub.getPort() > 0;
        if (!isUdp && UnixPort.pathOf(hub) == null) {
            throw new IllegalArgumentException("'" + hub + "', expected udp://HOST:PORT or unix:/PATH");
        }
    }

    @Override
    public boolean isDatagram() {
        return true;
    }
}
