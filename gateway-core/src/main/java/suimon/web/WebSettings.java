package suimon.web;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/**
 * Where the page listens.
 *
 * @param address a numeric address or a host name; beyond loopback TLS and login are required
 * @param port the wanted port; when it is taken the next free one is used; 0 for any free one
 * @param folder keeps the certificate, created when missing
 */
public record WebSettings(String address, int port, Path folder) {
    /** How many ports after the wanted one are tried. */
    static final int PORTS_MAX = 20;

    public WebSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + ", expected 0 to 65535");
        }
    }

    /** Whether only this machine can reach the page; an unknown name counts as beyond. */
    boolean isLoopback() {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
