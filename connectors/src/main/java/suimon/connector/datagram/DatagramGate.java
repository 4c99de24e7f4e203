package suimon.connector.datagram;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFailed;

/** The hub's side of {@link DatagramLink}. Nothing is said to who has not shown that it has a gateway's key. */
public final class DatagramGate implements Gate {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramGate.class);
    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);

    private final DatagramGateSettings settings;
    private final GateContext hub;
    private final Map<Integer, Counterpart> byNumber = new HashMap<>();
    private final Map<String, Counterpart> byGateway = new HashMap<>();
    private @Nullable Port port;
    private @Nullable Thread receiver;
    private String address;
    private volatile boolean isClosed;

    DatagramGate(DatagramGateSettings settings, GateContext hub) {
        this.settings = settings;
        this.hub = hub;
        this.address = settings.socket() == null
                ? "udp://" + settings.address() + ":" + settings.port()
                : "unix:" + settings.socket();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public synchronized void start() throws GateFailed {
        Port opened;
        try {
            opened = open();
        } catch (IOException e) {
            throw new GateFailed("gate " + name() + ": " + address + ": " + e.getMessage()
                    + "; is it taken, and is the address this machine's?", e);
        }
        port = opened;
        for (Map.Entry<String, DatagramGateSettings.Keyed> each : settings.gateways().entrySet()) {
            Counterpart counterpart = new Counterpart(each.getKey(), channel(each.getKey(), each.getValue()), opened,
                    hub.reception());
            byNumber.put(each.getValue().number(), counterpart);
            byGateway.put(each.getKey(), counterpart);
        }
        receiver = Thread.ofVirtual().name("gate-" + name()).start(() -> receive(opened));
    }

    private Port open() throws IOException {
        if (settings.socket() != null) {
            return UnixPort.listen(Path.of(settings.socket()));
        }
        UdpPort udp = UdpPort.listen(settings.address(), settings.port());
        address = "udp://" + settings.address() + ":" + udp.port();
        return udp;
    }

    private Channel channel(String gateway, DatagramGateSettings.Keyed keyed) throws GateFailed {
        String place = "gate " + name() + ": gateways." + gateway;
        // An id may hold what a file's name may not.
        String file = HexFormat.of().formatHex(gateway.getBytes(StandardCharsets.UTF_8)) + "-" + keyed.number();
        try {
            return new Channel(new Envelope(keyed.key().read(), gateway, keyed.number()), Envelope.Way.DOWN,
                    hub.folder().resolve(file), hub.clock(), (int) keyed.down().bytes(), keyed.rate().bytes());
        } catch (IOException e) {
            throw new GateFailed(place + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new GateFailed(place + ".key: " + keyed.key() + ": " + e.getMessage(), e);
        }
    }

    private void receive(Port from) {
        while (!isClosed) {
            try {
                Port.Arrived arrived = from.receive();
                Counterpart counterpart = byNumber.get(Envelope.numberOf(arrived.datagram()));
                if (counterpart != null) {
                    counterpart.arrived(arrived);
                }
            } catch (IOException e) {
                rest(e);
            }
        }
    }

    private void rest(IOException failure) {
        if (isClosed) {
            return;
        }
        LOG.warn("gate={} {}: {}", name(), address, failure.getMessage());
        try {
            TimeUnit.NANOSECONDS.sleep(REST_AFTER_FAILURE.toNanos());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized String address() {
        return address;
    }

    @Override
    public synchronized void cutOff(String gateway) {
        Counterpart counterpart = byGateway.get(gateway);
        if (counterpart != null) {
            counterpart.forget();
        }
    }

    /** What went to and from a gateway since the start. */
    synchronized Tally tally(String gateway) {
        Counterpart counterpart = byGateway.get(gateway);
        return counterpart == null ? Tally.NONE : counterpart.tally();
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (port != null && receiver != null) {
            port.close();
            receiver.interrupt();
            // The system has the address until nobody waits at the socket any more.
            awaitEnd(receiver);
        }
        for (Counterpart counterpart : byGateway.values()) {
            try {
                counterpart.close();
            } catch (IOException e) {
                LOG.warn("gate={} {}", name(), e.getMessage());
            }
        }
    }

    private static void awaitEnd(Thread ending) {
        try {
            ending.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
