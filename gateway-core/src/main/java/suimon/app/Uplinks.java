package suimon.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import suimon.backhaul.ExportPump;
import suimon.backhaul.LinkContext;
import suimon.backhaul.Timing;
import suimon.backhaul.Uplink;
import suimon.backhaul.UplinkStatus;
import suimon.backhaul.WayOut;
import suimon.config.ExportSettings;
import suimon.config.GatewayConfig;
import suimon.config.LinkSettings;
import suimon.config.SeriesConfig;
import suimon.config.UplinkConfig;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent;
import suimon.reading.Ticker;
import suimon.store.Books;
import suimon.store.Log;
import suimon.web.Status;

/** All uplinks of a gateway: opens their links, commits their alarms, tells the page how they stand. */
final class Uplinks implements AutoCloseable {
    private final GatewayConfig config;
    private final Log log;
    private final Alarms alarms;
    private final Clock clock;
    private final List<Uplink> uplinks = new ArrayList<>();
    private final ExecutorService words =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("uplink-alarms").factory());

    Uplinks(
            GatewayConfig config, Installation installation, Log log, Alarms alarms, Clock clock, Ticker ticker) {
        this.config = config;
        this.log = log;
        this.alarms = alarms;
        this.clock = clock;
        log.requireDelivery(Stream.concat(
                config.exports().stream().filter(ExportSettings::required).map(ExportPump::cursorOf),
                config.uplinks().stream().filter(UplinkConfig::required)
                        .flatMap(uplink -> Uplink.cursorsOf(uplink).stream()))
                // Readings are what the quota removes first, and P3 alone carries them: an idle lane
                // must not make delivered readings count as expired.
                .filter(cursor -> cursor.endsWith(UplinkConfig.Lane.P3.name()) || cursor.endsWith(ExportPump.LANE))
                .collect(Collectors.toSet()));
        for (UplinkConfig uplink : config.uplinks()) {
            Uplink.Setting setting = new Uplink.Setting(uplink, config.site().id(), log, this::isForwarded,
                    this::alarm, clock, ticker, RandomGenerator.getDefault(), Timing.USUAL);
            uplinks.add(new Uplink(setting, answers -> installation.link(transport(uplink)).open(transport(uplink),
                    new LinkContext(config.site().id(), uplink.name(), answers,
                            config.data().folder().resolve("links").resolve(uplink.name()), clock, way(uplink)))));
        }
    }

    private static LinkSettings transport(UplinkConfig uplink) {
        LinkSettings one = uplink.link();
        return one == null ? uplink.paths().getFirst().transport() : one;
    }

    private WayOut way(UplinkConfig uplink) {
        return config.links().stream()
                .filter(link -> !uplink.paths().isEmpty() && link.name().equals(uplink.paths().getFirst().link()))
                .findFirst().map(WayOut::over).orElse(WayOut.ANY);
    }

    void start() {
        uplinks.forEach(Uplink::start);
    }

    /** For the page and the health of the gateway; any thread. */
    List<Status.LinkStatus> statuses() {
        Books books = log.books();
        List<Status.LinkStatus> statuses = new ArrayList<>();
        for (Uplink uplink : uplinks) {
            statuses.add(status(uplink.status(), books));
        }
        return statuses;
    }

    private Status.LinkStatus status(UplinkStatus status, Books books) {
        List<Status.LaneStatus> lanes = new ArrayList<>();
        for (UplinkStatus.LaneStatus lane : status.lanes()) {
            Books.LaneBook book = books.lanes().get(
                    new Books.Lane(status.destination(), lane.lane().name()));
            Books.LaneBook known = book == null ? new Books.LaneBook(0, 0, 0, 0, 0) : book;
            // What is not cut yet is in no book and pending too.
            lanes.add(new Status.LaneStatus(lane.lane().name(), known.total() + lane.waiting(), known.delivered(),
                    known.pending() + lane.waiting(), known.expired(), known.thinned(), known.unmeant(), null,
                    status.lastConfirmedAt()));
        }
        String kind = config.uplinks().stream().filter(one -> one.name().equals(status.destination()))
                .map(one -> transport(one).getClass().getSimpleName().replace("LinkSettings", ""))
                .findFirst().orElse("").toLowerCase(Locale.ROOT);
        return new Status.LinkStatus(
                status.destination(), kind, status.isUp(), status.state(), status.lastConfirmedAt(), lanes);
    }

    private boolean isForwarded(String series) {
        SeriesConfig known = config.series().get(series);
        return known == null || known.forwardReadings();
    }

    private void alarm(AlarmEvent event) {
        words.execute(() -> {
            try {
                if (event.kind() == AlarmEvent.Kind.CLEARED) {
                    GatewayAlarms.clear(alarms, log, event.occurrence(), clock);
                } else {
                    GatewayAlarms.raise(alarms, log, event.occurrence(), event.severity(), event.message(),
                            event.action(), clock);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        uplinks.forEach(Uplink::close);
        words.shutdownNow();
    }
}
