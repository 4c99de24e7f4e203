package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of node-opcua in its own process, driven by lines; a test without it is skipped. */
final class NodeOpcUa {
    private static final Path HOME = Path.of("src/test/node-opcua");

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final Path log;

    /** Starts a script of the folder and waits until it is ready. */
    NodeOpcUa(String script, Path folder, String... arguments) throws IOException {
        assumeInstalled();
        log = folder.resolve(script + ".log");
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).directory(HOME.toFile()).redirectError(log.toFile()).start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        expect("READY");
    }

    static void assumeInstalled() {
        assumeTrue(Files.isDirectory(HOME.resolve("node_modules/node-opcua")),
                "node-opcua is not installed; run connectors/src/test/node-opcua/install (needs node and npm)");
    }

    /** Sends a line and waits for the answer that begins so. */
    void say(String line, String answer) throws IOException {
        commands.println(line);
        expect(answer);
    }

    private void expect(String begin) throws IOException {
        String line = answers.readLine();
        while (line != null && !line.startsWith(begin)) {
            line = answers.readLine();
        }
        assertThat(line).as("node-opcua says: %s", Files.readString(log)).startsWith(begin);
    }

    void close() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
