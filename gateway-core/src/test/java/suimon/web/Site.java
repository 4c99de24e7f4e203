package suimon.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.access.CredentialFile;
import suimon.command.CommandDoor;
import suimon.command.RecordingDoor;
import suimon.config.AlarmConfig;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.GatewayConfig;
import suimon.config.SeriesConfig;
import suimon.config.SiteConfig;
import suimon.config.TimeConfig;
import suimon.config.WebConfig;
import suimon.pipeline.Alarms;
import suimon.pipeline.CalibrationDesk;
import suimon.pipeline.CaptureJobs;
import suimon.pipeline.DeviceStatus;
import suimon.pipeline.Outlet;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.ClockStamp;
import suimon.reading.ClockStamp.Trust;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;
import suimon.store.CaptureShelf;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.LogSettings;
import suimon.store.StoreFailed;
import suimon.web.Status.BoxStatus;
import suimon.web.Status.DiskStatus;
import suimon.web.Status.InspectionStatus;
import suimon.web.Status.LaneStatus;
import suimon.web.Status.LinkStatus;
import suimon.web.Status.ModelState;
import suimon.web.Status.ModelStatus;
import suimon.web.Status.SelfTest;
import suimon.web.Status.ReadingsStatus;
import suimon.web.Status.SourceStatus;

/** A small fish farm behind a page: a real log, real alarms, a real server, a person's hand on all. */
final class Site implements AutoCloseable {
    static final String OXYGEN = "pen1/do";
    static final String SALINITY = "pen1/salinity";

    final Clock clock;
    /** How far its own clock can be trusted. */
    Trust trust = Trust.SYNCHRONISED;
    final Log log;
    final CaptureShelf captures;
    final CalibrationDesk calibrations;
    final Alarms alarms;
    final CredentialFile users;
    final WebServer server;
    final HttpClient client = HttpClient.newHttpClient();
    final Instant startedAt;
    final List<LinkStatus> links = new ArrayList<>();
    private final WebServer.Backstage backstage;
    private final Map<String, Series> series = new HashMap<>();

    Site(Path folder, Clock clock, String address) throws StoreFailed, IOException {
        this.clock = clock;
        startedAt = clock.instant();
        GatewayConfig config = config();
        log = Log.open(
                new LogSettings(folder.resolve("data"), 64_000_000, DataConfig.Durability.FULL), System::nanoTime);
        captures = CaptureShelf.open(log, folder.resolve("data"), new CaptureShelf.Limits(16_000_000, null));
        config.series().forEach((name, each) -> series.put(name, log.define(
                name, each.title() == null ? Words.same(name) : each.title(), each.unit().code(), 1_000_000_000L)));
        calibrations = new CalibrationDesk(config.series());
        calibrations.read(log);
        alarms = new Alarms(
                config.alarms(), this::series, log.kept(Alarms.OWNER), Duration.ofMinutes(10), System::nanoTime);
        users = new CredentialFile(folder.resolve("users"));
        CommandDoor door = new CommandDoor(log, alarms, clock, calibrations);
        CaptureJobs recordings = new CaptureJobs(log, captures, clock);
        recordings.wire(List.of(new Deaf()));
        backstage = new WebServer.Backstage(config, log, this::status, door, users,
                clock, System::nanoTime, captures, Site::devices, new RecordingDoor(door, recordings));
        server = WebServer.start(new WebSettings(address, 0, folder.resolve("web")), backstage);
    }

    /** Hands commands out to nobody. */
    private record Deaf() implements Outlet {
        @Override
        public boolean isWanted(Section section) {
            return false;
        }

        @Override
        public boolean publish(List<Message> messages) {
            return true;
        }

        @Override
        public boolean publish(String topic, byte[] payload, boolean retained) {
            return true;
        }
    }

    WebServer.Backstage backstage() {
        return backstage;
    }

    static Site onLoopback(Path folder) throws StoreFailed, IOException {
        return new Site(folder, Clock.systemUTC(), "127.0.0.1");
    }

