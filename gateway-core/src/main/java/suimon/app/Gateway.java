package suimon.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.access.CredentialFile;
import suimon.backhaul.OrderClerk;
import suimon.command.CommandDoor;
import suimon.command.OrderDoor;
import suimon.command.RecordingDoor;
import suimon.config.FileStamp;
import suimon.config.GatewayConfig;
import suimon.config.RetentionConfig;
import suimon.config.SourceSettings;
import suimon.pipeline.Alarms;
import suimon.pipeline.Announcer;
import suimon.pipeline.BatchInbox;
import suimon.pipeline.CalibrationDesk;
import suimon.pipeline.CaptureJobs;
import suimon.pipeline.CommitPace;
import suimon.pipeline.Decoder;
import suimon.pipeline.FlashBudget;
import suimon.pipeline.Ingest;
import suimon.pipeline.Insight;
import suimon.pipeline.Outlet;
import suimon.pipeline.Preview;
import suimon.pipeline.Results;
import suimon.pipeline.SealedGrades;
import suimon.pipeline.SeriesDesk;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.UnitBook;
import suimon.pipeline.SourceLost;
import suimon.reading.ClockStamp;
import suimon.reading.SteadyClock;
import suimon.reading.Ticker;
import suimon.store.CaptureShelf;
import suimon.store.DiskForecast;
import suimon.store.DuplicateMessages;
import suimon.store.Log;
import suimon.store.LogSettings;
import suimon.store.Repeats;
import suimon.store.StoreFailed;
import suimon.web.Status;
import suimon.web.WebServer;
import suimon.web.WebSettings;

