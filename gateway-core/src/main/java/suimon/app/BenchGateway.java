package suimon.app;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import suimon.config.GatewayConfig;
import suimon.config.ModelConfig;
import suimon.config.SeriesConfig;

/**
 * A gateway of its own for {@code suimon bench}: a process with the options of this one, its data in
 * a new folder on the disk of the real data, which goes when this is closed or the process ends.
 */
final class BenchGateway implements AutoCloseable {
    private static final long START_SECONDS_MAX = 60;
    private static final long STOP_SECONDS_MAX = 20;
    private static final double TICKS_PER_SECOND = 100;

    private final Path folder;
    private final Process process;
    private final int port;
    private final Thread hook = new Thread(this::close);

    private BenchGateway(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts it and waits until it takes readings. */
    static BenchGateway start(@Nullable GatewayConfig site, Path data) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(besides(data.toAbsolutePath()), "suimon-bench-");
        int port = freePort();
        Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml(site, port));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                Suimon.class.getName(), "run", file.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("gateway.log").toFile());
        // ONNX Runtime reports home unless this stands in the environment before the process starts.
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process = builder.start();
        BenchGateway gateway = new BenchGateway(folder, process, port);
        try {
            gateway.await();
        } catch (IOException | InterruptedException failed) {
            gateway.close();
            throw failed;
        }
        return gateway;
    }

    int port() {
        return port;
    }

    Path data() {
        return folder.resolve("data");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** CPU seconds that the process has used, user and system; proc(5), /proc/pid/stat. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Bytes written to the device. */
    long writtenBytes() throws IOException {
        return field("io", "write_bytes:");
    }

    /** Resident memory in bytes. */
    long residentBytes() throws IOException {
        return field("status", "VmRSS:") * 1024;
    }

    /** Stops it as an operator does, so that its books are complete on disk. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() {
        try {
            stop();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IOException failed) {
            System.err.println("suimon bench: remove " + folder + " by hand: " + failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException isEnding) {
            // The process ends already, and this is its hook.
            return;
        }
    }

    private void await() throws IOException, InterruptedException {
        Path output = folder.resolve("gateway.log");
        long deadline = System.nanoTime() + START_SECONDS_MAX * 1_000_000_000L;
        while (!Files.readString(output).contains("suimon: bench runs")) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                List<String> lines = Files.readAllLines(output);
                throw new IOException("the gateway to be measured did not start: "
                        + String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size())));
            }
            Thread.sleep(50);
        }
    }

    private long field(String file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(proc(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).orElse(0L);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    /** Next to the data where that is the same disk, otherwise inside its folder. */
    private static Path besides(Path data) throws IOException {
        Path parent = data.getParent();
        if (!Files.exists(data)) {
            Path existing = parent;
            while (existing != null && !Files.exists(existing)) {
                existing = existing.getParent();
            }
            return existing == null ? data : existing;
        }
        boolean isSameDisk = parent != null && Files.isWritable(parent)
                && Files.getFileStore(parent).equals(Files.getFileStore(data));
        return parent != null && isSameDisk ? parent : data;
    }

    private static String yaml(@Nullable GatewayConfig site, int port) throws IOException {
        StringBuilder yaml = new StringBuilder("""
                site: {id: bench, title: bench}
                data: {folder: data, quota: 2GB, acknowledgeWithin: %dms, flashPerDay: %dB}
                web: {port: 0}
                sources:
                  - kind: mqtt-listener
                    name: bench
                    port: %d
                    receiveMaximum: 65535
                    decode:
                %s""".formatted(site == null ? 1000 : site.data().acknowledgeWithin().toMillis(),
                site == null ? 1_000_000_000L : site.data().flashPerDay().bytes(), port,
                rule("{a}") + rule("{a}/{b}") + rule("{a}/{b}/{c}") + rule("{a}/{b}/{c}/{d}")));
        if (site == null || site.models().isEmpty()) {
            return yaml.append("""
                    series:
                      pen0000/do: {unit: mg/L, every: 1h}
                      pen0000/temperature: {unit: Cel, every: 1h}
                      pen0000/salinity: {unit: "[ppth]", every: 1h}
                    models:
                      - {name: bench, packageName: hypoxia, outputs: bench/forecast,
                         inputs: {dissolvedOxygen: pen0000/do, temperature: pen0000/temperature,
                                  salinity: pen0000/salinity}}
                    """).toString();
        }
        yaml.append("series:\n");
        site.series().forEach((name, series) -> yaml.append(series(name, series)));
        yaml.append("models:\n");
        site.models().forEach(model -> yaml.append(model(model)));
        return yaml.toString();
    }

    /** A topic for every number of levels that a series' name may have. */
    private static String rule(String series) {
        return "      - {topic: \"bench/" + series + "\", series: \"" + series + "\", value: $.v, time: $.ts,"
                + " timeFormat: milliseconds, expect: number}\n";
    }

    private static String series(String name, SeriesConfig series) {
        String every = series.every() == null ? "" : ", every: " + series.every().toMillis() + "ms";
        return "  \"" + name + "\": {unit: \"" + series.unit().code() + "\"" + every + "}\n";
    }

    private static String model(ModelConfig model) {
        StringBuilder inputs = new StringBuilder();
        for (Map.Entry<String, String> input : model.inputs().entrySet()) {
            inputs.append(inputs.isEmpty() ? "" : ", ")
                    .append(input.getKey()).append(": \"").append(input.getValue()).append('"');
        }
        Path packages = model.folder();
        return "  - {name: " + model.name() + ", packageName: " + model.packageName() + ", outputs: \""
                + model.outputs() + "\", inputs: {" + inputs + "}"
                + (packages == null ? "" : ", folder: \"" + packages.toAbsolutePath() + "\"") + "}\n";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
