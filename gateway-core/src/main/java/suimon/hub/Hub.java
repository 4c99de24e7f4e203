package suimon.hub;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Epoch;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;
import suimon.config.DataConfig;
import suimon.config.HubConfig;
import suimon.reading.Ticker;
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

    private final Tokens tokens;
    private final Map<String, Station> stations = new TreeMap<>();
    private final List<SinkPump> pumps = new ArrayList<>();

    private Hub(Tokens tokens) {
        this.tokens = tokens;
    }

    /**
     * Opens every gateway's log.
     *
     * @param sinks further consumers; the hub's own store is always the first
     */
    public static Hub open(HubConfig config, List<Sink> sinks, Clock clock, Ticker ticker)
            throws HubFailed {
        Hub hub = new Hub(Tokens.read(config.gateways()));
        for (String gateway : config.gateways().keySet()) {
            try {
                hub.openStation(config, gateway, sinks, clock, ticker);
            } catch (StoreFailed failed) {
                hub.close();
                throw new HubFailed("gateway " + gateway + ": " + failed.getMessage(), failed);
            }
        }
        hub.pumps.forEach(SinkPump::start);
        return hub;
    }

    private void openStation(
            HubConfig config, String gateway, List<Sink> sinks, Clock clock, Ticker ticker)
            throws StoreFailed {
        if (!ID.matcher(gateway).matches()) {
            throw new StoreFailed("the id \"" + gateway
                    + "\" can't name a folder; use letters, digits, dot, dash, underscore");
        }
        DataConfig data = config.data();
        long share = data.quota().bytes() / config.gateways().size();
        Log log = Log.open(
                LogSettings.of(data, folderOf(config, gateway), share, false).oneOfMany(), ticker, clock);
        stations.put(gateway, Station.open(gateway, log, clock));
        for (Sink sink : sinks) {
            pumps.add(new SinkPump(gateway, log, sink));
        }
    }

    /** Where a gateway's log is kept. */
    public static Path folderOf(HubConfig config, String gateway) {
        return config.data().folder().resolve("gateways").resolve(gateway);
    }

    @Override
    public boolean admits(String gateway, String token, boolean loopback) {
        return tokens.admits(gateway, token, loopback);
    }

    @Override
    public byte[] receive(String gateway, byte[] message) throws InterruptedException {
        Station station = stations.get(gateway);
        if (station == null) {
            return Messages.write(new Receipt(new Epoch(-1), List.of(),
                    new Refusal(Reason.DENIED, null, 0, "no gateway has the id " + gateway), 0));
        }
        return station.receive(message);
    }

    /** Every configured gateway, by id. */
    public List<GatewayStatus> gateways() {
        List<GatewayStatus> found = new ArrayList<>();
        stations.forEach((gateway, station) -> found.add(new GatewayStatus(
                gateway, station.lastHeardAt(), station.heartbeat(), station.confirmed())));
        return found;
    }

    /** The log that holds a gateway's data; null when no gateway has that id. */
    public @Nullable Log log(String gateway) {
        Station station = stations.get(gateway);
        return station == null ? null : station.log();
    }

    /** Ends after what is being committed. Close the gates first. */
    @Override
    public void close() {
        pumps.forEach(SinkPump::close);
        stations.values().forEach(Station::close);
    }
}
