package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.Role;
import suimon.command.CommandDoor;
import suimon.command.Observed;
import suimon.reading.Entry;
import suimon.store.LogReader;

class ObservationsTest {
    private static final String PATH = "/api/v1/observations";

    @TempDir
    Path folder;

    @Test
    void whatPeopleSawIsListedCorrectedAndWithdrawnAndNothingOfItIsForgotten() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            long leak = post(site, """
                    {"kind": "leak", "place": "main/hydrant-12", "value": "2.1", "note": "掘って確認"}""");
            long cells = post(site, """
                    {"kind": "cells", "place": "pen1", "species": "Karenia mikimotoi", "value": "120"}""");
            assertThat(site.get(PATH).body()).contains("\"kind\":\"leak\"", "\"value\":\"2.1\"", "\"unit\":\"m\"",
                    "\"species\":\"Karenia mikimotoi\"", "\"unit\":\"{cells}/mL\"", "\"by\":\"local\"");

            long corrected = post(site, "{\"kind\": \"cells\", \"place\": \"pen1\", \"species\": \"Karenia mikimotoi\","
                    + " \"value\": \"1200\", \"corrects\": \"" + cells + "\"}");
            assertThat(site.get(PATH).body()).contains("\"value\":\"1200\"").doesNotContain("\"value\":\"120\"");
            assertThat(site.get("/api/v1/observations.ndjson").body())
                    .contains("\"value\":\"120\"", "\"replacedBy\":" + corrected);
            assertThat(send(site, "{\"kind\": \"cells\", \"corrects\": \"" + cells + "\"}").statusCode()).isEqualTo(409);

            post(site, "{\"kind\": \"cells\", \"place\": \"pen2\", \"species\": \"Karenia mikimotoi\", \"value\": \"1200\","
                    + " \"corrects\": \"" + corrected + "\"}");
            assertThat(site.get(PATH).body()).contains("\"place\":\"pen2\"").doesNotContain("\"place\":\"pen1\"");

            post(site, "{\"kind\": \"leak\", \"corrects\": \"" + leak + "\"}");
            assertThat(site.get(PATH).body()).doesNotContain("leak");
            try (LogReader reader = site.log.reader()) {
                assertThat(reader.newest(List.of(Entry.Audit.class), 9)).hasSize(5);
            }
        }
    }

    @Test
    void aBottleTakesTheUnitOfItsSeriesAndWhatIsWrongIsRefusedWithItsReason() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            post(site, "{\"kind\": \"bottle\", \"place\": \"" + Site.OXYGEN + "\", \"value\": \"6.85\","
                    + " \"at\": \"2026-07-01T09:00:00+09:00\"}");
            assertThat(site.get(PATH).body()).contains("\"unit\":\"mg/L\"", "\"at\":\"2026-07-01T00:00:00Z\"");

            assertThat(send(site, "{\"kind\": \"bottle\", \"place\": \"nowhere\", \"value\": \"1\"}").body())
                    .contains("there is no series nowhere");
            assertThat(send(site, "{\"kind\": \"leak\", \"place\": \"a\", \"value\": \"-1\"}").body())
                    .contains("expected 0 or more");
            assertThat(send(site, "{\"kind\": \"leak\", \"place\": \"a\", \"value\": \"1e999999999\"}").body())
                    .contains("value: ");
            assertThat(send(site, "{\"kind\": \"leak\", \"place\": \"a\", \"value\": \"1\", \"at\": \"2999-01-01T00:00:00Z\"}")
                    .body()).contains("in the future");
            assertThat(send(site, "{\"kind\": \"song\", \"place\": \"a\", \"value\": \"1\"}").body()).contains("kind: ");
            assertThat(send(site, "{\"kind\": \"note\", \"place\": \"\"}").body()).contains("note: ");
        }
    }

    @Test
    void whoOnlyReadsMayNotAndThatIsInTheAudit() throws Exception {
        try (Site site = Site.onLoopback(folder); LogReader reader = site.log.reader()) {
            CommandDoor.Outcome outcome = site.backstage().door().observe(
                    new CommandDoor.Person("team", Role.DATA), new Observed("leak", "a", "", "1", "", "", 0));

            assertThat(outcome).isInstanceOf(CommandDoor.Outcome.Refused.class);
            assertThat(reader.newest(List.of(Entry.Observation.class), 9)).isEmpty();
            assertThat(reader.newest(List.of(Entry.Audit.class), 9)).hasSize(1);
        }
    }

    /** The sequence under which it is listed. */
    private static long post(Site site, String json) throws Exception {
        HttpResponse<String> answer = send(site, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Long.parseLong(answer.body().replaceAll("\\D", ""));
    }

    private static HttpResponse<String> send(Site site, String json) throws Exception {
        return site.post(PATH, json);
    }
}
