package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import suimon.dataset.Dataset;
import suimon.hub.GatewayStatus;
import suimon.reading.AlarmEvent;
import suimon.reading.Series;
import suimon.reading.Words;
import suimon.store.Books;
import suimon.store.Log;
import suimon.store.StoreFailed;

/** What a hub tells of its gateways; docs/api.md lists the resources. */
@Controller("/api/v1/gateways")
@Requires(bean = HubServer.Backstage.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class HubReads {
    private final HubServer.Backstage backstage;
    private final Semaphore pulls = new Semaphore(Datasets.PULLS_MAX);

    HubReads(HubServer.Backstage backstage) {
        this.backstage = backstage;
    }

    /**
     * One gateway.
     *
     * @param lastHeardAt null when it was not heard since the hub's start
     * @param behind entries that each lane had not sent at the last heartbeat; P0 first
     */
    record GatewayNow(String gateway, @Nullable Instant lastHeardAt, @Nullable Instant heartbeatAt, List<Long> behind,
            List<LaneNow> lanes, BooksNow readings, List<AlarmNow> alarms, boolean revoked, boolean twin) {}

    /** The highest frame of a lane that is confirmed, in the newest epoch. */
    record LaneNow(String lane, long confirmed) {}

    /** Readings that came and what became of them. */
    record BooksNow(long decoded, long stored, long repeated, long removed, boolean balanced) {}

    /** An alarm of the gateway's that somebody must still see. */
    record AlarmNow(String occurrence, String series, AlarmEvent.Severity severity, Instant at, Words message,
            Words action, boolean active, boolean acknowledged) {}

    /** Everything about all gateways. */
    record GatewaysNow(Instant at, List<GatewayNow> gateways) {}

    @Get
    HttpResponse<String> gateways() {
        return Reads.json(new GatewaysNow(backstage.clock().instant(),
                backstage.hub().gateways().stream().map(this::now).toList()));
    }

    @Get("/{id}")
    HttpResponse<?> gateway(@PathVariable String id) {
        return backstage.hub().gateways().stream().filter(each -> each.gateway().equals(id)).findFirst()
                .<HttpResponse<?>>map(each -> Reads.json(now(each))).orElseGet(() -> unknown(id));
    }

    @Get("/{id}/series")
    HttpResponse<?> series(@PathVariable String id) {
        Log log = backstage.hub().log(id);
        return log == null ? unknown(id)
                : Reads.json(log.allSeries().stream().map(HubReads::now).toList());
    }

    @Get("/{id}/readings")
    HttpResponse<?> readings(@PathVariable String id, @QueryValue String series, @Nullable @QueryValue String from,
            @Nullable @QueryValue String to, @QueryValue(defaultValue = "false") boolean bad,
            @QueryValue(defaultValue = "1000") int limit) throws StoreFailed {
        Log log = backstage.hub().log(id);
        return log == null ? unknown(id) : new ReadingList(log, Map.of()).answer(series, from, to, bad, limit);
    }

    @Get("/{id}/dataset.csv.gz")
    HttpResponse<?> pull(@PathVariable String id, @Nullable @QueryValue String series,
            @Nullable @QueryValue String from, @Nullable @QueryValue String to,
            @QueryValue(defaultValue = "0") long after, @Nullable @QueryValue Long limit,
            @Nullable @QueryValue String calibrated) throws StoreFailed {
        Log log = backstage.hub().log(id);
        return log == null ? unknown(id) : Datasets.answer(new Dataset(log, Map.of()),
                "/api/v1/gateways/" + id + "/dataset.csv.gz", pulls,
                new Datasets.Asked(series, from, to, after, limit, calibrated));
    }

    /** A series as the hub knows it. */
    record SeriesOf(String name, Words title, String unit) {}

    private static SeriesOf now(Series series) {
        return new SeriesOf(series.name(), series.title(), series.unit());
    }

    private GatewayNow now(GatewayStatus status) {
        Log log = backstage.hub().log(status.gateway());
        Books.SeriesBook book = log == null ? new Books.SeriesBook(0, 0, 0, 0, 0) : log.books().readings();
        return new GatewayNow(status.gateway(), status.lastHeardAt(),
                status.heartbeat() == null ? null : status.heartbeat().at(),
                status.heartbeat() == null ? List.of() : status.heartbeat().behind(),
                status.confirmed().stream().map(lane -> new LaneNow(lane.lane().name(), lane.number())).toList(),
                new BooksNow(book.decoded(), book.stored(), book.repeated(), book.removed(), book.balanced()),
                status.alarms().stream().map(HubReads::now).toList(), status.isRevoked(), status.isTwin());
    }

    private static AlarmNow now(AlarmEvent event) {
        return new AlarmNow(event.occurrence(), event.series(), event.severity(), event.at(), event.message(),
                event.action(), event.state().active(), event.state().acknowledged());
    }

    private static HttpResponse<?> unknown(String id) {
        return Guard.refuse(HttpStatus.NOT_FOUND, "no gateway has the id " + id);
    }
}
