package suimon.backhaul;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.config.LinkConfig;

/**
 * Which way out of the site a {@link Link} takes, and what is usual on it.
 *
 * @param name of the path among those of its uplink; empty where there is one only
 * @param device the network interface whose address connections come from; null for the system's routes
 * @param address the address they come from, where no interface is named
 * @param roundTrip there and back, typically; a connect is given four times that at least
 * @param keepAlive a sign of life after so long without any message; zero for none
 */
public record WayOut(
        String name, @Nullable String device, @Nullable String address, Duration roundTrip, Duration keepAlive) {
    /** Over whatever the system routes. */
    public static final WayOut ANY = new WayOut("", null, null, Duration.ZERO, Duration.ZERO);

    private static final int ROUND_TRIPS = 4;

    /** Over one of the site's links; with the keep-alive of its profile. */
    public static WayOut over(LinkConfig link) {
        return new WayOut(link.name(), link.device(), link.address(), link.profile().roundTrip(),
                link.profile().keepAlive());
    }

    /**
     * Where connections are to come from, or null where the system decides. Looked up for each connection, since a
     * modem's address changes. The system sends by source address only where a rule says so (ip rule add from ...).
     *
     * @throws LinkDown when there is no such interface or address now
     */
    public @Nullable InetAddress source() throws LinkDown {
        try {
            if (device == null) {
                return address == null ? null : InetAddress.getByName(address);
            }
            NetworkInterface found = NetworkInterface.getByName(device);
            if (found == null || !found.isUp()) {
                throw new LinkDown("network interface " + device + (found == null ? " isn't there" : " is down")
                        + "; check the modem and the name, `ip address` shows all");
            }
            return addressOf(Collections.list(found.getInetAddresses()));
        } catch (UnknownHostException e) {
            throw new LinkDown("source address " + address + " is none; expected one of this box such as 10.0.0.5", e);
        } catch (SocketException e) {
            throw new LinkDown("network interface " + device + ": " + e.getMessage(), e);
        }
    }

    private InetAddress addressOf(List<InetAddress> all) throws LinkDown {
        for (InetAddress each : all) {
            if (each instanceof Inet4Address) {
                return each;
            }
        }
        for (InetAddress each : all) {
            if (each instanceof Inet6Address && !each.isLinkLocalAddress()) {
                return each;
            }
        }
        throw new LinkDown("network interface " + device + " has no address yet; is the modem registered?");
    }

    /** What was configured, or four round trips where that is longer. */
    public Duration connectWithin(Duration configured) {
        Duration least = roundTrip.multipliedBy(ROUND_TRIPS);
        return configured.compareTo(least) < 0 ? least : configured;
    }
}
