package suimon.connector.mqtt;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Another program: what it says line by line, and what it is told. */
final class Command implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;
    private final PrintStream input;
    private final List<String> said = new ArrayList<>();

    Command(Path folder, List<String> words) throws IOException {
        process = new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
        output = process.inputReader(StandardCharsets.UTF_8);
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    void tell(String line) {
        input.println(line);
    }

    /** Reads on until a line begins so; fails when the program ends before. */
    String await(String begin) throws IOException {
        for (@Nullable String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            if (line.startsWith(begin)) {
                return line;
            }
        }
        throw new AssertionError("expected '" + begin + "', heard " + said);
    }

    /** Its exit status, once it has ended. */
    int end() throws IOException, InterruptedException {
        for (@Nullable String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("did not end: " + said);
        }
        return process.exitValue();
    }

    List<String> said() {
        return List.copyOf(said);
    }

    @Override
    public void close() {
        // Until it is gone its port is taken.
        process.destroyForcibly().onExit().completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
