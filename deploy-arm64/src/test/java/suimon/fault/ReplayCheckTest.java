package suimon.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.app.Suimon;
import suimon.model.EvaluationForecasts;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.store.Backup;
import suimon.store.Ledger;
import suimon.store.Restore;
import suimon.store.StoreFailed;

/**
 * The main job on real input: a summer of two real stations, one over MQTT and one through a
 * third-party OPC UA server, to the hub, with the link cut and mended and the gateway killed.
 */
class ReplayCheckTest {
    private static final Path DATA = Path.of(System.getenv().getOrDefault("SUIMON_DATA", "../../shared/data"))
            .resolve("do_nerrs_apalachicola");
    private static final Path NODE_OPCUA = Path.of("..", "connectors", "src", "test", "node-opcua");
    private static final LocalDate FROM = LocalDate.of(2013, 4, 28);
    private static final LocalDate UNTIL = LocalDate.of(2013, 11, 1);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    /** The id in the configuration of {@link Site}. */
    private static final String GATEWAY = "fault-test";
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void aSummerOverMqttReachesTheHubValueForValue() throws Exception {
        List<Station.Row> rows = rows("apacpwq.csv.gz");
        int hubPort = Site.freePort();
        int stationPort = Site.freePort();
        Site site = site("cp", """
                - kind: mqtt-listener
                  name: station
                  port: %d
                  decode:
                    - topic: station/{station}
                      series: "{station}/{field}"
                      fields: {do: $.do, temp: $.temp, sal: $.sal}
                      time: $.t
                """.formatted(stationPort));
        try (Child hub = hub(hubPort, GATEWAY); CuttableLink link = new CuttableLink(hubPort)) {
            site.with(uplink(link.port()));
            Child gateway = site.start();
            try (Sender sender = new Sender(
                    stationPort, "station", 500, Duration.ZERO, number -> message(rows, number))) {
                sender.awaitAcknowledged(rows.size() / 3, PATIENCE);
                link.cut();
                sender.awaitAcknowledged(rows.size() / 2, PATIENCE);
                gateway.kill();
                gateway = site.start();
                sender.awaitAcknowledged(2 * rows.size() / 3, PATIENCE);
                link.mend();
                sender.awaitAcknowledged(rows.size(), PATIENCE);
                assertThat(sender.complaints()).isEmpty();
            }
            Map<String, TreeMap<Long, String>> expected = expected(rows, "cp");
            awaitHub(GATEWAY, count(expected), "forecast/cp/oxygen-6h", lastHour(rows));
            gateway.stop(Duration.ofSeconds(30));
            hub.stop(Duration.ofSeconds(30));
            Contents contents = Contents.of(hubData(GATEWAY), folder.resolve("copy"));
            assertThat(sent(contents, expected.keySet())).isEqualTo(expected);
            assertThat(contents.gaps()).isEmpty();
            // Through OPC UA history comes node by node, so windows of the past see one input at a time:
            // only the half that comes in the order of time can equal the evaluation.
            compareForecasts(contents, "cp", "apacpwq.csv.gz");
            printAlarms(contents);
            assertThat(Ledger.read(site.data()).differences()).isEmpty();
            assertThat(Ledger.read(hubData(GATEWAY)).differences()).isEmpty();
        }
    }

    @Test
    void aSummerThroughAnOpcUaServerReachesTheHubValueForValue() throws Exception {
        assumeThat(NODE_OPCUA.resolve("node_modules")).as("run " + NODE_OPCUA + "/install first").exists();
        List<Station.Row> rows = rows("apadbwq.csv.gz");
        int hubPort = Site.freePort();
        int serverPort = Site.freePort();
        Site site = site("db", """
                - kind: opcua
                  name: station
                  endpoint: opc.tcp://localhost:%d/UA/replay
                  security: none
                  publishingInterval: 100ms
                  samplingInterval: 0s
                  queueSize: 10000
                  firstHistory: 3650d
                  nodes:
                    - {node: "ns=1;s=do", series: db/do}
                    - {node: "ns=1;s=temp", series: db/temp}
                    - {node: "ns=1;s=sal", series: db/sal}
                """.formatted(serverPort));
        try (Child hub = hub(hubPort, GATEWAY); CuttableLink link = new CuttableLink(hubPort)) {
            site.with(uplink(link.port()));
            Process server = server(serverPort);
            try (BufferedWriter play = new BufferedWriter(
                    new OutputStreamWriter(server.getOutputStream(), StandardCharsets.UTF_8))) {
                play(play, rows.subList(0, rows.size() / 3));
                Child gateway = site.start();
                play(play, rows.subList(rows.size() / 3, rows.size() / 2));
                link.cut();
                gateway.kill();
                play(play, rows.subList(rows.size() / 2, 2 * rows.size() / 3));
                gateway = site.start();
                link.mend();
                play(play, rows.subList(2 * rows.size() / 3, rows.size()));
                Map<String, TreeMap<Long, String>> expected = expected(rows, "db");
                awaitHub(GATEWAY, count(expected), "forecast/db/oxygen-6h", lastHour(rows));
                gateway.stop(Duration.ofSeconds(30));
                hub.stop(Duration.ofSeconds(30));
                Contents contents = Contents.of(hubData(GATEWAY), folder.resolve("copy"));
                assertThat(numbers(sent(contents, expected.keySet()))).isEqualTo(numbers(expected));
                printAlarms(contents);
                assertThat(Ledger.read(hubData(GATEWAY)).differences()).isEmpty();
            } finally {
                server.destroyForcibly().waitFor();
            }
        }
    }

