package suimon.app;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import suimon.backhaul.ExportPump;
import suimon.backhaul.Link;
import suimon.backhaul.LinkAccount;
import suimon.backhaul.LinkContext;
import suimon.backhaul.NoLink;
import suimon.backhaul.OrderTaker;
import suimon.backhaul.Seal;
import suimon.backhaul.SealKey;
import suimon.backhaul.SealedLink;
import suimon.backhaul.Timing;
import suimon.backhaul.Uplink;
import suimon.backhaul.UplinkStatus;
import suimon.backhaul.WayOut;
import suimon.config.ExportSettings;
import suimon.config.GatewayConfig;
import suimon.config.LinkConfig;
import suimon.config.LinkSettings;
import suimon.config.SealConfig;
import suimon.config.SeriesConfig;
import suimon.config.UplinkConfig;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent;
import suimon.reading.Ticker;
import suimon.store.Books;
import suimon.store.CaptureShelf;
import suimon.store.Log;
import suimon.web.Status;

/** All uplinks of a gateway: opens their links, commits their alarms, tells the page how they stand. */
final class Uplinks implements AutoCloseable {
    private final GatewayConfig config;
    private final Log log;
    private final Alarms alarms;
    private final LinkAccounts accounts;
    private final Clock clock;
    private final List<Uplink> uplinks = new ArrayList<>();
    private final ExecutorService words =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("uplink-alarms").factory());

    Uplinks(
            GatewayConfig config, Installation installation, Log log, CaptureShelf captures, Alarms alarms,
            LinkAccounts accounts, OrderTaker orders, Clock clock, Ticker ticker) {
        this.config = config;
        this.accounts = accounts;
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
                    this::alarm, clock, ticker, RandomGenerator.getDefault(), Timing.USUAL, captures, orders);
            LinkSettings one = uplink.link();
            uplinks.add(one == null
                    ? new Uplink(setting, openings(uplink, installation), accounts::isOpen)
                    : new Uplink(setting, answers -> link(uplink, one, WayOut.ANY, installation, answers)));
        }
    }

    private List<Uplink.Opening> openings(UplinkConfig uplink, Installation installation) {
        List<Uplink.Opening> openings = new ArrayList<>();
        for (UplinkConfig.Path path : uplink.paths()) {
            LinkConfig terms = config.links().stream().filter(link -> link.name().equals(path.link())).findFirst()
                    .orElseThrow(() -> new IllegalStateException("checked when it was read: " + path.link()));
            openings.add(new Uplink.Opening(terms, accounts.meter(terms.name()),
                    answers -> link(uplink, path.transport(), WayOut.over(terms), installation, answers)));
        }
        return openings;
    }

    private Link link(UplinkConfig uplink, LinkSettings transport, WayOut way, Installation installation,
            Consumer<byte[]> answers) {
        return sealed(uplink, answers, below -> installation.link(transport).open(transport,
                new LinkContext(config.site().id(), uplink.name(), below,
                        config.data().folder().resolve("links").resolve(uplink.name()).resolve(way.name()), clock, way)));
    }

    private Link sealed(UplinkConfig uplink, Consumer<byte[]> answers, Function<Consumer<byte[]>, Link> opener) {
        SealConfig seal = uplink.seal();
        if (seal == null) {
            return opener.apply(answers);
        }
        try {
            SealKey own = SealKey.ofPrivate(seal.key().read());
            return new SealedLink(Seal.ofGateway(config.site().id(), own, seal.hub()), answers, opener);
        } catch (IOException | IllegalArgumentException wrong) {
            return new NoLink("seal: " + wrong.getMessage()
                    + "; suimon key makes the key, and prints the hub's public one there");
        }
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
                .map(Uplinks::kind).findFirst().orElse("");
        return new Status.LinkStatus(
                status.destination(), kind, status.isUp(), status.state(), status.lastConfirmedAt(), lanes,
                status.ways().stream().filter(way -> way.profile() != null).map(this::way).toList());
    }

    private Status.WayStatus way(UplinkStatus.WayStatus way) {
        return new Status.WayStatus(way.name(),
                String.valueOf(way.profile()).toLowerCase(Locale.ROOT).replace('_', '-'), way.isUp(), way.state(),
                way.lastConfirmedAt(), way.roundTrip().toNanos() / 1e6, way.bytesPerSecond(), way.sentBytes(),
                way.messages(), way.resent(), monthOf(accounts.account(way.name()).month()));
    }

    private static Status.Month monthOf(LinkAccount.Month month) {
        Map<String, Long> lanes = new TreeMap<>();
        month.byLane().forEach((lane, bytes) -> lanes.put(lane.name(), bytes));
        return new Status.Month(month.from(), month.to(), month.bytes(), month.forecast(), month.cap(),
                Double.isNaN(month.cost()) ? null : month.cost(),
                Double.isNaN(month.forecastCost()) ? null : month.forecastCost(), month.currency(), lanes);
    }

    private static String kind(UplinkConfig uplink) {
        LinkSettings one = uplink.link();
        return one == null ? "paths"
                : one.getClass().getSimpleName().replace("LinkSettings", "").toLowerCase(Locale.ROOT);
    }

    private boolean isForwarded(String series) {
        SeriesConfig known = config.series().get(series);
        return known == null ? !series.startsWith(LinkFigures.PREFIX) : known.forwardReadings();
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
