package suimon.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.store.FolderLock;
import suimon.store.StoreFailed;

/**
 * A whole site on one machine: a hub and a simulated site in processes of their own, which speak to
 * the gateway over TCP as the real ones would, and the gateway in this process.
 */
@Command(name = "demo", description = "Run a gateway with a simulated site and a hub, and open its page.")
final class Demo implements Callable<Integer> {
    private static final String SIMULATOR = "suimon.connector.simulator.SiteSimulator";
    private static final String SITE = "/suimon/connector/simulator/demo.yaml";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For a demo that was interrupted just before. */
    private static final Duration ENDING = Duration.ofSeconds(20);

    @Option(names = "--folder", description = "where the demo keeps its data (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("var", "demo");

    @Option(names = "--port", description = "the page's port (default: ${DEFAULT-VALUE})")
    private int port = 8080;

    /** Where everything listens, on loopback. */
    private record Ports(int page, int mqtt, int opcUa, int gate) {}

    private final List<Process> processes = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(folder);
        Ports ports = new Ports(port, freePort(), freePort(), freePort());
        try {
            awaitFree("gateway", folder.resolve("gateway"));
            awaitFree("hub", folder.resolve("hub").resolve("gateways").resolve("demo"));
        } catch (StoreFailed held) {
            System.err.println("suimon demo: " + held.getMessage());
            return 1;
        }
        Path gatewayFile = Files.writeString(folder.resolve("gateway.yaml"), gatewayYaml(ports));
        Path hubFile = Files.writeString(folder.resolve("hub.yaml"), hubYaml(ports));
        Supervisor supervisor = new Supervisor();
        Installation installation = new Installation();
        try {
            Process hub = start("hub", Suimon.class.getName(), "hub", hubFile.toString());
            awaitLine(hub, "hub", "runs for");
            // The simulator answers OPC UA before the gateway asks, and waits for the MQTT listener.
            start("simulator", SIMULATOR, "--mqtt", "tcp://127.0.0.1:" + ports.mqtt,
                    "--opcua-port", Integer.toString(ports.opcUa));
            try (Gateway gateway = Gateway.start(
                    ConfigFile.gateway(gatewayFile, installation.kinds()), installation, supervisor)) {
                System.out.println(gateway.greeting());
                System.out.println("suimon demo: a hub and a simulated site run beside it; Ctrl-C ends all");
                supervisor.endOnSignal();
                return supervisor.await();
            }
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } finally {
            processes.forEach(Process::destroy);
            for (Process process : processes) {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        }
    }

    /** The demo before this one may be ending still: what it holds it lets go of within seconds. */
    static void awaitFree(String name, Path data) throws StoreFailed, InterruptedException {
        long deadline = System.nanoTime() + ENDING.toNanos();
        String owner = FolderLock.ownerOf(data);
        if (!owner.isEmpty()) {
            System.out.println("suimon demo: waiting for the " + name + " of the demo before, " + owner + ", to end");
        }
        while (!owner.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new StoreFailed("the demo's folder " + data + " is still in use by " + owner + " after "
                        + ENDING.toSeconds() + " s; stop that process or name another --folder");
            }
            Thread.sleep(100);
            owner = FolderLock.ownerOf(data);
        }
    }

    private Process start(String name, String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx192m", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        processes.add(process);
        // Whatever ends this process ends the others: a demo leaves nothing running.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        return process;
    }

    private void awaitLine(Process process, String name, String words) throws IOException, InterruptedException {
        Path output = folder.resolve(name + ".log");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(output).contains(words)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the " + name + " did not start; see " + output);
            }
            Thread.sleep(50);
        }
    }

    /** The simulated site's own sources, series, alarms and model, at this demo's ports. */
    private static String gatewayYaml(Ports ports) throws IOException {
        try (InputStream site = Demo.class.getResourceAsStream(SITE)) {
            if (site == null) {
                throw new IOException(SITE + " is missing from the installation");
            }
            return new String(site.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("port: 1883", "port: " + ports.mqtt)
                    .replace(":4840", ":" + ports.opcUa)
                    + """

                    data: {folder: gateway}
                    web: {port: %d}
                    uplinks:
                      - name: hub
                        link: {kind: mqtt, hub: "mqtt://127.0.0.1:%d"}
                        collect: 5s
                    """.formatted(ports.page, ports.gate);
        }
    }

    private static String hubYaml(Ports ports) {
        return """
                data: {folder: hub}
                web: {port: 0}
                gates:
                  - {kind: mqtt, name: gate, address: 127.0.0.1, port: %d}
                gateways:
                  demo: {}
                """.formatted(ports.gate);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
