package suimon.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.access.Role;
import suimon.command.CommandDoor.Person;
import suimon.command.RecordingDoor;
import suimon.reading.Entry;
import suimon.store.LogReader;

class RecordingsTest {
    private static final String PATH = "/api/v1/capture-jobs";

    @TempDir
    Path folder;

    @Test
    void aRecordingIsPlannedListedAndTakenBack() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            Instant start = Instant.ofEpochSecond(site.clock.instant().getEpochSecond() + 3600);

            HttpResponse<String> planned = post(site, "", "{\"sensors\": \"main/h1, main/h2\", \"start\": \"" + start
                    + "\", \"seconds\": \"60\"}");

            assertThat(planned.statusCode()).as(planned.body()).isEqualTo(200);
            String job = planned.body().replaceAll(".*\"job\":\"([^\"]+)\".*", "$1");
            assertThat(site.get(PATH).body()).contains("\"job\":\"" + job + "\"", "\"state\":\"PLANNED\"",
                    "\"startAt\":\"" + start + "\"", "\"endAt\":\"" + start.plusSeconds(60) + "\"", "\"received\":0,\"of\":2",
                    "\"worstPairSyncErrorNanos\":null", "\"sensor\":\"main/h2\",\"blocks\":0", "\"by\":\"local\"");
            assertThat(post(site, "/cancel", "{\"job\": \"" + job + "\"}").statusCode()).isEqualTo(200);
            assertThat(post(site, "/cancel", "{\"job\": \"" + job + "\"}").statusCode()).isEqualTo(409);
            assertThat(site.get(PATH).body()).contains("\"state\":\"CANCELLED\"");
        }
    }

    @Test
    void whatCannotBePlannedIsRefusedWithItsReason() throws Exception {
        try (Site site = Site.onLoopback(folder)) {
            assertThat(post(site, "", "{\"sensors\": \"a\", \"start\": \"tonight\", \"seconds\": \"60\"}").body())
                    .contains("expected a time such as");
            assertThat(post(site, "", "{\"sensors\": \"a\", \"start\": \"2999-01-01T00:00:00Z\", \"seconds\": \"x\"}").body())
                    .contains("expected a whole number");
            HttpResponse<String> past = post(site, "",
                    "{\"sensors\": \"a\", \"start\": \"1999-01-01T00:00:00Z\", \"seconds\": \"60\"}");
            assertThat(past.statusCode()).isEqualTo(409);
            assertThat(past.body()).contains("expected a time from now");
            assertThat(site.get(PATH).body()).isEqualTo("{\"jobs\":[]}");
        }
    }

    @Test
    void whoOnlyReadsMayNotAndThatIsInTheAudit() throws Exception {
        try (Site site = Site.onLoopback(folder); LogReader reader = site.log.reader()) {
            RecordingDoor door = Objects.requireNonNull(site.backstage().recordings());

            assertThat(door.plan(new Person("team", Role.DATA), List.of("a"), site.clock.instant().plusSeconds(99), 1))
                    .isInstanceOf(RecordingDoor.Planned.Refused.class);

            assertThat(door.jobs()).isEmpty();
            assertThat(reader.newest(List.of(Entry.Audit.class), 9)).hasSize(1);
        }
    }

    private static HttpResponse<String> post(Site site, String below, String json) throws Exception {
        return site.post(PATH + below, json);
    }
}
