package suimon.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import suimon.app.Suimon;
import suimon.store.Books;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/** One hub under test, for the gateway of a {@link Site}: a folder, a port, and its process. */
final class HubSite {
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final Path folder;
    private final int port = Site.freePort();

    HubSite(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
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
                    link: {kind: mqtt, hub: "mqtt://127.0.0.1:%d", patience: 2s}
                    collect: 100ms
                    frame: %s
                """.formatted(port, frame);
    }

    /** Where the hub keeps what the gateway of {@link Site} delivers. */
    Path data() {
        return folder.resolve("data/gateways/fault-test");
    }

    /** Starts the hub and waits until its gate takes connections. */
    Child start() throws IOException {
        Path config = Files.writeString(folder.resolve("hub.yaml"), """
                data: {folder: data}
                web: {port: 0}
                gates:
                  - {kind: mqtt, name: gate, port: %d}
                gateways:
                  fault-test: {}
                """.formatted(port));
        Child hub = Child.of(Suimon.class).arguments("hub", config).in(folder).options("-Xmx128m").now();
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!Site.isOpen(port)) {
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
