package suimon.hub;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Link;
import suimon.backhaul.OrderTaker;
import suimon.backhaul.Timing;
import suimon.backhaul.Uplink;
import suimon.config.DataConfig;
import suimon.config.DataSize;
import suimon.config.HubConfig;
import suimon.config.LinkConfig;
import suimon.config.LinkSettings;
import suimon.config.UplinkConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.config.WebConfig;
import suimon.reading.AlarmEvent;
import suimon.reading.Ticker;
import suimon.store.CaptureShelf;
import suimon.store.Log;
import suimon.store.LogSettings;
import suimon.store.StoreFailed;

/** A gateway's log with an uplink, and a hub, each of which can be stopped and started. */
public final class Pair implements AutoCloseable {
    public static final String GATEWAY = "pen-1";
    static final String DESTINATION = "hub";
    static final Timing QUICK = new Timing(Duration.ofMillis(250), Duration.ofMillis(2),
            Duration.ofMillis(40), Duration.ofMillis(300));

    private final Path folder;
    private final long seed;
    private final Random random;
    final List<AlarmEvent> alarms = new CopyOnWriteArrayList<>();
    UplinkConfig config;
    Clock clock = Clock.systemUTC();
    Timing timing = QUICK;
    long quotaBytes = 1L << 30;
    LogSettings.Sealing sealing = LogSettings.Sealing.USUAL;
    Ticker logTicker = System::nanoTime;
    @Nullable CaptureShelf captures;
    OrderTaker orders = OrderTaker.NONE;
    private @Nullable Log log;
    private @Nullable Hub hub;
    private @Nullable Uplink uplink;

    /** A link's settings where nothing is to be set. */
    record NoSettings() implements LinkSettings {}

    public Pair(Path folder, long seed, long frameBytes) throws Exception {
        this.folder = folder;
        this.seed = seed;
        this.random = new Random(seed);
        this.config = configOf(frameBytes, null);
        startHub();
        openLog();
    }

    static UplinkConfig configOf(long frameBytes, @Nullable Duration maximumAge) {
        return new UplinkConfig(DESTINATION, new NoSettings(), Set.of(Lane.values()), true,
                new DataSize(frameBytes), Duration.ofMillis(5), maximumAge);
    }

    Path gatewayFolder() {
        return folder.resolve("gateway");
    }

    Path hubFolder() {
        return folder.resolve("hub").resolve("gateways").resolve(GATEWAY);
    }

    public Log log() {
        return java.util.Objects.requireNonNull(log);
    }

    public Hub hub() {
        return java.util.Objects.requireNonNull(hub);
    }

    Uplink uplink() {
        return java.util.Objects.requireNonNull(uplink);
    }

    Log hubLog() {
        return java.util.Objects.requireNonNull(hub().log(GATEWAY));
    }

    void startHub() throws HubFailed {
        DataConfig data = new DataConfig(folder.resolve("hub"), new DataSize(1L << 30),
                Duration.ofSeconds(1), new DataSize(1_000_000_000), Duration.ofMinutes(10),
                DataConfig.Durability.OFF);
        HubConfig hubConfig = new HubConfig(data, web(), List.of(),
                Map.of(GATEWAY, new HubConfig.GatewayAccess(null)));
        hub = Hub.open(hubConfig, List.of(), clock, System::nanoTime);
    }

    static WebConfig web() {
        return new WebConfig("127.0.0.1", 0);
    }

    void stopHub() {
        hub().close();
        hub = null;
    }

    void openLog() throws StoreFailed {
        log = Log.open(new LogSettings(gatewayFolder(), quotaBytes, DataConfig.Durability.OFF)
                .with(sealing), logTicker, clock);
    }

    void closeLog() {
        log().close();
        log = null;
    }

    public void startUplink(Function<Consumer<byte[]>, Link> opener) {
        uplink = new Uplink(new Uplink.Setting(config, GATEWAY, log(), series -> !isKept(series),
                alarms::add, clock, System::nanoTime, new Random(random.nextLong()), timing,
                captures, orders), opener);
        uplink.start();
    }

    /** With several ways. */
    void startUplink(List<Uplink.Opening> openings, java.util.function.BiPredicate<LinkConfig, Lane> fare) {
        uplink = new Uplink(new Uplink.Setting(config, GATEWAY, log(), series -> !isKept(series),
                alarms::add, clock, System::nanoTime, new Random(random.nextLong()), timing), openings, fare);
        uplink.start();
    }

    /** Series whose readings stay at the gateway. */
    static boolean isKept(String series) {
        return series.startsWith("local/");
    }

    /** Does nothing when it is stopped. */
    void stopUplink() {
        if (uplink != null) {
            uplink.close();
            uplink = null;
        }
    }

    /** Waits until all of the log is confirmed. */
    public void awaitDrained() {
        await("drained: " + uplink().status(), () -> uplink().status().isUp()
                && uplink().status().lanes().stream().allMatch(
                        lane -> lane.behind() == 0 && lane.unconfirmed() == 0));
    }

    void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("seed=" + seed + " not within 90 s: " + what
                        + (uplink == null ? "" : "; now " + uplink.status()));
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        stopUplink();
        if (log != null) {
            closeLog();
        }
        if (hub != null) {
            stopHub();
        }
    }
}
