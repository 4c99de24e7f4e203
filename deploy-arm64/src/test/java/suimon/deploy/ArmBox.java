package suimon.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The .deb, unpacked beside the Debian packages that it says it depends on and nothing else, and its
 * launcher run through qemu's user emulation of a Raspberry Pi 4's processor.
 */
final class ArmBox {
    private static final String EMULATOR = "qemu-aarch64-static";
    private static final int CANNOT_HERE = 3;
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(5);
    /** Maintainer scripts only; nothing in the running gateway calls them. */
    private static final List<String> FOR_INSTALLING = List.of("adduser", "init-system-helpers");
    private static final String PROCESSOR = """
            processor\t: %d
            BogoMIPS\t: 108.00
            Features\t: fp asimd evtstrm crc32 cpuid
            CPU implementer\t: 0x41
            CPU architecture: 8
            CPU variant\t: 0x0
            CPU part\t: 0xd08
            CPU revision\t: 3

            """;

    final Path root;
    private final Path work;

    private ArmBox(Path work) {
        this.work = work;
        this.root = work.resolve("root");
    }

    /** Builds the package and unpacks it; aborts the test with the reason where this machine can't. */
    static ArmBox unpack(Path work) throws IOException, InterruptedException {
        Assumptions.assumeTrue(isOnPath(), "no " + EMULATOR + ": sudo deploy-arm64/needs");
        delete(work);
        ArmBox box = new ArmBox(Files.createDirectories(work));
        box.call(List.of("./package", "--quick"));
        Path deb = box.deb();
        String depends = box.call(List.of("dpkg-deb", "-f", deb.toString(), "Depends"));
        List<String> fetch = new ArrayList<>(List.of("./debian-packages", work.resolve("debian").toString()));
        Stream.of(depends.strip().split(" *, *")).map(one -> one.replaceFirst(" .*", ""))
                .filter(one -> !FOR_INSTALLING.contains(one)).forEach(fetch::add);
        box.call(fetch);
        try (Stream<Path> packages = Files.list(work.resolve("debian"))) {
            for (Path one : Stream.concat(packages, Stream.of(deb)).toList()) {
                box.call(List.of("dpkg-deb", "-x", one.toString(), box.root.toString()));
            }
        }
        box.dress();
        return box;
    }

    Path deb() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target/arm64"))) {
            return files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
        }
    }

    /** What base-files and the kernel would give: ONNX Runtime dies on a processor list that isn't Arm's. */
    private void dress() throws IOException {
        if (!Files.exists(root.resolve("lib"))) {
            Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
        }
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/cpuinfo"), PROCESSOR.formatted(0) + PROCESSOR.formatted(1));
    }

    /** Starts a program of the package with its output in LOG; for suimon the process is the emulator itself. */
    Process start(String program, Path log, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("usr/lib/suimon").resolve(program).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of(
                "SUIMON_EMULATOR", EMULATOR + " -L " + root.toAbsolutePath(),
                // The first compiler alone: under emulation the second costs more than it gains.
                "SUIMON_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:ErrorFile=" + work.resolve("crash.log"),
                "QEMU_CPU", "cortex-a72"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The first match in LOG, awaited while PROCESS lives. */
    static Matcher await(Path log, Process process, Pattern wanted, Duration patience)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Matcher found = wanted.matcher(Files.readString(log));
            if (found.find()) {
                return found;
            }
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("no '" + wanted + "' in " + log + ", process "
                        + (process.isAlive() ? "alive" : "ended with " + process.exitValue()) + ":\n"
                        + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    static void await(String what, BooleanSupplier condition, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + patience + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(300);
        }
    }

    private String call(List<String> command) throws IOException, InterruptedException {
        Path log = work.resolve("call.log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        if (!process.waitFor(BUILD_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " took longer than " + BUILD_PATIENCE);
        }
        String output = Files.readString(log, StandardCharsets.UTF_8);
        Assumptions.assumeTrue(process.exitValue() != CANNOT_HERE, () -> output.strip());
        if (process.exitValue() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ":\n" + output);
        }
        return output;
    }

    private static boolean isOnPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, EMULATOR)));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path one : walk.sorted((first, second) -> second.compareTo(first)).toList()) {
                    Files.delete(one);
                }
            }
        }
    }
}