    Series series(String name) {
        Series found = series.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no series " + name);
        }
        return found;
    }

    /** Commits a value, with its alarms, as ingest would; returns the sequence. */
    long measure(String name, String value, Grade grade, Instant at) throws InterruptedException {
        java.math.BigDecimal decimal = new java.math.BigDecimal(value);
        Readings readings = new Readings.Builder(1)
                .add(series(name).id(), nanos(at), nanos(clock.instant()),
                        new Value.Decimal(decimal.unscaledValue().longValue(), decimal.scale()), grade, 0,
                        TimeOrigin.SOURCE)
                .build();
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry.Batch(readings, new ClockStamp("boot", 0, nanos(clock.instant()), trust)));
        synchronized (alarms) {
            alarms.observe(series(name).id(), decimal.doubleValue(), grade, nanos(at), nanos(clock.instant()));
            Alarms.Outcome changed = alarms.drain();
            entries.addAll(changed.entries());
            return log.commit(new Commit(entries, changed.changes()));
        }
    }

    /** Commits a suspect value with the tests that it did not pass. */
    void suspect(String name, String value, Instant at, QualityTest... tests) throws InterruptedException {
        java.math.BigDecimal decimal = new java.math.BigDecimal(value);
        int set = 0;
        for (QualityTest test : tests) {
            set |= test.bit();
        }
        Readings readings = new Readings.Builder(1)
                .add(series(name).id(), nanos(at), nanos(clock.instant()),
                        new Value.Decimal(decimal.unscaledValue().longValue(), decimal.scale()), Grade.SUSPECT, 0,
                        TimeOrigin.SOURCE)
                .because(set).build();
        log.commit(new Commit(List.of(new Entry.Batch(
                readings, new ClockStamp("boot", 0, nanos(clock.instant()), Trust.SYNCHRONISED))), List.of()));
    }

    /** Commits a text, such as a pump's mode. */
    void note(String name, String text) throws InterruptedException {
        Series about = log.define(name, Words.same(name), "", 0);
        long now = nanos(clock.instant());
        Readings readings = new Readings.Builder(1)
                .add(about.id(), now, now, new Value.Text(text), Grade.GOOD, 0, TimeOrigin.SOURCE).build();
        log.commit(new Commit(
                List.of(new Entry.Batch(readings, new ClockStamp("boot", 0, now, Trust.SYNCHRONISED))), List.of()));
    }

    void forecast(Instant issuedAt, double... hourly) throws InterruptedException {
        List<Entry> entries = new ArrayList<>();
        for (int hour = 1; hour <= hourly.length; hour++) {
            Instant validAt = issuedAt.plus(Duration.ofHours(hour));
            entries.add(new Entry.Inference("pen1-hypoxia", "hypoxia 1.0.0", "00", issuedAt,
                    List.of(new Entry.Output("pen1/hypoxia/do", validAt, hourly[hour - 1]))));
        }
        log.commit(new Commit(entries, List.of()));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    /** Posts JSON as the page would, with its own Origin. */
    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return client.send(change(path, json).header("Origin", origin()).build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder change(String path, String json) {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    String origin() {
        String text = server.address().toString();
        return text.substring(0, text.length() - 1);
    }

    URI uri(String path) {
        return server.address().resolve(path);
    }

    @Override
    public void close() {
        server.close();
        log.close();
        client.close();
    }

    static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    private static List<WebServer.DevicesOf> devices() {
        return List.of(new WebServer.DevicesOf("listener", List.of(new DeviceStatus("logger-1",
                new Words("1号いけすのロガー", "Logger of pen 1"), 0, false, null, 60L, 180L, true, false, false))));
    }

    private Status status() {
        ModelStatus model = new ModelStatus("pen1-hypoxia", new Words("低酸素の予測(1号いけす)", "Hypoxia forecast (pen 1)"),
                "hypoxia", "1.0.0", ModelState.ACTIVE, null, startedAt, startedAt, new SelfTest(true, startedAt),
                new Words("6時間先の誤差 0.62 mg/L。「今のまま続く」と見た場合は 0.85 mg/L。",
                        "Error at 6 h: 0.62 mg/L. Assuming no change: 0.85 mg/L."),
                Map.of("pen1/hypoxia/do", OXYGEN));
        SourceStatus source = new SourceStatus(
                "listener", "mqtt-listener", "listening on 127.0.0.1:1883, 4 devices", true, startedAt, 12, 11, 1, 0,
                Map.of("items_remade", 3L));
        return new Status(links, List.of(model), List.of(source), new BoxStatus("0.1.0", startedAt, true,
                new DiskStatus(1_370_000, 64_000_000, 21_000_000_000L), log.newest(), List.of(),
                InspectionStatus.NONE, new ReadingsStatus(1000, 640, 200, 0, 150, 10)));
    }

    /** The link to the hub as it is while nothing gets through. */
    static LinkStatus brokenLink(Instant now) {
        Instant lastConfirmed = now.minus(Duration.ofHours(4));
        return new LinkStatus("region-hub", "mqtt", false, "no answer; next try in 40 s", lastConfirmed, List.of(
                new LaneStatus("P0", 44, 41, 3, 0, 0, 0, lastConfirmed, lastConfirmed),
                new LaneStatus("P1", 399, 388, 11, 0, 0, 0, lastConfirmed, lastConfirmed),
                new LaneStatus("P2", 2210, 2114, 96, 0, 0, 0, lastConfirmed, lastConfirmed),
                new LaneStatus("P3", 191_357, 190_233, 1124, 0, 0, 0, lastConfirmed, lastConfirmed)));
    }

    private static GatewayConfig config() {
        AlarmConfig low = new AlarmConfig("do-low", OXYGEN, Severity.ALERT,
                new Words("1号いけす 5m の溶存酸素が 4.0 mg/L を下回っています", "Pen 1, 5 m: dissolved oxygen is below 4.0 mg/L"),
                new Words("餌を止める。酸素ポンプを動かし、30分後にもう一度見る。",
                        "Stop feeding. Start the oxygen pump and look again in 30 minutes."),
                null, 4.0, null, null, 0.2, Duration.ZERO, Duration.ZERO, false);
        Map<String, SeriesConfig> series = new java.util.LinkedHashMap<>();
        series.put(OXYGEN, series("1号いけす 溶存酸素 5m", "Pen 1 dissolved oxygen 5 m", "mg/L", 3));
        series.put("pen1/temp", series("1号いけす 水温", "Pen 1 water temperature", "Cel", 600));
        series.put(SALINITY, series("1号いけす 塩分", "Pen 1 salinity", "1", 600));
        return new GatewayConfig(
                new SiteConfig("ainan-3", new Words("愛南 第三漁場", "Ainan fishing ground 3"), ZoneId.of("Asia/Tokyo")),
                new DataConfig(Path.of("unused"), new DataSize(64_000_000), Duration.ofSeconds(1),
                        new DataSize(1_000_000_000), Duration.ofMinutes(10), DataConfig.Durability.FULL),
                new WebConfig("127.0.0.1", 0), List.of(), series, List.of(low), List.of(), List.of(),
                List.of(), List.of(), TimeConfig.USUAL);
    }

    private static SeriesConfig series(String ja, String en, String unit, int staleAfterSeconds) {
        return new SeriesConfig(new Words(ja, en), new suimon.reading.Unit(unit), Duration.ofSeconds(1),
                Duration.ofSeconds(staleAfterSeconds), null, null, null, true);
    }
}
