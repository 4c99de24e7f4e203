package suimon.connector.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;
import suimon.connector.mqtt.Mosquitto;
import suimon.pipeline.ScriptedInbox;

/** Against sparkplug-client of npm: an edge node that knows nothing of this host. */
class NodeSparkplugTest {
    private static final Path HOME = Path.of("src/test/node-sparkplug");

    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox inbox = new ScriptedInbox();
    private @Nullable Mosquitto broker;
    private @Nullable Process edge;
    private @Nullable PrintStream commands;
    private @Nullable BufferedReader answers;

    @BeforeEach
    void startBroker() throws Exception {
        assumeTrue(Files.isDirectory(HOME.resolve("node_modules/sparkplug-client")),
                "sparkplug-client is not installed; run connectors/src/test/node-sparkplug/install (needs node and npm)");
        broker = new Mosquitto(folder.resolve("broker")).start();
        inbox.commitsByItself();
    }

    @AfterEach
    void stop() throws Exception {
        if (edge != null) {
            edge.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void itsBirthDataAndDeathAreReadings() throws Exception {
        try (SparkplugSource source = host()) {
            begin();
            expect("BORN");
            inbox.await(all -> all.texts().containsAll(List.of("n/level -7", "n/firmware 水門 1.0",
                    "n/d/temperature 1.5", "n/d/count 4294967296", "n/d/pump/on true")));

            say("data 8.25");
            expect("DATA 8.25");
            inbox.await(all -> all.texts().contains("n/d/temperature 8.25"));
            assertThat(source.progress().state()).contains("1 ");

            // Its will is its death: what it said last must not look fresh.
            kill();
            inbox.await(all -> all.texts().contains("n/level "));
            inbox.await(all -> all.texts().contains("n/d/temperature "));
        }
    }

    @Test
    void aNodeThatWasThereBeforeTheGatewayIsAskedForItsBirthAndGivesIt() throws Exception {
        begin();
        expect("BORN");
        try (SparkplugSource source = host()) {
            say("data 9.5");
            expect("DATA 9.5");

            expect("BORN");
            inbox.await(all -> all.texts().contains("n/d/temperature 9.5"));
            inbox.await(all -> all.texts().contains("n/firmware 水門 1.0"));
            assertThat(source.progress().healthy()).isTrue();
        }
    }

    @Test
    void theDeathOfItsDeviceTakesOnlyThat() throws Exception {
        try (SparkplugSource source = host()) {
            begin();
            expect("BORN");
            inbox.await(all -> all.texts().contains("n/d/temperature 1.5"));

            say("dead");
            expect("DEAD");

            inbox.await(all -> all.texts().contains("n/d/temperature "));
            assertThat(inbox.texts()).doesNotContain("n/level ");
            assertThat(source.progress().healthy()).isTrue();
        }
    }

    private SparkplugSource host() throws Exception {
        SparkplugSource source = new SparkplugSource(new SparkplugSettings("host",
                URI.create("mqtt://127.0.0.1:" + java.util.Objects.requireNonNull(broker).port()), null, null, null, null,
                List.of("g"), "suimon", "{node}/{device}/{metric}", Duration.ofSeconds(5), Duration.ofSeconds(1),
                Duration.ofSeconds(30), Duration.ofSeconds(1)), inbox.context(folder));
        source.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!source.progress().healthy()) {
            assertThat(System.nanoTime()).as(source.progress().state()).isLessThan(end);
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        return source;
    }

    private void begin() throws Exception {
        Process started = new ProcessBuilder("node", "edge.mjs",
                Integer.toString(java.util.Objects.requireNonNull(broker).port()))
                .directory(HOME.toFile()).redirectError(folder.resolve("edge.log").toFile()).start();
        edge = started;
        commands = new PrintStream(started.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = started.inputReader(StandardCharsets.UTF_8);
    }

    private void kill() throws Exception {
        assertThat(java.util.Objects.requireNonNull(edge).destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private void say(String words) {
        java.util.Objects.requireNonNull(commands).println(words);
    }

    private void expect(String words) throws Exception {
        BufferedReader lines = java.util.Objects.requireNonNull(answers);
        String line = lines.readLine();
        while (line != null && !line.equals(words)) {
            line = lines.readLine();
        }
        assertThat(line).as("the edge node says: %s", Files.readString(folder.resolve("edge.log"))).isEqualTo(words);
    }
}
