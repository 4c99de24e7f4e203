package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.sse.Event;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import suimon.store.StoreFailed;

/** Everything the API tells and nothing it changes; docs/api.md lists the resources. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Reads {
    private static final int HOURS_MAX = 24 * 366;

    private final LiveBoard board;
    private final LiveFeed feed;
    private final Charts charts;
    private final WebServer.Backstage backstage;
    private final ReadingList readings;

    Reads(LiveBoard board, LiveFeed feed, Charts charts, WebServer.Backstage backstage) {
        this.board = board;
        this.feed = feed;
        this.charts = charts;
        this.backstage = backstage;
        this.readings = new ReadingList(backstage.log(), backstage.config().series());
    }

    @Get("/overview")
    HttpResponse<String> overview() {
        return json(board.overview(status()));
    }

    @Get("/series")
    HttpResponse<String> series() {
        return json(board.series());
    }

    @Get("/alarms")
    HttpResponse<String> alarms() {
        return json(board.alarms());
    }

    @Get("/links")
    HttpResponse<String> links() {
        return json(status().links());
    }

    @Get("/models")
    HttpResponse<String> models() {
        return json(status().models());
    }

    @Get("/sources")
    HttpResponse<String> sources() {
        return json(status().sources());
    }

    @Get("/devices")
    HttpResponse<String> devices() {
        return json(backstage.devices().get());
    }

    @Get("/gateway")
    HttpResponse<String> gateway() {
        return json(status().gateway());
    }

    @Get("/chart")
    HttpResponse<?> chart(@QueryValue String series, @QueryValue(defaultValue = "48") int hours)
            throws StoreFailed {
        if (hours < 1 || hours > HOURS_MAX) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "hours is " + hours + ", expected 1 to " + HOURS_MAX);
        }
        Present.Chart chart = charts.of(series, hours, status());
        return chart == null
                ? Guard.refuse(HttpStatus.NOT_FOUND, "there is no series " + series) : json(chart);
    }

    /** One series' readings with the reasons of their grades. */
    @Get("/readings")
    HttpResponse<?> readings(
            @QueryValue String series, @Nullable @QueryValue String from, @Nullable @QueryValue String to,
            @QueryValue(defaultValue = "false") boolean bad, @QueryValue(defaultValue = "1000") int limit)
            throws StoreFailed {
        return readings.answer(series, from, to, bad, limit);
    }

    /** When a series was suspect or failed, and why. */
    @Get("/spells")
    HttpResponse<?> spells(
            @QueryValue String series, @Nullable @QueryValue String from, @Nullable @QueryValue String to)
            throws StoreFailed {
        Present.SpellsNow found;
        try {
            found = readings.spells(series, Datasets.time("from", from, Datasets.EARLIEST),
                    Datasets.time("to", to, Datasets.LATEST));
        } catch (IllegalArgumentException wrong) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        return found == null ? Guard.refuse(HttpStatus.NOT_FOUND, "there is no series " + series) : json(found);
    }

    /** The live stream; a page that comes back says what it has seen. */
    @Get("/events")
    @Produces(MediaType.TEXT_EVENT_STREAM)
    HttpResponse<?> events(
            @Nullable @Header("Last-Event-ID") String lastEventId, @Nullable @QueryValue String after) {
        Publisher<Event<String>> stream = feed.open(lastEventId != null ? lastEventId : after);
        if (stream == null) {
            return Guard.refuse(HttpStatus.SERVICE_UNAVAILABLE, "too many pages are open; try again later")
                    .header("Retry-After", "10");
        }
        return HttpResponse.ok(stream).contentType(MediaType.TEXT_EVENT_STREAM_TYPE);
    }

    private Status status() {
        return backstage.status().get();
    }

    static HttpResponse<String> json(Object value) {
        return HttpResponse.ok(Json.of(value)).contentType(MediaType.APPLICATION_JSON_TYPE);
    }
}
