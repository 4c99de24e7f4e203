package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.QualityTest;
import suimon.store.Commit;
import suimon.store.LogReader;
import suimon.store.Sequenced;

class ApiTest {
    @TempDir
    private Path folder;

    private Site site;

    @BeforeEach
    void open() throws Exception {
        site = Site.onLoopback(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aConfiguredSeriesIsShownBeforeAnythingArrives() throws Exception {
        String series = site.get("/api/v1/series").body();

        assertThat(series).contains("\"name\":\"pen1/do\"", "\"value\":null", "\"staleAfterSeconds\":3");
    }

    @Test
    void theDevicesBehindASourceAreToldWithWhatIsWrong() throws Exception {
        String devices = site.get("/api/v1/devices").body();

        assertThat(devices).isEqualTo("[{\"source\":\"listener\",\"devices\":[{\"name\":\"logger-1\",\"title\":"
                + "{\"ja\":\"1号いけすのロガー\",\"en\":\"Logger of pen 1\"},\"connections\":0,\"goodbye\":false,"
                + "\"lastHeardAt\":null,\"expectedEverySeconds\":60,\"silentAfterSeconds\":180,\"silent\":true,"
                + "\"held\":false,\"denied\":false}]}]");
    }

    @Test
    void aValueIsToldAsItCameWithUnitTimeAndGrade() throws Exception {
        Instant measured = Instant.parse("2026-07-01T02:03:04.5Z");
        long sequence = site.measure(Site.SALINITY, "32.080", Grade.SUSPECT, measured);

        String series = awaitBody("/api/v1/series", "\"sequence\":" + sequence);

        assertThat(series).contains("\"value\":\"32.080\",\"number\":32.08,\"measuredAt\":\"2026-07-01T02:03:04.500Z\"")
                .contains("\"grade\":\"SUSPECT\"", "\"unit\":\"1\"");
    }

    @Test
    void whyAValueIsSuspectIsToldWithItAndForEachReading() throws Exception {
        Instant noon = Instant.parse("2026-07-01T03:00:00Z");
        site.measure(Site.OXYGEN, "5.81", Grade.GOOD, noon);
        site.suspect(Site.OXYGEN, "9.5", noon.plusSeconds(60), QualityTest.SPIKE, QualityTest.RATE_OF_CHANGE);
        site.suspect(Site.OXYGEN, "9.6", noon.plusSeconds(120), QualityTest.SPIKE, QualityTest.RATE_OF_CHANGE);

        Await.that(() -> site.get("/api/v1/series").body(), body -> body.contains("\"value\":\"9.6\""), "it is shown");
        String newest = site.get("/api/v1/series").body();
        String bad = site.get("/api/v1/readings?series=pen1/do&bad=true&limit=1").body();
        String all = site.get("/api/v1/readings?series=pen1/do").body();
        String spells = site.get("/api/v1/spells?series=pen1/do").body();

        site.log.commit(new Commit(List.of(new Entry.Calibration(
                site.series(Site.OXYGEN).id(), noon.plusSeconds(120), 0.5, 2, "hamada", "bottle sample")), List.of()));
        String calibrated = site.get("/api/v1/readings?series=pen1/do").body();

        assertThat(calibrated).contains("\"value\":\"9.5\"", "\"value\":\"19.7\"");
        assertThat(newest).contains("\"reasons\":[{\"test\":\"spike\",\"words\":{\"ja\":\"前後から飛び離れた値\"");
        assertThat(bad).contains("\"value\":\"9.5\"", "\"grade\":\"SUSPECT\"", "\"test\":\"rate_of_change\"",
                "\"nextFrom\":\"2026-07-01T03:02:00Z\"").doesNotContain("5.81");
        assertThat(all).contains("\"value\":\"5.81\"", "\"reasons\":[]", "\"nextFrom\":null");
        assertThat(spells).contains("\"from\":\"2026-07-01T03:01:00Z\",\"to\":\"2026-07-01T03:02:00Z\",\"count\":2");
        assertThat(site.get("/api/v1/readings?series=none").statusCode()).isEqualTo(404);
        assertThat(site.get("/api/v1/spells?series=pen1/do&from=soon").body()).contains("from is 'soon', expected");
    }

    @Test
    void anOlderValueThatArrivesLaterDoesNotReplaceTheNewest() throws Exception {
        Instant now = Instant.now();
        site.measure(Site.SALINITY, "32.1", Grade.GOOD, now);
        site.measure(Site.SALINITY, "31.9", Grade.GOOD, now.minusSeconds(60));
        site.measure("pen1/temp", "24.0", Grade.GOOD, now);

        String series = awaitBody("/api/v1/series", "\"value\":\"24.0\"");

        assertThat(series).contains("\"value\":\"32.1\"").doesNotContain("31.9");
    }

    @Test
    void aSensorWhoseClockWasAheadDoesNotFreezeItsCard() throws Exception {
        site.measure(Site.SALINITY, "1.0", Grade.GOOD, Instant.now().plus(Duration.ofDays(400)));
        site.measure(Site.SALINITY, "32.2", Grade.GOOD, Instant.now().plusSeconds(1));

        String series = awaitBody("/api/v1/series", "32.2");

        assertThat(series).doesNotContain("\"value\":\"1.0\"");
    }

    @Test
    void anAlarmIsAcknowledgedOnceAndTheReceiptIsOnDisk() throws Exception {
        site.measure(Site.OXYGEN, "3.8", Grade.GOOD, Instant.now());
        String occurrence = occurrence(awaitBody("/api/v1/alarms", "do-low"));

        HttpResponse<String> first = site.post("/api/v1/alarms/acknowledge", "{\"occurrence\":\"" + occurrence + "\"}");
        HttpResponse<String> second = site.post("/api/v1/alarms/acknowledge", "{\"occurrence\":\"" + occurrence + "\"}");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(awaitBody("/api/v1/alarms", "\"acknowledged\":true")).contains("\"acknowledgedBy\":\"local\"");
        assertThat(audits()).anySatisfy(audit -> {
            assertThat(audit.by()).isEqualTo("local");
            assertThat(audit.action()).isEqualTo("acknowledge");
        });
    }

    @Test
    void aVerdictIsStoredAsALabelAndShown() throws Exception {
        site.measure(Site.OXYGEN, "3.8", Grade.GOOD, Instant.now());
        String occurrence = occurrence(awaitBody("/api/v1/alarms", "do-low"));

        HttpResponse<String> answer = site.post(
                "/api/v1/labels", "{\"alarm\":\"" + occurrence + "\",\"verdict\":\"FALSE\",\"note\":\"泡でした\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(awaitBody("/api/v1/alarms", "\"verdict\":\"FALSE\"")).contains("\"by\":\"local\"");
        try (LogReader reader = site.log.reader()) {
            assertThat(reader.newest(List.of(Entry.Label.class), 5)).extracting(Sequenced::entry)
                    .singleElement().isInstanceOfSatisfying(Entry.Label.class,
                            label -> assertThat(label.note()).isEqualTo("泡でした"));
        }
    }

    @Test
    void aChangeWithoutOurOwnOriginIsRefused() throws Exception {
        HttpRequest.Builder change = site.change("/api/v1/labels", "{\"alarm\":\"a\",\"verdict\":\"TRUE\"}");

        assertThat(send(change.copy()).statusCode()).isEqualTo(403);
        assertThat(send(change.copy().header("Origin", "http://evil.example")).statusCode()).isEqualTo(403);
        assertThat(send(change.copy().header("Origin", "null")).statusCode()).isEqualTo(403);
        assertThat(send(change.copy().header("Origin", site.origin())).statusCode()).isEqualTo(200);
    }

    @Test
    void aForeignNameThatPointsToThisMachineReadsNothing() throws Exception {
        // java.net.http sets Host itself, so the request is written by hand.
        String answer = RawHttp.send(site.server.address(), "GET /api/v1/series HTTP/1.1\r\n"
                + "Host: evil.example:" + site.server.address().getPort() + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("pen1/do");
    }

    @Test
    void badRequestsAreRefusedInOneShape() throws Exception {
        assertThat(site.get("/api/v1/nothing").body()).startsWith("{\"message\":");
        assertThat(site.get("/api/v1/chart").statusCode()).isEqualTo(400);
        assertThat(site.get("/api/v1/chart?series=none").statusCode()).isEqualTo(404);
        assertThat(site.get("/api/v1/chart?series=pen1/do&hours=0").statusCode()).isEqualTo(400);
        assertThat(site.post("/api/v1/labels", "not json").statusCode()).isEqualTo(400);
        assertThat(site.post("/api/v1/labels", "{\"alarm\":{}}").statusCode()).isEqualTo(400);
        assertThat(site.post("/api/v1/labels", "{\"alarm\":\"a\",\"verdict\":\"MAYBE\"}").body()).contains("TRUE, FALSE");
        assertThat(site.post("/api/v1/labels", "{\"alarm\":\"" + "x".repeat(100_000) + "\"}").statusCode()).isEqualTo(413);
    }

    @Test
    void everyAnswerKeepsForeignScriptsAndFramesOut() throws Exception {
        HttpResponse<String> page = site.get("/");

        assertThat(page.headers().firstValue("Content-Security-Policy")).get().asString()
                .contains("default-src 'self'", "frame-ancestors 'none'");
        assertThat(page.body()).doesNotContain("http://", "https://", "style=", "onclick=");
    }

    @Test
    void healthTellsProgressAndALostLinkIsDegradedNotDead() throws Exception {
        site.links.add(Site.brokenLink(Instant.now()));

        HttpResponse<String> health = site.get("/health");

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).startsWith("{\"state\":\"degraded\"")
                .contains("\"kind\":\"source\",\"name\":\"listener\",\"healthy\":true")
                .contains("\"kind\":\"link\",\"name\":\"region-hub\",\"healthy\":false")
                .contains("\"kind\":\"file\",\"name\":\"log.db\",\"healthy\":true,"
                        + "\"state\":\"not inspected since the start\",\"lastProgressAt\":null");
    }

    @Test
    void metricsAreWellFormedPrometheusText() throws Exception {
        site.links.add(Site.brokenLink(Instant.now()));

        String metrics = site.get("/metrics").body();

        assertThat(metrics.lines()).allMatch(line -> line.matches(
                "# (HELP|TYPE) suimon_[a-z_]+ .+|suimon_[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? -?\\d+"));
        assertThat(metrics).contains("suimon_lane_entries{destination=\"region-hub\",lane=\"P3\",what=\"pending\"} 1124")
                .contains("suimon_readings_in_log 640\n", "suimon_readings_total{what=\"removed\"} 200\n",
                        "suimon_readings_total{what=\"thinned\"} 150\n");
    }

    @Test
    void whatBecameOfReadingsIsToldApart() throws Exception {
        assertThat(site.get("/api/v1/gateway").body()).contains("\"readings\":{\"stored\":1000,"
                + "\"inLog\":640,\"removed\":200,\"expired\":0,\"thinned\":150,\"lost\":10}");
    }

    @Test
    void aTakenPortGivesTheNextFreeOne() throws Exception {
        int taken = site.server.address().getPort();
        WebSettings same = new WebSettings("127.0.0.1", taken, folder.resolve("other"));

        try (WebServer second = WebServer.start(same, site.backstage())) {
            assertThat(second.address().getPort()).isBetween(taken + 1, taken + WebSettings.PORTS_MAX);
            assertThat(site.get(second.address() + "health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPageThatStartsAgainShowsWhatWasThereBeforeHoweverLongAgo() throws Exception {
        site.measure(Site.SALINITY, "32.1", Grade.GOOD, Instant.now().minusSeconds(7200));
        site.measure(Site.OXYGEN, "3.8", Grade.GOOD, Instant.now());
        for (int i = 0; i < LiveFeed.BATCHES_REBUILT_MAX; i++) {
            site.measure("pen1/temp", "24." + i, Grade.GOOD, Instant.now());
        }

        try (WebServer again = WebServer.start(
                new WebSettings("127.0.0.1", 0, folder.resolve("other")), site.backstage())) {
            assertThat(site.get(again.address() + "api/v1/series").body()).contains("\"value\":\"32.1\"");
            assertThat(site.get(again.address() + "api/v1/alarms").body()).contains("\"rule\":\"do-low\"");
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return site.client.send(request.build(), BodyHandlers.ofString());
    }

    private String awaitBody(String path, String words) throws Exception {
        return Await.that(() -> site.get(path).body(), body -> body.contains(words), path + " says " + words);
    }

    private List<Entry.Audit> audits() throws Exception {
        try (LogReader reader = site.log.reader()) {
            return reader.newest(List.of(Entry.Audit.class), 10).stream()
                    .map(Sequenced::entry).map(Entry.Audit.class::cast).toList();
        }
    }

    static String occurrence(String alarms) {
        String key = "\"occurrence\":\"";
        int start = alarms.indexOf(key) + key.length();
        return alarms.substring(start, alarms.indexOf('"', start));
    }

}
