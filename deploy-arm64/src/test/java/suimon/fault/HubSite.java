package suimon.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import suimon.app.Suimon;
import suimon.store.Books;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/** One hub under test, for the gateway of a {@link Site}: a folder, a port, and its process. */
final class HubSite {
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final Path folder;
    private final int port = Site.freePort();
    private final String address;
    private final @Nullable NetNamespace network;

    /** On loopback. */
    HubSite(Path folder) throws IOException {
        this(folder, null, "127.0.0.1");
    }

    /** In another network, where only TLS and a token will do. */
    HubSite(Path folder, @Nullable NetNamespace network, String address) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.network = network;
        this.address = address;
    }

    /** What the gateway's configuration says of this hub. */
    String uplink() {
        return uplink("4KB");
    }

    /** The same with frames of another size. */
    String uplink(String frame) {
        return """
                uplinks:
                  - name: hub
                    link: %s
                    collect: 100ms
                    frame: %s
                """.formatted(link(network == null ? "2s" : "20s"), frame);
    }

    int port() {
        return port;
    }

    /** What the configuration of a link says. */
    String link(String patience) {
        return network == null
                ? "{kind: mqtt, hub: \"mqtt://%s:%d\", patience: %s}".formatted(address, port, patience)
                : "{kind: mqtt, hub: \"mqtts://%s:%d\", token: \"file:%s\", tls: {trusted: %s}, patience: %s}"
                        .formatted(address, port, token(), certificate(), patience);
    }

    private Path token() {
        return folder.resolve("token");
    }

    private Path certificate() {
        return folder.resolve("hub.crt");
    }

    private Path key() {
        return folder.resolve("hub.key");
    }

    /** Where the hub keeps what the gateway of {@link Site} delivers. */
    Path data() {
        return folder.resolve("data/gateways/fault-test");
    }

    /** Starts the hub and waits until its gate takes connections. */
    Child start() throws IOException {
        if (network != null && !Files.exists(token())) {
            Files.writeString(token(), "token-of-a-test-with-32-characters");
            Certificates.make(key(), certificate(), "IP:" + address);
        }
        Path config = Files.writeString(folder.resolve("hub.yaml"), """
                data: {folder: data}
                web: {port: 0}
                gates:
                  - {kind: mqtt, name: gate, address: %s, port: %d%s}
                gateways:
                  fault-test: {%s}
                """.formatted(address, port,
                network == null ? "" : ", tls: {certificate: %s, key: %s}".formatted(certificate(), key()),
                network == null ? "" : "token: \"file:%s\"".formatted(token())));
        Child.Start start = Child.of(Suimon.class).arguments("hub", config).in(folder).options("-Xmx128m");
        Child hub = (network == null ? start : start.in(network)).now();
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!Site.isOpen(network, address, port)) {
            if (!hub.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("the hub does not listen on " + port + ":\n" + hub.output());
            }
            LockSupport.parkNanos(20_000_000);
        }
        return hub;
    }

    /** How many readings the hub has; may be asked while it runs. */
    long readings() {
        try {
            return Ledger.read(data()).books().series().values().stream()
                    .mapToLong(Books.SeriesBook::stored).sum();
        } catch (StoreFailed notYet) {
            return 0;
        }
    }

    /** Waits until it has so many; false when patience ends. */
    boolean awaitReadings(long count, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (readings() < count && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
        return readings() >= count;
    }
}
