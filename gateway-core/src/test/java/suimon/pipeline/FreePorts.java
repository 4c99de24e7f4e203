package suimon.pipeline;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers under test that nobody else gets by chance: below those that the kernel gives to
 * outgoing connections. Of these one is taken now and then by some client between the look and the
 * server's bind; and a client that tries one again and again while nobody listens there is, once in
 * some ten thousand times, connected to itself and holds it.
 */
public final class FreePorts {
    private static final int FIRST = 10_240;
    private static final int END_MAX = 32_768;
    private static final int END = end();
    /** Begins elsewhere in each process, so that two that run at once seldom meet. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 131 % (END - FIRST)));

    private FreePorts() {}

    /** A port nobody listens on now, which this process has not been given before. */
    public static int next() {
        for (int tries = FIRST; tries < END; tries++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), END - FIRST);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + END);
    }

    private static int end() {
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            int first = Integer.parseInt(range.strip().split("\\s+")[0]);
            // On a machine whose range begins lower there is no better place than below the usual one.
            return first > FIRST + 1_000 ? Math.min(first, END_MAX) : END_MAX;
        } catch (IOException | NumberFormatException notLinux) {
            return END_MAX;
        }
    }
}