/** One running gateway: everything that {@code gateway.yaml} asks for, put together and started. */
final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** A model that takes longer to load must not keep the page from coming up. */
    private static final Duration MODELS_PATIENCE = Duration.ofSeconds(2);

    private final GatewayConfig config;
    private final Supervisor supervisor;
    private final Ticker ticker = System::nanoTime;
    private final SteadyClock clock;
    private final String boot = Boot.id();
    private final Log log;
    private final CalibrationDesk calibrations;
    private final SeriesDesk desk;
    private final Alarms alarms;
    private final BatchInbox inbox = new BatchInbox();
    private final Preview preview = new Preview();
    private final Ingest ingest;
    private final CaptureShelf captures;
    private final CaptureJobs recordings;
    private final List<Source> sources = new ArrayList<>();
    private final Map<String, String> kinds = new HashMap<>();
    private final Repeats repeats;
    private final SafeStart safeStart;
    private final InsightThread insight;
    private final LinkAccounts accounts;
    private final CommandDoor door;
    private final OrderClerk orders;
    private final Uplinks uplinks;
    private final Exports exports;
    private final FileWatch fileWatch;
    private final ClockWatch clockWatch;
    private @Nullable WebServer web;

    private Gateway(GatewayConfig config, Installation installation, Supervisor supervisor)
            throws StoreFailed, InterruptedException {
        this.config = config;
        this.supervisor = supervisor;
        clock = new SteadyClock(Clock.systemUTC(), ticker, config.time().driftPpm());
        calibrations = new CalibrationDesk(config.series());
        log = Log.open(settings(config, calibrations), ticker, clock);
        ClockWatch.begin(clock, ticker, boot, log);
        safeStart = SafeStart.begin(log, clock);
        calibrations.read(log);
        desk = new SeriesDesk(log, config.series(), calibrations);
        alarms = new Alarms(config.alarms(), desk::define, log.kept(Alarms.OWNER), config.data().lateAfter(), ticker);
        insight = new InsightThread(config, log, alarms, safeStart, new Insight.Surroundings(desk::define,
                desk::calibration, this::stamp, config.data().lateAfter(),
                config.site().timeZone()), clock, preview);
        supervisor.start(InsightThread.NAME, insight::run);
        captures = CaptureShelf.open(log, config.data().folder(), captureLimits(config));
        recordings = new CaptureJobs(log, captures, clock);
        PastTrouble.tell(log, alarms, clock);
        if (Calibrations.commitChanges(config, log, desk, clock)) {
            calibrations.read(log);
        }
        repeats = Repeats.open(log);
        Map<String, Decoder> decoders = new HashMap<>();
        UnitBook units = new UnitBook(config.series(), log.kept(UnitBook.OWNER));
        config.sources().forEach(source -> decoders.put(source.name(), Decoder.of(source.decode(), units)));
        ingest = new Ingest(new Ingest.Parts(log, inbox, decoders, desk, alarms, repeats,
                DuplicateMessages.open(log), pace(), clock, ticker, boot, preview, captures));
        ingest.compareSenders(config.time().senderMax(), config.sources().stream()
                .filter(SourceSettings::isOfAnotherTime).map(SourceSettings::name).collect(Collectors.toSet()));
        clockWatch = new ClockWatch(clock, ticker, boot, log, alarms, config.time());
        fileWatch = new FileWatch(log, alarms, supervisor, clock, ticker);
        accounts = new LinkAccounts(config, log, alarms, clock);
        door = new CommandDoor(log, alarms, clock, calibrations);
        orders = new OrderClerk(log,
                new OrderDoor(door, new RecordingDoor(door, recordings), config::commandsOf, clock), clock, ticker);
        uplinks = new Uplinks(config, installation, log, captures, alarms, accounts, orders, clock, ticker);
        exports = new Exports(config, installation, log, desk::calibration, clock);
        for (SourceSettings settings : config.sources()) {
            sources.add(installation.source(settings).open(settings, context(settings)));
            kinds.put(settings.name(), installation.kind(settings));
        }
    }

    /** Of whoever opens the log to write: stretches that are sealed meanwhile get their final grades. */
    static LogSettings settings(GatewayConfig config, CalibrationDesk calibrations) {
        return LogSettings.of(config.data(), config.data().folder(), config.data().quota().bytes(), true)
                .with(new SealedGrades(config.series(), calibrations));
    }

    /**
     * Opens the store and starts all threads.
     *
     * @throws StoreFailed when the data folder can't be used
     * @throws SourceLost when a source can never work as configured
     */
    static Gateway start(GatewayConfig config, Installation installation, Supervisor supervisor)
            throws StoreFailed, SourceLost, IOException, InterruptedException {
        Gateway gateway = new Gateway(config, installation, supervisor);
        supervisor.start(ClockWatch.NAME, gateway.clockWatch::run);
        supervisor.start("ingest", gateway.ingest::run);
        for (Source source : gateway.sources) {
            source.start();
        }
        List<Outlet> outlets = gateway.sources.stream().filter(Outlet.class::isInstance)
                .map(Outlet.class::cast).toList();
        outlets.forEach(outlet -> outlet.standing(() -> Announcer.standing(gateway.alarms)));
        gateway.insight.wire(new Results(outlets));
        gateway.recordings.wire(outlets);
        LateRecordings late = new LateRecordings(gateway.log, gateway.alarms, gateway.clock);
        supervisor.start("capture-jobs", () -> gateway.recordings.run(late::look));
        supervisor.start("announcer", new Announcer(gateway.log, outlets, gateway.desk::calibration)::run);
        supervisor.start("file-watch", gateway.fileWatch::run);
        supervisor.start(LinkAccounts.NAME, gateway.accounts::run);
        gateway.orders.start();
        gateway.uplinks.start();
        if (config.uplinks().stream().anyMatch(uplink -> !uplink.paths().isEmpty())) {
            supervisor.start(LinkFigures.NAME, new LinkFigures(gateway.uplinks::statuses, gateway.inbox,
                    gateway.desk::describe, gateway.clock)::run);
        }
        gateway.exports.start();
        // The page is most of a start's work, and nobody looks at it before there is something to see.
        gateway.insight.awaitModels(MODELS_PATIENCE);
        gateway.openPage();
        LOG.info("site={} sources={} series={} gateway runs", config.site().id(), config.sources().size(),
                config.series().size());
        return gateway;
    }

    /** One line for who started it; scripts wait for it. */
    String greeting() {
        return "suimon: " + config.site().id() + " runs; page " + (web == null ? "-" : web.address());
    }

    /** What takes changes of the configuration over while the gateway runs. */
    ConfigWatch watch(Path file, @Nullable FileStamp stamp) {
        return new ConfigWatch(file, stamp, config, new Installation().kinds(), sources);
    }

    private void openPage() throws IOException, StoreFailed {
        CredentialFile users = new CredentialFile(config.data().folder().resolve("users"));
        DiskForecast forecast = new DiskForecast(log.kept(DiskForecast.OWNER).get(DiskForecast.KEY));
        Overview overview = new Overview(
                config, log, kinds, sources, this::links, insight::statuses, forecast,
                fileWatch::inspection, clockWatch::status, clock);
        log.keep(DiskWatch.ages(config));
        supervisor.start(CalibrationWatch.NAME,
                new CalibrationWatch(config.series(), log, alarms, clock)::run);
        supervisor.start(DiskWatch.NAME, new DiskWatch(log, alarms, overview, forecast, clock)::run);
        web = WebServer.start(
                new WebSettings(config.web().address(), config.web().port(), config.data().folder().resolve("web")),
                new WebServer.Backstage(config, log, overview, door, users, clock, ticker, captures,
                        this::devices, new RecordingDoor(door, recordings)));
    }

    private List<Status.LinkStatus> links() {
        return Stream.concat(uplinks.statuses().stream(), exports.statuses().stream()).toList();
    }

    private List<WebServer.DevicesOf> devices() {
        return sources.stream().map(source -> new WebServer.DevicesOf(source.name(), source.devices()))
                .filter(known -> !known.devices().isEmpty()).toList();
    }

    private static CaptureShelf.Limits captureLimits(GatewayConfig config) {
        RetentionConfig retention = config.data().retention();
        return retention == null
                ? new CaptureShelf.Limits(RetentionConfig.CAPTURE_BYTES, null)
                : new CaptureShelf.Limits(retention.captureQuota().bytes(), retention.captures());
    }

    private CommitPace pace() {
        return new CommitPace(config.data().acknowledgeWithin(), new FlashBudget(
                config.data().flashPerDay().bytes(), new DeviceBytes(log::writtenBytes), clock,
                log.kept(FlashBudget.OWNER).get(FlashBudget.KEY)));
    }

    private ClockStamp stamp() {
        return clock.stamp(boot);
    }

    private SourceContext context(SourceSettings settings) {
        return new SourceContext(inbox, name -> log.kept("source/" + name),
                series -> log.lastMeasured(desk.define(series).id()),
                ToolCommand.folderOf(config, settings), clock, ticker,
                config.site().id(), desk::describe);
    }

    /** Stops taking, commits what is pending, closes the log. */
    @Override
    public void close() {
        supervisor.stopping();
        if (web != null) {
            web.close();
        }
        uplinks.close();
        orders.close();
        accounts.close();
        exports.close();
        sources.forEach(Source::close);
        ingest.stop();
        supervisor.join("ingest", PATIENCE);
        supervisor.interrupt(InsightThread.NAME, PATIENCE);
        supervisor.interrupt("announcer", PATIENCE);
        supervisor.interrupt("capture-jobs", PATIENCE);
        supervisor.interrupt(CalibrationWatch.NAME, PATIENCE);
        supervisor.interrupt(DiskWatch.NAME, PATIENCE);
        supervisor.interrupt(ClockWatch.NAME, PATIENCE);
        supervisor.interrupt(LinkAccounts.NAME, PATIENCE);
        insight.close();
        fileWatch.close();
        supervisor.interrupt("file-watch", PATIENCE);
        supervisor.interrupt(ConfigWatch.NAME, PATIENCE);
        try {
            safeStart.endedWell();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        repeats.close();
        log.close();
        LOG.info("site={} stopped at {}", config.site().id(), Instant.now(clock));
    }
}
