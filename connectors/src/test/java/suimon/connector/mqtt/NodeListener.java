package suimon.connector.mqtt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A script of Node that listens at a broker and says on lines what it heard, READY first. */
public final class NodeListener implements AutoCloseable {
    private static final int SECONDS_MAX = 60;

    private final Process process;
    private final BufferedReader lines;
    private final Path log;

    /**
     * Starts it and waits until it listens; the test is skipped where its packages are missing.
     *
     * @param home the folder of the script, below src/test
     */
    public NodeListener(String home, String script, int port, Path folder) throws Exception {
        Path place = Path.of("src/test", home);
        assumeTrue(Files.isDirectory(place.resolve("node_modules")),
                "the packages of " + place + " are not installed; run its install (needs node and npm)");
        log = folder.resolve(script + ".log");
        process = new ProcessBuilder("node", script, Integer.toString(port)).directory(place.toFile())
                .redirectError(log.toFile()).start();
        lines = process.inputReader(StandardCharsets.UTF_8);
        // What is awaited in vain ends with the process.
        process.onExit().completeOnTimeout(process, SECONDS_MAX, TimeUnit.SECONDS)
                .thenAccept(Process::destroyForcibly);
        await("READY");
    }

    /** All lines up to one that begins so. */
    public List<String> await(String beginning) throws Exception {
        List<String> read = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            read.add(line);
            if (line.startsWith(beginning)) {
                return read;
            }
        }
        throw new AssertionError(log + " ended without " + beginning + ": " + read + Files.readString(log));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
