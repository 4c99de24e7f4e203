package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.pipeline.WaveformBytes;

/**
 * Two loggers are asked over MQTT for the same seconds, by the command line; the gateway is killed
 * between plan and answer, and says in the end how far apart the two recordings can be.
 */
final class RecordingTogetherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern COMMAND = Pattern.compile("\"job\":\"([^\"]+)\".*\"startNanos\":(\\d+),\"seconds\":(\\d+)");

    @TempDir
    Path folder;

    @Test
    void twoLoggersHearTheSameSecondsAcrossAKill() throws Exception {
        int port = Site.freePort();
        Site site = new Site(folder).sources("""
                - kind: mqtt-listener
                  name: loggers
                  port: %d
                  decode:
                    - {topic: "sound/{place}", format: capture, series: "main/{place}"}
                """.formatted(port));
        Instant start = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        String job;
        try (Child gateway = site.start()) {
            site.awaitPage(gateway);
            Child planned = site.command("capture", "plan", "main/h1", "main/h2", "--at", start, "--seconds", "2",
                    "--config", site.config());
            Matcher said = Pattern.compile("\"job\":\"([^\"]+)\"").matcher(planned.output());
            assertThat(said.find()).as(planned.output()).isTrue();
            job = said.group(1);
            assertThat(jobs(site)).contains("\"state\":\"PLANNED\"", "\"received\":0,\"of\":2");
            gateway.kill();
        }
        try (Child gateway = site.start()) {
            site.awaitPage(gateway);

            answer(port, "h1", job, 20_000);
            assertThat(await(site, "\"received\":1,")).contains("\"state\":\"RECEIVING\"");
            answer(port, "h2", job, 1_500_000);

            assertThat(await(site, "\"state\":\"COMPLETE\"")).contains("\"received\":2,\"of\":2",
                    "\"worstPairSyncErrorNanos\":1520000", "\"togetherSeconds\":2.0",
                    "\"startAt\":\"" + start + "\"", "\"syncErrorNanos\":20000");
            assertThat(gateway.isAlive()).isTrue();
        }
    }

    /** Plays a logger: takes the command, records, sends a block for each second. */
    private static void answer(int port, String place, String job, long errorNanos) throws Exception {
        CompletableFuture<String> command = new CompletableFuture<>();
        MqttAsyncClient logger = new MqttAsyncClient("tcp://127.0.0.1:" + port, place, new MemoryPersistence());
        try {
            logger.connect().waitForCompletion(PATIENCE.toMillis());
            // Set before subscribing, or the remembered command is missed.
            logger.setCallback(new CommandTaken(command));
            logger.subscribe("suimon/captures/main/" + place, 1).waitForCompletion(PATIENCE.toMillis());
            Matcher wanted = COMMAND.matcher(command.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertThat(wanted.find()).isTrue();
            assertThat(wanted.group(1)).isEqualTo(job);
            long from = Long.parseLong(wanted.group(2));
            for (int second = 0; second < Integer.parseInt(wanted.group(3)); second++) {
                logger.publish("sound/" + place, WaveformBytes.of(job, place, from + second * 1_000_000_000L, 1,
                        errorNanos), 1, false).waitForCompletion(PATIENCE.toMillis());
            }
            logger.disconnect().waitForCompletion(PATIENCE.toMillis());
        } finally {
            logger.close(true);
        }
    }

    private static String await(Site site, String words) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String found = jobs(site);
        while (!found.contains(words)) {
            assertThat(System.nanoTime()).as("%s is not in %s", words, found).isLessThan(end);
            LockSupport.parkNanos(50_000_000);
            found = jobs(site);
        }
        return found;
    }

    private static String jobs(Site site) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(
                            "http://127.0.0.1:" + site.webPort() + "/api/v1/capture-jobs")).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
        }
    }

    /** The first command that names a job. */
    private record CommandTaken(CompletableFuture<String> command) implements org.eclipse.paho.mqttv5.client.MqttCallback {
        @Override
        public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
            String text = new String(message.getPayload(), StandardCharsets.UTF_8);
            if (text.contains("\"job\":")) {
                command.complete(text);
            }
        }

        @Override
        public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {}

        @Override
        public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reason, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
    }
}
