package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.CredentialFile;
import suimon.access.Role;
import suimon.backhaul.Content;
import suimon.backhaul.ContentWire;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Messages;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.HubConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.config.WebConfig;
import suimon.hub.Hub;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/** What the hub's page and API tell of gateways that deliver. */
final class HubPageTest {
    private static final Epoch EPOCH = new Epoch(9);
    private static final Instant AT = Instant.parse("2026-07-01T03:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aGatewaysAlarmAndItsReadingsAreThere() throws Exception {
        try (Hub hub = Hub.open(config(), List.of(), Clock.systemUTC(), System::nanoTime);
                HubServer server = serve(hub, "127.0.0.1")) {
            deliver(hub, Lane.P3, 1, readings());
            deliver(hub, Lane.P0, 1, alarm(AlarmEvent.Kind.ACTIVATED, true, AT));

            assertThat(get(server, "api/v1/gateways")).contains("\"gateway\":\"pen-1\"", "\"stored\":2",
                    "酸素が低下しています", "\"lane\":\"P3\",\"confirmed\":1");
            assertThat(get(server, "api/v1/gateways/pen-1/readings?series=do")).contains("7.25", "7.5");
            assertThat(get(server, "api/v1/gateways/pen-2/readings?series=do")).contains("no gateway has the id");
            assertThat(pull(server)).hasSize(3).last().asString().contains(",do,", "7.5");
            assertThat(get(server, "")).contains("hub.js");

            deliver(hub, Lane.P1, 1, alarm(AlarmEvent.Kind.CLEARED, false, AT.plusSeconds(60)));

            assertThat(get(server, "api/v1/gateways/pen-1")).contains("\"alarms\":[]");
        }
    }

    @Test
    void beyondThisMachineNothingIsToldWithoutLogin() throws Exception {
        try (Hub hub = Hub.open(config(), List.of(), Clock.systemUTC(), System::nanoTime);
                HubServer server = serve(hub, "0.0.0.0")) {
            assertThat(server.address().getScheme()).isEqualTo("https");
        }
    }

    @Test
    void aGatewayIsAskedOverThePage() throws Exception {
        try (Hub hub = Hub.open(config(), List.of(), Clock.systemUTC(), System::nanoTime);
                HubServer server = serve(hub, "127.0.0.1")) {
            String commands = "api/v1/gateways/pen-1/commands";

            assertThat(post(server, commands, "{\"kind\":\"acknowledge\",\"alarm\":\"hypoxia/1\"}")).contains("\"id\"");
            assertThat(post(server, commands, "{\"kind\":\"Not one\"}")).contains("expected a kind");
            assertThat(post(server, "api/v1/gateways/pen-9/commands", "{}")).contains("no gateway has the id");
            assertThat(get(server, commands)).contains("\"state\":\"WAITING\"", "hypoxia/1", "acknowledge");
        }
    }

    private static String post(HubServer server, String path, String json) throws Exception {
        String page = "http://localhost:" + server.address().getPort();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(page + "/" + path)).header("Origin", page)
                    .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private HubServer serve(Hub hub, String address) throws Exception {
        CredentialFile users = new CredentialFile(folder.resolve("users"));
        users.put("sato", Role.DATA, "correct horse");
        return HubServer.start(new WebSettings(address, 0, folder.resolve("web")),
                new HubServer.Backstage(hub, users, Clock.systemUTC(), System::nanoTime));
    }

    private HubConfig config() {
        DataConfig data = new DataConfig(folder.resolve("data"), new DataSize(1L << 30), Duration.ofSeconds(1),
                new DataSize(1_000_000_000), Duration.ofMinutes(10), DataConfig.Durability.OFF);
        return new HubConfig(data, new WebConfig("127.0.0.1", 0), List.of(),
                Map.of("pen-1", new HubConfig.GatewayAccess(null)));
    }

    private static void deliver(Hub hub, Lane lane, long number, Content content) throws Exception {
        byte[] answer = hub.receive("pen-1",
                Messages.write(new Frame("pen-1", EPOCH, lane, number, 0, 1, ContentWire.pack(content))));
        assertThat(Messages.readReceipt(answer).refusal()).isNull();
    }

    private static Content readings() {
        Readings.Builder rows = new Readings.Builder(2);
        for (int row = 0; row < 2; row++) {
            long at = (AT.getEpochSecond() + row) * 1_000_000_000L;
            rows.add(1, at, at, new Value.Decimal(725 + 25 * row, 2), Grade.GOOD, 0, TimeOrigin.SOURCE);
        }
        return new Content(List.of(new Series(1, "do", new Words("溶存酸素", "oxygen"), "mg/L", 0)),
                List.of(new Content.Block(new ClockStamp("boot", 1, 1, ClockStamp.Trust.SYNCHRONISED), rows.build())),
                List.of(), List.of(), null);
    }

    private static Content alarm(AlarmEvent.Kind kind, boolean active, Instant at) {
        AlarmState state = new AlarmState(active, !active, true, false, false, false, false);
        return new Content(List.of(), List.of(), List.of(new Entry.Alarm(new AlarmEvent("hypoxia", "hypoxia/1", "do",
                AlarmEvent.Severity.ALERT, kind, state, at, 2.1, new Words("酸素が低下しています", "Oxygen is low"),
                new Words("曝気してください", "Aerate"), "gateway"))), List.of(), null);
    }

    private static byte[] fetch(HubServer server, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://localhost:" + server.address().getPort() + "/" + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray()).body();
        }
    }

    private static String get(HubServer server, String path) throws Exception {
        return new String(fetch(server, path), StandardCharsets.UTF_8);
    }

    private static List<String> pull(HubServer server) throws Exception {
        byte[] zipped = fetch(server, "api/v1/gateways/pen-1/dataset.csv.gz");
        try (GZIPInputStream rows = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return new String(rows.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