    private Site site(String station, String sources) throws IOException {
        Site site = new Site(folder.resolve("site"))
                .timeZone("Etc/GMT+5")
                .data("lateAfter: 36500d\n")
                .sources(sources);
        return site.with("""
                series:
                  %1$s/do: {unit: mg/L, every: 15min}
                  %1$s/temp: {unit: Cel, every: 15min}
                  %1$s/sal: {unit: "[ppth]", every: 15min}
                alarms:
                  - {name: %1$s-oxygen-low, series: %1$s/do, severity: alert, below: 3, deadband: 0.5, onDelay: 1h,
                     action: {ja: 給餌を止める, en: Stop feeding}}
                models:
                  - name: %1$s-hypoxia
                    packageName: hypoxia
                    folder: %2$s
                    inputs: {dissolvedOxygen: %1$s/do, temperature: %1$s/temp, salinity: %1$s/sal}
                    outputs: forecast/%1$s
                """.formatted(station, packages()));
    }

    private static Path packages() {
        return Path.of("..", "models", "packages").toAbsolutePath().normalize();
    }

    private static String uplink(int port) {
        return """
                uplinks:
                  - name: hub
                    link: {kind: mqtt, hub: "mqtt://127.0.0.1:%d"}
                    collect: 500ms
                """.formatted(port);
    }

