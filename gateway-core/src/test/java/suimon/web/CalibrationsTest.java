package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.Role;
import suimon.command.CalibrationForm;
import suimon.command.CommandDoor;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.store.LogReader;

/** Calibrations as people enter them, and what readings become by them. */
@Timeout(60)
class CalibrationsTest {
    private static final String PATH = "/api/v1/calibrations";
    private static final Instant NOON = Instant.parse("2026-07-01T03:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void readingsAreConvertedFromThatMomentOnAndTheRawValueIsKeptAcrossARestart() throws Exception {
        long sequence;
        try (Site site = Site.onLoopback(folder)) {
            site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON.minusSeconds(1));
            site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON);
            // Entered long after: it holds for what is stored already.
            sequence = post(site, """
                    {"series": "pen1/do", "from": "2026-07-01T12:00:00+09:00", "references": [[0.1, 0], [8.1, 16]],
                     "note": "0 % と飽和水"}""");

            assertThat(values(site, "")).containsExactly("5.0,5.0,0", "9.8,5.0," + sequence);
            Await.that(() -> site.get("/api/v1/series").body(), body -> body.contains("\"number\":9.8"),
                    "the card shows what the calibration makes of it");
        }
        try (Site again = Site.onLoopback(folder)) {
            assertThat(values(again, "")).containsExactly("5.0,5.0,0", "9.8,5.0," + sequence);
            Await.that(() -> again.get("/api/v1/series").body(), body -> body.contains("\"number\":9.8"),
                    "the card shows it after the restart too");
            assertThat(again.calibrations.of(Site.OXYGEN).apply(5, Site.nanos(NOON) - 1)).isEqualTo(5);
            assertThat(again.calibrations.of(Site.OXYGEN).apply(5, Site.nanos(NOON))).isEqualTo(9.8);
            assertThat(again.get(PATH).body()).contains("\"method\":\"TWO_POINT\"", "\"by\":\"local\"",
                    "{\"raw\":8.1,\"reference\":16.0,", "\"note\":\"0 % と飽和水\"");
        }
    }

    @Test
    void aCorrectionAndAWithdrawalAreEntriesAndNothingIsOverwritten() throws Exception {
        try (Site site = Site.onLoopback(folder); LogReader reader = site.log.reader()) {
            site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON);
            long first = post(site, "{\"series\": \"pen1/do\", \"coefficients\": [1, 1], \"from\": \"" + NOON + "\"}");
            Instant known = site.clock.instant();
            long second = post(site, "{\"coefficients\": \"2 1\", \"corrects\": " + first + "}");
            assertThat(values(site, "")).containsExactly("7.0,5.0," + second);
            assertThat(send(site, "{\"coefficients\": \"3 1\", \"corrects\": \"" + first + "\"}").body())
                    .contains("was replaced");

            long moved = post(site, "{\"from\": \"" + NOON.plusSeconds(60) + "\", \"corrects\": " + second + "}");
            assertThat(values(site, "")).containsExactly("5.0,5.0,0");
            post(site, "{\"corrects\": " + moved + ", \"note\": \"wrong series\"}");
            assertThat(site.get(PATH).body()).isEqualTo("{\"calibrations\":[],\"due\":[]}");

            assertThat(values(site, "&calibrated=" + known)).containsExactly("6.0,5.0," + first);
            assertThat(site.get("/api/v1/calibrations.ndjson").body().lines()).hasSize(5);
            assertThat(site.get("/api/v1/calibrations.csv").body())
                    .contains(first + ",pen1/do,2026-07-01T03:00:00Z,1.0,1.0,0.0,0.0,COEFFICIENTS,mg/L,,")
                    .contains("WITHDRAWN");
            assertThat(reader.newest(List.of(Entry.Audit.class), 9)).hasSize(4);
        }
    }

    @Test
    void driftIsWhatTheOldCalibrationMissesTheNewReferencesByForEachDay() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            post(site, "{\"series\": \"pen1/do\", \"references\": [[0, 0], [10, 10]], \"from\": \""
                    + NOON.minus(Duration.ofDays(30)) + "\"}");
            post(site, "{\"series\": \"pen1/do\", \"references\": [[0.6, 0], [10.6, 10]], \"from\": \"" + NOON + "\"}");

            String body = site.get(PATH + "?series=pen1/do").body();
            Map<String, Double> drift = Map.of("residual", 0.6, "perDay", 0.02, "days", 30.0);
            drift.forEach((name, value) -> assertThat(Double.parseDouble(
                    body.replaceFirst("(?s).*?\"drift\":\\{[^}]*\"" + name + "\":([-0-9.E]+).*", "$1")))
                    .as(name + " in " + body).isCloseTo(value, org.assertj.core.api.Assertions.within(1e-9)));
        }
    }

    @Test
    void aBottleBecomesACalibrationInOneStepBesideTheReadingOfItsTime() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            site.measure(Site.OXYGEN, "6.0", Grade.GOOD, NOON.minusSeconds(120));
            site.measure(Site.OXYGEN, "6.5", Grade.GOOD, NOON.minusSeconds(5));
            long bottle = number(site.post("/api/v1/observations", "{\"kind\": \"bottle\", \"place\": \"pen1/do\","
                    + " \"value\": \"6.85\", \"at\": \"" + NOON + "\"}"));
            post(site, "{\"bottles\": " + bottle + "}");

            assertThat(site.get(PATH).body()).contains("\"method\":\"ONE_POINT\"", "\"from\":\"2026-07-01T03:00:00Z\"",
                    "{\"raw\":6.5,\"reference\":6.85,");
            assertThat(site.calibrations.of(Site.OXYGEN).apply(6.5, Site.nanos(NOON))).isEqualTo(6.85);
        }
    }

    @Test
    void aBentCurveGoesThroughItsReferencesAndWhatMakesNoSenseIsRefused() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            post(site, "{\"series\": \"pen1/do\", \"from\": \"" + NOON + "\", \"degree\": 3,"
                    + " \"references\": [[20000, 2], [21000, 3], [22000, 5], [23000, 9]]}");
            assertThat(site.calibrations.of(Site.OXYGEN).apply(22000, Site.nanos(NOON)))
                    .isCloseTo(5, org.assertj.core.api.Assertions.within(1e-6));

            assertThat(send(site, "{\"series\": \"none\", \"coefficients\": \"0 2\"}").body()).contains("no series none");
            assertThat(send(site, "{\"series\": \"pen1/do\"}").body()).contains("takes coefficients");
            assertThat(send(site, "{\"series\": \"pen1/do\", \"coefficients\": \"1 0\"}").body()).contains("coefficients: ");
            assertThat(send(site, "{\"series\": \"pen1/do\", \"references\": [[1, 2], [1, 3]]}").body())
                    .contains("too few different");
            assertThat(send(site, "{\"series\": \"pen1/do\", \"references\": \":6.8\"}").body()).contains("has no reading");
            assertThat(send(site, "{\"series\": \"pen1/do\", \"references\": \"1:2\", \"unit\": \"Cel\"}").body())
                    .contains("unit: ");
            assertThat(send(site, "{\"series\": \"pen1/do\", \"references\": [[1, 1], [2, 9], [3, 1]], \"degree\": 2}")
                    .body()).contains("up and down");
            assertThat(send(site, "{\"series\": \"pen1/do\", \"coefficients\": \"0 2\","
                    + " \"from\": \"2999-01-01T00:00:00Z\"}").body()).contains("in the future");
            assertThat(site.backstage().door().calibrate(new CommandDoor.Person("team", Role.DATA),
                    new CalibrationForm("pen1/do", "", "0 2", "", "", "", "", "", "")))
                    .isInstanceOf(CommandDoor.Outcome.Refused.class);
        }
    }

    /** Value, raw value and calibration of each row. */
    private static List<String> values(Site site, String more) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(site.uri("/api/v1/dataset.csv.gz?series=pen1/do" + more)).build();
        HttpResponse<byte[]> answer = site.client.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1)
                    .map(row -> row.split(",", -1)).map(row -> row[4] + "," + row[5] + "," + row[11]).toList();
        }
    }

    private static long post(Site site, String json) throws Exception {
        return number(send(site, json));
    }

    private static long number(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Long.parseLong(answer.body().replaceAll("\\D", ""));
    }

    private static HttpResponse<String> send(Site site, String json) throws Exception {
        return site.post(PATH, json);
    }
}
