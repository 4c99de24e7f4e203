package suimon.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A JVM with the class path of this one, whose output is read line by line on a thread of its own.
 * Closing kills it as {@code kill -9} does.
 */
final class Child implements AutoCloseable {
    /** Older lines are dropped. */
    private static final int LINES_MAX = 20_000;
    private static final Duration END_MAX = Duration.ofSeconds(60);

    private final Process process;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();

    private Child(Process process, Consumer<String> listener) {
        this.process = process;
        reader = Thread.ofVirtual().start(() -> read(listener));
    }

    /** A start not yet made: what to run, and how. */
    static final class Start {
        private final List<String> arguments = new ArrayList<>();
        private final List<String> options = new ArrayList<>(List.of(
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED"));
        private final String mainClass;
        private Map<String, String> environment = Map.of();
        private Path folder = Path.of(".");
        private List<String> prefix = List.of();

        private Start(String mainClass) {
            this.mainClass = mainClass;
        }

        Start options(String... added) {
            options.addAll(List.of(added));
            return this;
        }

        Start arguments(Object... added) {
            for (Object argument : added) {
                arguments.add(argument.toString());
            }
            return this;
        }

        Start environment(Map<String, String> added) {
            environment = Map.copyOf(added);
            return this;
        }

        /** In another network; the process is still the one that is started here. */
        Start in(NetNamespace network) {
            prefix = network.prefix();
            return this;
        }

        Start in(Path workingFolder) {
            folder = workingFolder;
            return this;
        }

        Child now() throws IOException {
            return now(line -> {});
        }

        /** Starts; the listener gets every line of output as it comes. */
        Child now(Consumer<String> listener) throws IOException {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.addAll(List.of("-cp", absoluteClassPath(), mainClass));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
            builder.environment().putAll(environment);
            return new Child(builder.start(), listener);
        }

        static String absoluteClassPath() {
            List<String> entries = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(":", -1)) {
                entries.add(Path.of(entry).toAbsolutePath().toString());
            }
            return String.join(":", entries);
        }
    }

    static Start of(Class<?> mainClass) {
        return new Start(mainClass.getName());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** {@code kill -9}; returns when the process is gone and its output read to the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd(END_MAX);
    }

    /** Asks it to stop, as systemd does, and waits for its end. */
    int stop(Duration patience) throws InterruptedException {
        process.destroy();
        return awaitEnd(patience);
    }

    /** Waits for the end of the process and of its output; returns the exit status. */
    int awaitEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            String said = output();
            process.destroyForcibly();
            throw new AssertionError("still running after " + patience + ":\n" + said);
        }
        if (!reader.join(patience)) {
            throw new AssertionError("output still open after " + patience + ":\n" + output());
        }
        return process.exitValue();
    }

    /** The lines so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    String output() {
        return String.join("\n", lines());
    }

    /** Returns when it is gone: until then it writes into folders that the test removes next. */
    @Override
    public void close() {
        process.destroyForcibly().onExit()
                .completeOnTimeout(process, END_MAX.toSeconds(), TimeUnit.SECONDS).join();
        try {
            // The shim's own child takes writes back while it holds the output open.
            reader.join(END_MAX);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Consumer<String> listener) {
        try (var output = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    if (lines.size() == LINES_MAX) {
                        lines.removeFirst();
                    }
                    lines.add(line);
                }
                listener.accept(line);
            }
        } catch (IOException gone) {
            // The process was killed while its output was being read: what it said is complete.
        }
    }
}