    private Child hub(int port, String gateway) throws IOException {
        Path home = Files.createDirectories(folder.resolve("hub"));
        Path file = Files.writeString(home.resolve("hub.yaml"), """
                data: {folder: data}
                web: {port: 0}
                gates:
                  - {kind: mqtt, name: gate, port: %d}
                gateways:
                  %s: {}
                """.formatted(port, gateway));
        Child hub = Child.of(Suimon.class).arguments("hub", file).in(home).now();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!hub.output().contains("runs for")) {
            assertThat(hub.isAlive() && System.nanoTime() < end).as(hub.output()).isTrue();
            Pauses.brief();
        }
        return hub;
    }

    private Path hubData(String gateway) {
        return folder.resolve("hub").resolve("data").resolve("gateways").resolve(gateway);
    }

    private Process server(int port) throws IOException {
        Process server = new ProcessBuilder("node", "replay.mjs", Integer.toString(port),
                        Files.createDirectories(folder.resolve("server")).toString(), "do", "temp", "sal")
                .directory(NODE_OPCUA.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(folder.resolve("server.log")).contains("READY")) {
            assertThat(server.isAlive() && System.nanoTime() < end)
                    .as(Files.readString(folder.resolve("server.log"))).isTrue();
            Pauses.brief();
        }
        return server;
    }

    private static void play(BufferedWriter to, List<Station.Row> rows) throws IOException {
        for (Station.Row row : rows) {
            for (Map.Entry<String, String> value : row.values().entrySet()) {
                to.write(value.getKey() + " " + row.seconds() * 1000 + " " + value.getValue() + "\n");
            }
        }
        to.flush();
    }

    private static List<Station.Row> rows(String file) throws IOException {
        assumeThat(DATA.resolve(file)).as("the real series; set SUIMON_DATA to the folder that has them").exists();
        return Station.rows(DATA.resolve(file), FROM, UNTIL);
    }

    private static Sender.Message message(List<Station.Row> rows, long number) {
        Station.Row row = rows.get((int) Math.min(number, rows.size()) - 1);
        StringBuilder payload = new StringBuilder("{\"t\":").append(row.seconds());
        row.values().forEach((name, value) -> payload.append(",\"").append(name).append("\":").append(value));
        return new Sender.Message("station/cp", payload.append('}').toString());
    }

    private static Map<String, TreeMap<Long, String>> expected(List<Station.Row> rows, String station) {
        Map<String, TreeMap<Long, String>> expected = new TreeMap<>();
        for (Station.Row row : rows) {
            row.values().forEach((name, value) -> expected
                    .computeIfAbsent(station + "/" + name, missing -> new TreeMap<>())
                    .put(row.seconds() * SECOND, value));
        }
        return expected;
    }

    private static Map<String, TreeMap<Long, String>> sent(Contents contents, Iterable<String> series) {
        Map<String, TreeMap<Long, String>> found = new TreeMap<>();
        for (String name : series) {
            TreeMap<Long, String> values = new TreeMap<>();
            for (Contents.Stored stored : contents.readings().getOrDefault(name, List.of())) {
                String before = values.put(stored.measured(), stored.value().asText());
                assertThat(before).as("%s at %s, twice at the hub", name, stored.measured()).isNull();
            }
            found.put(name, values);
        }
        return found;
    }

    private static Map<String, TreeMap<Long, Double>> numbers(Map<String, TreeMap<Long, String>> texts) {
        Map<String, TreeMap<Long, Double>> numbers = new TreeMap<>();
        texts.forEach((name, values) -> {
            TreeMap<Long, Double> column = new TreeMap<>();
            values.forEach((at, text) -> column.put(at, Double.parseDouble(text)));
            numbers.put(name, column);
        });
        return numbers;
    }

    private static long count(Map<String, TreeMap<Long, String>> expected) {
        return expected.values().stream().mapToLong(TreeMap::size).sum();
    }

    private static long lastHour(List<Station.Row> rows) {
        return rows.getLast().seconds() / 3600 * 3600;
    }

    /** Waits until the hub has all readings and the forecast issued at the last full hour. */
    private void awaitHub(String gateway, long readings, String forecast, long issuedSeconds)
            throws IOException, StoreFailed {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String state = "";
        while (System.nanoTime() < end) {
            Contents contents = peek(hubData(gateway));
            long found = contents.readings().entrySet().stream()
                    .filter(entry -> !entry.getKey().startsWith("forecast/"))
                    .mapToLong(entry -> entry.getValue().size()).sum();
            long newest = contents.readings().getOrDefault(forecast, List.of()).stream()
                    .mapToLong(Contents.Stored::measured).max().orElse(0) / SECOND - 6 * 3600;
            if (found >= readings && newest >= issuedSeconds) {
                return;
            }
            state = found + " of " + readings + " readings, newest forecast of " + Instant.ofEpochSecond(newest);
            Pauses.brief();
        }
        throw new AssertionError("the hub has " + state + " after " + PATIENCE);
    }

    /** Of a folder in use, by the gateway's own backup: a plain copy of its files may be torn. */
    private Contents peek(Path data) throws IOException, StoreFailed {
        Path copies = Files.createDirectories(folder.resolve("peek"));
        Path restored = copies.resolve("restored");
        Backup.Made made = Backup.make(data, null, copies, "peek", Instant.now(), (doing, done, all) -> {});
        Restore.into(made.folder(), restored, (doing, done, all) -> {});
        Contents contents = Contents.of(restored, copies.resolve("copy"));
        Copies.remove(copies);
        return contents;
    }

    private static void compareForecasts(Contents contents, String station, String file) throws Exception {
        Map<Long, float[]> evaluated = EvaluationForecasts.of(packages(), DATA.resolve(file));
        List<String> different = new ArrayList<>();
        int compared = 0;
        // The first two days lack the history that the evaluation had.
        long from = FROM.plusDays(3).toEpochDay() * 86_400;
        for (Contents.Stored stored : contents.readings().getOrDefault("forecast/" + station + "/oxygen-6h", List.of())) {
            long issued = stored.measured() / SECOND - 6 * 3600;
            float[] wanted = evaluated.get(issued);
            if (issued < from || wanted == null) {
                continue;
            }
            compared++;
            if (Math.abs(wanted[0] - stored.value().asDouble()) > 1e-4) {
                different.add(Instant.ofEpochSecond(issued) + ": " + stored.value().asText() + ", evaluated " + wanted[0]);
            }
        }
        System.out.printf("replay-check: %s: %d forecasts equal those of the evaluation, %d differ%n",
                station, compared - different.size(), different.size());
        assertThat(different).isEmpty();
        // Where windows come faster than the model runs, older ones give way to newer ones: of the 4,400
        // hours 2,400 to 4,300 were forecast, as busy as the machine was.
        assertThat(compared).as("forecasts to compare").isGreaterThan(500);
    }

    private static void printAlarms(Contents contents) {
        for (AlarmEvent event : contents.alarms()) {
            System.out.printf("replay-check: alarm %s %s at %s, value %s%n",
                    event.rule(), event.kind(), event.at(), event.value());
        }
        for (Entry.Gap gap : contents.gaps()) {
            System.out.println("replay-check: gap " + gap);
        }
    }
}
