package suimon.hub;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Epoch;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;
import suimon.config.DataConfig;
import suimon.config.HubConfig;
import suimon.config.RetentionConfig;
import suimon.reading.Ticker;
import suimon.store.CaptureShelf;
import suimon.store.Log;
import suimon.store.LogSettings;
import suimon.store.StoreFailed;

/**
 * Takes in what gateways deliver: one folder and one log for each gateway that is configured, each
 * with an equal share of the quota. Gates hand it messages; safe for many threads.
 */
public final class Hub implements Reception, AutoCloseable {
    /** Ids name folders: nothing that could lead out of the data folder. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private final List<Sink> sinks;
    private final Clock clock;
    private final Ticker ticker;
    private final Map<String, Station> stations = new ConcurrentSkipListMap<>();
    private final List<SinkPump> pumps = new ArrayList<>();
    private volatile Credentials credentials;
    private volatile Seals seals;

    private Hub(Credentials credentials, Seals seals, List<Sink> sinks, Clock clock, Ticker ticker) {
        this.credentials = credentials;
        this.seals = seals;
        this.sinks = List.copyOf(sinks);
        this.clock = clock;
        this.ticker = ticker;
    }

    /**
     * Opens every gateway's log.
     *
     * @param sinks further consumers; the hub's own store is always the first
     */
    public static Hub open(HubConfig config, List<Sink> sinks, Clock clock, Ticker ticker)
            throws HubFailed {
        Hub hub = new Hub(Credentials.read(config.gateways()), Seals.read(config), sinks, clock, ticker);
        for (String gateway : config.gateways().keySet()) {
            try {
                hub.openStation(config, gateway);
            } catch (StoreFailed failed) {
                hub.close();
                throw new HubFailed("gateway " + gateway + ": " + failed.getMessage(), failed);
            }
        }
        hub.pumps.forEach(SinkPump::start);
        return hub;
    }

    /**
     * Takes over which gateways may deliver and how they prove themselves; a gateway that is new gets
     * its log. Of one that is gone or revoked the data stays. Nothing else of the configuration counts.
     *
     * @return those whose connections must end, since they proved themselves otherwise or not any more
     */
    public synchronized Set<String> adopt(HubConfig next) throws HubFailed {
        Credentials before = credentials;
        Credentials after = Credentials.read(next.gateways());
        Seals sealed = Seals.read(next);
        int known = pumps.size();
        for (String gateway : next.gateways().keySet()) {
            if (!stations.containsKey(gateway)) {
                try {
                    openStation(next, gateway);
                } catch (StoreFailed failed) {
                    throw new HubFailed("gateway " + gateway + ": " + failed.getMessage(), failed);
                }
            }
        }
        pumps.subList(known, pumps.size()).forEach(SinkPump::start);
        credentials = after;
        seals = sealed;
        Set<String> changed = new TreeSet<>(stations.keySet());
        changed.removeIf(gateway -> after.isSame(before, gateway));
        return changed;
    }

    private void openStation(HubConfig config, String gateway) throws StoreFailed {
        if (!ID.matcher(gateway).matches()) {
            throw new StoreFailed("the id \"" + gateway
                    + "\" can't name a folder; use letters, digits, dot, dash, underscore");
        }
        DataConfig data = config.data();
        long share = data.quota().bytes() / config.gateways().size();
        Log log = Log.open(
                LogSettings.of(data, folderOf(config, gateway), share, false).oneOfMany(), ticker, clock);
        stations.put(gateway, Station.open(gateway, log,
                ObjectIntake.open(gateway, log, folderOf(config, gateway), captureLimits(config), clock), clock));
        for (Sink sink : sinks) {
            pumps.add(new SinkPump(gateway, log, sink));
        }
    }

    /** Each gateway has an equal share of what captures may take. */
    private static CaptureShelf.Limits captureLimits(HubConfig config) {
        RetentionConfig kept = config.data().retention();
        long bytes = kept == null ? RetentionConfig.CAPTURE_BYTES : kept.captureQuota().bytes();
        return new CaptureShelf.Limits(bytes / config.gateways().size(), kept == null ? null : kept.captures());
    }

    /** Where a gateway's log is kept. */
    public static Path folderOf(HubConfig config, String gateway) {
        return config.data().folder().resolve("gateways").resolve(gateway);
    }

    @Override
    public boolean admits(String gateway, String token, @Nullable X509Certificate shown, boolean loopback) {
        return credentials.admits(gateway, token, shown, loopback);
    }

    @Override
    public boolean knows(String gateway) {
        return credentials.isKnown(gateway);
    }

    @Override
    public byte[] receive(String gateway, byte[] message) throws InterruptedException {
        Station station = stations.get(gateway);
        if (station == null || !credentials.isKnown(gateway)) {
            return Messages.write(new Receipt(new Epoch(-1), List.of(),
                    new Refusal(Reason.DENIED, null, 0, station == null
                            ? "no gateway has the id " + gateway : gateway + " is revoked at the hub"), 0));
        }
        return seals.receive(gateway, message, station::receive);
    }

    /** Every configured gateway, by id. */
    public List<GatewayStatus> gateways() {
        List<GatewayStatus> found = new ArrayList<>();
        stations.forEach((gateway, station) -> found.add(new GatewayStatus(
                gateway, station.lastHeardAt(), station.heartbeat(), station.confirmed(), station.isTwin(),
                !credentials.isKnown(gateway), station.alarms().open())));
        return found;
    }

    /** The log that holds a gateway's data; null when no gateway has that id. */
    public @Nullable Log log(String gateway) {
        Station station = stations.get(gateway);
        return station == null ? null : station.log();
    }

    /** The captures of a gateway; null when no gateway has that id. */
    public @Nullable CaptureShelf captures(String gateway) {
        Station station = stations.get(gateway);
        return station == null ? null : station.captures();
    }

    /** What is asked of a gateway; null when no gateway has that id. */
    public @Nullable OrderBook orders(String gateway) {
        Station station = stations.get(gateway);
        return station == null ? null : station.orders();
    }

    /** Ends after what is being committed. Close the gates first. */
    @Override
    public synchronized void close() {
        pumps.forEach(SinkPump::close);
        stations.values().forEach(Station::close);
    }
}
