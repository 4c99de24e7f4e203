package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.DataSize;
import suimon.connector.tls.OpenSsl;
import suimon.connector.tls.TlsFiles;
import suimon.pipeline.FreePorts;
import suimon.pipeline.Outlet;
import suimon.pipeline.ScriptedInbox;

/** Other people's clients at the listener, and another people's broker for the client source. */
class MqttThirdPartyTest {
    private static final Path NODE = Path.of("src/test/node-mqtt");
    private static final Path PUB = Path.of("/usr/bin/mosquitto_pub");
    private static final Path SUB = Path.of("/usr/bin/mosquitto_sub");

    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox inbox = new ScriptedInbox().commitsByItself();
    private @Nullable MqttListener listener;

    @AfterEach
    void close() {
        if (listener != null) {
            listener.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"mqttv311, none", "mqttv5, none", "mqttv311, server", "mqttv5, mutual"})
    void mosquittosClientsPublishAndSubscribe(String version, String tls) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(PUB) && Files.isExecutable(SUB),
                "mosquitto_pub is not installed: apt-get install mosquitto-clients");
        MqttListener site = listening(tls);
        try (Command subscriber = mosquitto(SUB, version, tls, "-t", "suimon/values/#", "-q", "1", "-v", "-C", "2")) {
            await(() -> site.isWanted(Outlet.Section.VALUES));

            for (int qos = 0; qos <= 2; qos++) {
                try (Command publisher = mosquitto(
                        PUB, version, tls, "-t", "pens/1", "-m", "qos " + qos, "-q", String.valueOf(qos))) {
                    assertThat(publisher.end()).as(() -> "mosquitto_pub: " + publisher.said()).isZero();
                }
            }
            site.publish("suimon/values/pen1/do", "7.1".getBytes(StandardCharsets.UTF_8), false);
            site.publish("suimon/values/pen1/ph", "8.0".getBytes(StandardCharsets.UTF_8), false);

            inbox.await(all -> all.texts().size() == 3);
            assertThat(inbox.texts()).containsExactly("pens/1 qos 0", "pens/1 qos 1", "pens/1 qos 2");
            assertThat(subscriber.end()).as(() -> "mosquitto_sub: " + subscriber.said()).isZero();
            assertThat(subscriber.said()).containsExactly("suimon/values/pen1/do 7.1", "suimon/values/pen1/ph 8.0");
        }
    }

    @Test
    void mosquittosClientWithoutACertificateIsNotServed() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(PUB), "mosquitto_pub is not installed");
        listening("mutual");

        try (Command stranger = mosquitto(PUB, "mqttv5", "server", "-t", "pens/1", "-m", "x", "-q", "1")) {
            assertThat(stranger.end()).isNotZero();
        }
        assertThat(inbox.texts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void theNpmClientPublishesAndSubscribes(int version) throws Exception {
        assumeNode();
        MqttListener site = listening("none");
        try (Command client = node("client.mjs", "mqtt://127.0.0.1:" + site.port(), String.valueOf(version))) {
            assertThat(client.await("GRANTED")).isEqualTo("GRANTED 1");
            client.await("PUBLISHED 2");

            site.publish("suimon/values/pen1/do", "7.1".getBytes(StandardCharsets.UTF_8), false);
            site.publish("suimon/values/pen1/do", "bye".getBytes(StandardCharsets.UTF_8), false);

            assertThat(client.await("MESSAGE")).isEqualTo("MESSAGE suimon/values/pen1/do 7.1 1");
            client.await("END");
            inbox.await(all -> all.texts().size() == 3);
            assertThat(inbox.texts()).containsExactly("pens/npm qos 0", "pens/npm qos 1", "pens/npm qos 2");
        }
    }

    @Test
    void theClientSourceTakesFromAedesAndComesBackAfterItsRestart() throws Exception {
        assumeNode();
        int port = FreePorts.next();
        // Aedes speaks 3.1 and 3.1.1.
        MqttClientSettings settings = MqttClientContract.settings("3.1.1", port, List.of("pens/#"));
        try (MqttClientSource source = new MqttClientSource(settings, inbox.context(folder))) {
            try (Command broker = node("broker.mjs", String.valueOf(port))) {
                broker.await("READY");
                broker.tell("publish pens/1 old true");
                broker.await("PUBLISHED old");
                source.start();
                broker.await("SUBSCRIBED pens/#");
                broker.tell("publish pens/1 first false");
                broker.await("ACKNOWLEDGED first");
            }
            try (Command broker = node("broker.mjs", String.valueOf(port))) {
                broker.await("SUBSCRIBED pens/#");
                broker.tell("publish pens/1 second false");
                broker.await("ACKNOWLEDGED second");
            }
        }
        // The retained message is the past's, told by its flag.
        assertThat(inbox.texts()).containsExactly("pens/1 first", "pens/1 second");
    }

    private MqttListener listening(String tls) throws Exception {
        TlsFiles files = null;
        if (!tls.equals("none")) {
            OpenSsl.certificate(folder, "server", 30);
            OpenSsl.certificate(folder, "client", 30);
            files = new TlsFiles(folder.resolve("server.crt"), folder.resolve("server.key"),
                    tls.equals("mutual") ? folder.resolve("client.crt") : null);
        }
        MqttListener made = new MqttListener(new MqttListenerSettings("site", "127.0.0.1", 0, null, files,
                new DataSize(65_536), 100, 100, Duration.ofDays(1), List.of()), inbox.context(folder), Login.ANYBODY);
        listener = made;
        made.start();
        return made;
    }

    private Command mosquitto(Path program, String version, String tls, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(program.toString(), "-h", "localhost", "-p",
                String.valueOf(listener == null ? 0 : listener.port()), "-V", version));
        if (!tls.equals("none")) {
            words.addAll(List.of("--cafile", folder.resolve("server.crt").toString()));
        }
        if (tls.equals("mutual")) {
            words.addAll(List.of("--cert", folder.resolve("client.crt").toString(),
                    "--key", folder.resolve("client.key").toString()));
        }
        words.addAll(List.of(more));
        return new Command(folder, words);
    }

    private static Command node(String script, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("node", script));
        words.addAll(List.of(arguments));
        return new Command(NODE, words);
    }

    private static void assumeNode() {
        Assumptions.assumeTrue(Files.isDirectory(NODE.resolve("node_modules/aedes")),
                "mqtt and aedes are not installed; run connectors/src/test/node-mqtt/install (needs node and npm)");
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        DeviceSite.await(condition);
    }
}
