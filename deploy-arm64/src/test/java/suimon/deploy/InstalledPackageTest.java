package suimon.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.FreePorts;

/** The package as a box would have it, from its files to a forecast; one gateway for the whole class. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstalledPackageTest {
    private static final Path WORK = Path.of("target/smoke").toAbsolutePath();
    private static final Path LOG = WORK.resolve("gateway.log");
    private static final Pattern GREETING = Pattern.compile("runs; page (http\\S+)");
    /** Emulation is some twenty times slower than the box, and CI's two cores are shared. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(4);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int HOURS = 30;

    private static @Nullable ArmBox box;
    private static @Nullable Process gateway;
    private static String page = "";
    private static int port;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        ArmBox unpacked = ArmBox.unpack(WORK);
        box = unpacked;
        port = FreePorts.next();
        String config = Files.readString(unpacked.root.resolve("etc/suimon/gateway.yaml"))
                .replace("/var/lib/suimon", WORK.resolve("data").toString())
                .replace("port: 8080", "port: 0")
                .replace("port: 1883", "port: " + port)
                .replaceFirst("series: \\{}", SERIES)
                .replaceFirst("models: \\[]", MODELS);
        Files.writeString(WORK.resolve("gateway.yaml"), config);
        Process started = unpacked.start("suimon", LOG, Map.of(), "run", WORK.resolve("gateway.yaml").toString());
        gateway = started;
        page = ArmBox.await(LOG, started, GREETING, START_PATIENCE).group(1);
    }

    private static final String SERIES = """
            series:
              pen/oxygen: {unit: mg/L, every: 1h}
            """;
    private static final String MODELS = """
            models:
              - name: pen
                packageName: hypoxia
                inputs: {dissolvedOxygen: pen/oxygen}
                outputs: pen/forecast
            """;

    @AfterAll
    static void stop() throws InterruptedException {
        if (gateway != null && gateway.isAlive()) {
            gateway.destroyForcibly().waitFor();
        }
    }

    @Test
    @Order(1)
    void everyProgramAndLibraryInItIsForTheBox() throws IOException {
        try (Stream<Path> files = Files.walk(installed().root.resolve("usr/lib/suimon"))) {
            int elves = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                if (Natives.isElf(content)) {
                    assertThat(Natives.isAarch64(content)).as(file.toString()).isTrue();
                    elves++;
                }
            }
            assertThat(elves).isGreaterThan(10);
        }
    }

    @Test
    @Order(2)
    void anAcknowledgedReadingIsOnThePage() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try (MqttClient client = new MqttClient("tcp://127.0.0.1:" + port, "probe", new MemoryPersistence())) {
            client.setTimeToWait(PATIENCE.toMillis());
            client.connect(options());
            for (int hour = HOURS; hour >= 0; hour--) {
                publish(client, now.minus(Duration.ofHours(hour)), 6 + 2 * Math.cos(hour * Math.PI / 12));
            }
            client.disconnect();
        }

        ArmBox.await("the newest value in " + page, () -> get("api/v1/series").contains("pen/oxygen"), PATIENCE);
        ArmBox.await("the books in " + page, () -> get("api/v1/sources").contains("\"received\":" + (HOURS + 1))
                && get("api/v1/sources").contains("\"decoded\":" + (HOURS + 1)), PATIENCE);
    }

    @Test
    @Order(3)
    void theModelForecastsOnTheBoxItself() throws Exception {
        ArmBox.await("a forecast in " + page, () -> get("api/v1/models").contains("\"state\":\"ACTIVE\""), PATIENCE);

        assertThat(get("api/v1/models")).contains("\"passed\":true", "\"packageName\":\"hypoxia\"");
        ArmBox.await("its series in " + page, () -> get("api/v1/series").contains("pen/forecast/oxygen-6h"), PATIENCE);
    }

    /** What a kill or a power cut can leave where the AOT cache should be. */
    @Test
    @Order(4)
    void aBrokenCacheIsToldOfAndTheCommandGoesOn() throws Exception {
        Path cache = Files.write(WORK.resolve("broken.aot"), new byte[100_000]);
        Path log = WORK.resolve("broken.log");

        Process command = installed().start("suimon", log, Map.of("SUIMON_AOT_CACHE", cache.toString()), "--version");

        assertThat(command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(command.exitValue()).isZero();
        assertThat(Files.readString(log)).contains("bad magic number", "suimon 0.1.0");
    }

    @Test
    @Order(9)
    void aTermSignalEndsItInOrder() throws Exception {
        Process running = gateway;
        assertThat(running).isNotNull();

        running.destroy();

        assertThat(running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(LOG)).contains("stopped at");
    }

    private static void publish(MqttClient client, Instant at, double value) throws MqttException {
        String payload = "{\"v\":%.2f,\"t\":\"%s\"}".formatted(value, at);
        client.publish("sensors/pen/oxygen", payload.getBytes(StandardCharsets.UTF_8), 1, false);
    }

    private static MqttConnectOptions options() {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setConnectionTimeout((int) PATIENCE.toSeconds());
        return options;
    }

    private static ArmBox installed() {
        return java.util.Objects.requireNonNull(box);
    }

    private static String get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(page).resolve(path)).timeout(PATIENCE).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
