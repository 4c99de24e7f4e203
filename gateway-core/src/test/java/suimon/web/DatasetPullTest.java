package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.store.Commit;

@Timeout(60)
class DatasetPullTest {
    private static final Instant NOON = Instant.parse("2026-07-01T03:00:00Z");

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
    void aRowHasTimeValueUnitGradeStatusAndSequence() throws Exception {
        long sequence = site.measure(Site.OXYGEN, "5.80", Grade.SUSPECT, NOON);

        List<String> rows = rows(pull("?series=pen1/do"));

        assertThat(rows.getFirst())
                .isEqualTo("sequence,series,time,received_time,value,raw_value,unit,grade,status,time_origin,tests,"
                        + "calibration");
        assertThat(rows.get(1)).matches(
                sequence + ",pen1/do,2026-07-01T03:00:00Z,[0-9T:.Z-]+,5\\.80,5\\.80,mg/L,3,0x00000000,SOURCE,,0");
        assertThat(rows).hasSize(2);
    }

    @Test
    void aCalibratedSeriesGivesBothItsValueAndWhatTheSensorSaid() throws Exception {
        site.log.commit(new Commit(List.of(new Entry.Calibration(
                site.series(Site.OXYGEN).id(), NOON, 0.5, 2, "hamada", "bottle sample")), List.of()));
        site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON.minusSeconds(1));
        site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON);

        List<String> rows = rows(pull("?series=pen1/do"));

        assertThat(rows.get(1)).contains(",5.0,5.0,mg/L,");
        assertThat(rows.get(2)).contains(",10.5,5.0,mg/L,");
    }

    @Test
    void pagesFollowOneAnotherWithoutGapOrOverlapWhileDataGoesOnArriving() throws Exception {
        for (int i = 0; i < 25; i++) {
            site.measure(i % 2 == 0 ? Site.OXYGEN : Site.SALINITY, i + ".0", Grade.GOOD, NOON.plusSeconds(i));
        }
        List<String> seen = new ArrayList<>();
        String next = "?limit=4&series=pen1/do,pen1/salinity";

        for (int page = 0; page < 50 && !next.isEmpty(); page++) {
            HttpResponse<byte[]> answer = pull(next);
            rows(answer).stream().skip(1).map(row -> row.split(",")[4]).forEach(seen::add);
            String link = answer.headers().firstValue("Link").orElse("");
            next = link.isEmpty() ? "" : link.substring(link.indexOf('?'), link.indexOf('>'));
            if (page == 1) {
                site.measure(Site.OXYGEN, "25.0", Grade.GOOD, NOON.minusSeconds(3600));
            }
        }

        List<String> all = new ArrayList<>();
        for (int i = 0; i <= 25; i++) {
            all.add(i + ".0");
        }
        assertThat(seen).containsExactlyElementsOf(all);
    }

    @Test
    void aPullWithoutLimitNamesTheCursorForTheNextDay() throws Exception {
        site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON);
        String cursor = pull("?series=pen1/do").headers().firstValue("Suimon-Next-After").orElseThrow();
        site.measure(Site.OXYGEN, "6.0", Grade.GOOD, NOON.minusSeconds(60));

        List<String> rows = rows(pull("?after=" + cursor));

        assertThat(rows).hasSize(2);
        assertThat(rows.get(1)).contains(",6.0,");
    }

    @Test
    void aRangeOfTimeIncludesItsBeginningAndNotItsEnd() throws Exception {
        for (int i = 0; i < 3; i++) {
            site.measure(Site.OXYGEN, i + ".0", Grade.GOOD, NOON.plusSeconds(i));
        }

        List<String> rows = rows(pull("?from=2026-07-01T12:00:00%2B09:00&to=2026-07-01T03:00:02Z"));

        assertThat(rows).hasSize(3);
        assertThat(rows.get(2)).contains(",1.0,");
    }

    @Test
    void textWithCommasAndQuotesStaysOneField() throws Exception {
        site.note("pump/mode", "auto, \"night\"");

        assertThat(rows(pull("?series=pump/mode")).get(1)).contains(",\"auto, \"\"night\"\"\",");
    }

    @Test
    void aLateGradeComesAsACorrectionOfItsOwn() throws Exception {
        site.measure(Site.OXYGEN, "5.0", Grade.GOOD, NOON);
        long regraded = site.log.commit(new Commit(List.of(new Entry.Regrade(
                site.series(Site.OXYGEN).id(), Site.nanos(NOON), Grade.FAIL, "spike")), List.of()));

        List<String> rows = rows(pull("?series=pen1/do"));

        assertThat(rows.get(2)).startsWith(regraded + ",pen1/do,2026-07-01T03:00:00Z,").contains(",5.0,5.0,mg/L,4,").endsWith(",spike,0");
    }

    @Test
    void theGuideTellsWhatColumnsAndSeriesMean() throws Exception {
        String guide = site.get("/api/v1/dataset.json").body();

        assertThat(guide).contains("\"gradeValues\":[1,2,3,4,9]",
                "\"gradeMeanings\":\"GOOD NOT_EVALUATED SUSPECT FAIL MISSING\"",
                "{\"name\":\"gross_range\",\"mask\":4,\"words\":{\"ja\":",
                "\"name\":\"pen1/do\"", "\"unit\":\"mg/L\",\"udunits\":\"mg/L\"");
    }

    @Test
    void questionsThatMakeNoSenseAreAnsweredWithWhatIsExpected() throws Exception {
        assertThat(site.get("/api/v1/dataset.csv.gz?series=none").body()).contains("there is no series none");
        assertThat(site.get("/api/v1/dataset.csv.gz?from=yesterday").body()).contains("from is 'yesterday', expected");
        assertThat(site.get("/api/v1/dataset.csv.gz?limit=0").statusCode()).isEqualTo(400);
        assertThat(site.get("/api/v1/dataset.csv.gz?after=-1").statusCode()).isEqualTo(400);
        assertThat(site.get("/api/v1/dataset.csv.gz?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<byte[]> pull(String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(site.uri("/api/v1/dataset.csv.gz" + query)).build();
        HttpResponse<byte[]> answer = site.client.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(query).isEqualTo(200);
        return answer;
    }

    private static List<String> rows(HttpResponse<byte[]> answer) throws IOException {
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            return new String(plain.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
