package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.stream.Collectors;
import suimon.dataset.ObservationManifest;
import suimon.store.LogReader;
import suimon.store.ObservationBook;
import suimon.store.StoreFailed;

/** What people saw: what counts now, and everything that was ever said. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Observations {
    private static final int LIMIT_MAX = 1000;

    private final WebServer.Backstage backstage;

    Observations(WebServer.Backstage backstage) {
        this.backstage = backstage;
    }

    @Get("/observations")
    HttpResponse<?> current(@QueryValue(defaultValue = "100") int limit) throws StoreFailed {
        if (limit < 1 || limit > LIMIT_MAX) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "limit is " + limit + ", expected 1 to " + LIMIT_MAX);
        }
        try (LogReader reader = backstage.log().reader()) {
            return HttpResponse.ok("{\"observations\":[" + ObservationBook.read(reader).stream()
                            .filter(ObservationBook.Line::isCurrent).limit(limit).map(ObservationManifest::line)
                            .collect(Collectors.joining(",")) + "]}")
                    .contentType(MediaType.APPLICATION_JSON_TYPE);
        }
    }

    /** All entries, replaced and withdrawn ones too, the newest first. */
    @Get("/observations.ndjson")
    HttpResponse<?> export() throws StoreFailed {
        try (LogReader reader = backstage.log().reader()) {
            return HttpResponse.ok(ObservationBook.read(reader).stream()
                            .map(line -> ObservationManifest.line(line) + "\n").collect(Collectors.joining()))
                    .contentType("application/x-ndjson; charset=utf-8");
        }
    }
}
