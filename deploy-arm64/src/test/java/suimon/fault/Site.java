package suimon.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import suimon.app.Suimon;
import suimon.pipeline.FreePorts;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/**
 * One gateway under test: a folder with its configuration and its data, ports of its own, and the
 * process, started and killed as often as a test likes.
 */
final class Site {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Path folder;
    private final int mqttPort = freePort();
    private final int webPort = freePort();
    private String timeZone = "Asia/Tokyo";
    private String durability = "full";
    private String dataMore = "";
    private String sourcesMore = "";
    private String sections = "";
    private @Nullable NetNamespace network;

    /** A gateway with the built-in listener, which takes {@code {"v": value, "t": time}} from pens. */
    Site(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
    }

    /** In another network, at whose loopback it listens then. */
    Site in(NetNamespace home) {
        network = home;
        return this;
    }

    /** The zone the site's people live in, which models take the hour of the day from. */
    Site timeZone(String zone) {
        timeZone = zone;
        return this;
    }

    /** Full unless a test must lose data. */
    Site durability(String setting) {
        durability = setting;
        return this;
    }

    /** Adds lines to the section {@code data}, indented as there. */
    Site data(String lines) {
        dataMore += lines.indent(2);
        return this;
    }

    /** Adds sources beside the listener, as list items. */
    Site sources(String items) {
        sourcesMore += items.indent(2);
        return this;
    }

    /** Adds whole sections, such as {@code alarms}. */
    Site with(String yaml) {
        sections += yaml;
        return this;
    }

    int mqttPort() {
        return mqttPort;
    }

    int webPort() {
        return webPort;
    }

    Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    Path config() {
        return folder.resolve("gateway.yaml");
    }

    /** Starts the gateway and waits until its listener takes connections. */
    Child start() throws IOException {
        Child gateway = begin(Map.of());
        awaitListening(gateway);
        return gateway;
    }

    /** Starts the gateway with a power cut waiting for it, which may come at any moment. */
    Child begin(Map<String, String> environment) throws IOException {
        Files.writeString(config(), yaml());
        return inNetwork(Child.of(Suimon.class).arguments("run", config()).in(folder).environment(environment)
                .options("-Xmx128m", "-Dsuimon.home=" + home())).now();
    }

    /** Runs another command of {@code suimon} on this site's configuration, to its end. */
    Child command(String name, Object... arguments) throws IOException, InterruptedException {
        Child child = inNetwork(Child.of(Suimon.class).arguments(name).arguments(arguments).in(folder)
                .options("-Xmx128m", "-Dsuimon.home=" + home())).now();
        child.awaitEnd(START_MAX);
        return child;
    }

    /** Waits until the listener takes connections; fails when the gateway ends before. */
    void awaitListening(Child gateway) {
        awaitOpen(gateway, mqttPort);
    }

    /** The page comes up after the listener. */
    void awaitPage(Child gateway) {
        awaitOpen(gateway, webPort);
    }

    private Child.Start inNetwork(Child.Start start) {
        return network == null ? start : start.in(network);
    }

    private void awaitOpen(Child gateway, int port) {
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!isOpen(network, LOOPBACK, port)) {
            if (!gateway.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("the gateway does not listen on " + port + ":\n" + gateway.output());
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Waits until nothing that a lane has cut waits for its confirmation; may be asked while it runs. */
    void awaitDelivered(Duration patience) throws StoreFailed {
        long end = System.nanoTime() + patience.toNanos();
        while (Ledger.read(data()).books().lanes().values().stream().anyMatch(lane -> lane.pending() > 0)
                && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
        }
    }

    static boolean isOpen(int port) {
        return isOpen(null, LOOPBACK, port);
    }

    /** The same, asked in another network. */
    static boolean isOpen(@Nullable NetNamespace network, String address, int port) {
        try (Socket socket = network == null ? new Socket() : network.socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(address), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A port nobody listens on now. */
    static int freePort() {
        return FreePorts.next();
    }

    private static Path home() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    private String yaml() {
        return """
                site:
                  id: fault-test
                  title: {ja: 試験, en: Test}
                  timeZone: %s
                data:
                  folder: data
                  durability: %s
                %sweb:
                  port: %d
                sources:
                  - kind: mqtt-listener
                    name: listener
                    port: %d
                    decode:
                      - topic: "{pen}/{what}/timed"
                        series: "{pen}/{what}"
                        value: $.v
                        time: $.t
                      - topic: "{pen}/{what}"
                        series: "{pen}/{what}"
                        value: $.v
                %s%s""".formatted(timeZone, durability, dataMore, webPort, mqttPort, sourcesMore, sections);
    }
}
