package suimon.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A power cut that waits for a child process: the environment that loads the shim into it, and the
 * report the shim leaves. {@code powercut.c} says what each setting does.
 *
 * @param folder what is watched: the child's data; what lies elsewhere is not taken back
 * @param report where the shim writes what it took back; beside it the shim keeps unlinked files
 * @param firstEvent the cut comes at a change or sync from this one to {@code lastEvent}, as the
 *     seed says; 0 for never
 */
record PowerCut(
        Path folder, Path report, long seed, long firstEvent, long lastEvent,
        Map<String, String> more) {
    private static final long COMPILE_SECONDS_MAX = 60;
    private static final List<String> SOURCES =
            List.of("powercut.h", "powercut.c", "powercut_calls.c", "powercut_undo.c");
    private static @Nullable Path library;

    PowerCut {
        more = Map.copyOf(more);
    }

    static PowerCut between(Path folder, Path report, long seed, long firstEvent, long lastEvent) {
        return new PowerCut(folder, report, seed, firstEvent, lastEvent, Map.of());
    }

    /** The same, with one more setting, such as {@code POWERCUT_MODE}. */
    PowerCut with(String setting, String value) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put(setting, value);
        return new PowerCut(folder, report, seed, firstEvent, lastEvent, settings);
    }

    /** What the child must find in its environment; compiles the shim when it is the first. */
    Map<String, String> environment() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path stash = report.resolveSibling(report.getFileName() + ".stash");
        Files.createDirectories(stash);
        Files.deleteIfExists(report);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("LD_PRELOAD", compiled().toString());
        environment.put("POWERCUT_FOLDER", folder.toRealPath().toString());
        environment.put("POWERCUT_LOG", report.toAbsolutePath().toString());
        environment.put("POWERCUT_STASH", stash.toRealPath().toString());
        environment.put("POWERCUT_SEED", Long.toUnsignedString(seed));
        environment.put("POWERCUT_FIRST", Long.toString(firstEvent));
        environment.put("POWERCUT_LAST", Long.toString(lastEvent));
        return environment;
    }

    /**
     * What the shim did, once the child is dead and its output at its end. The process that takes
     * writes back holds the child's output open, so nothing is half done by then.
     */
    List<String> reportLines() throws IOException {
        return Files.exists(report) ? Files.readAllLines(report) : List.of();
    }

    /** Whether the power went and everything not durable was taken back. */
    boolean hasHappened() throws IOException {
        List<String> lines = reportLines();
        return !lines.isEmpty() && lines.getLast().equals("done");
    }

    /** Sectors, names and sizes that were taken back. */
    boolean hasTakenBack() throws IOException {
        return reportLines().stream()
                .anyMatch(line -> line.startsWith("file ") && !line.contains(" takenBack=0 ")
                        || line.endsWith(" takenBack=yes"));
    }

    /** The shim, built by gcc from the test resources; skips the test where there is no gcc. */
    static synchronized Path compiled() throws IOException, InterruptedException {
        if (library != null) {
            return library;
        }
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the power-cut shim needs Linux");
        assumeTrue(isThere("gcc"), "no gcc: install gcc and libc6-dev to run the power-cut tests");
        Path folder = Files.createDirectories(Path.of("target", "powercut").toAbsolutePath());
        for (String name : SOURCES) {
            try (var source = PowerCut.class.getResourceAsStream(name)) {
                byte[] text = Objects.requireNonNull(source, name).readAllBytes();
                Files.write(folder.resolve(name), text);
            }
        }
        Path built = folder.resolve("libpowercut.so");
        Process gcc = new ProcessBuilder("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC",
                        "-shared", "-o", built.toString(), SOURCES.get(1), SOURCES.get(2),
                        SOURCES.get(3), "-lpthread")
                .directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!gcc.waitFor(COMPILE_SECONDS_MAX, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new IllegalStateException("the power-cut shim does not compile:\n" + said);
        }
        library = built;
        return built;
    }

    private static boolean isThere(String command) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, command))) {
                return true;
            }
        }
        return false;
    }
}
