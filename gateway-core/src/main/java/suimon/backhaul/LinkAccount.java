package suimon.backhaul;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.LinkConfig;
import suimon.config.LinkProfile;
import suimon.config.UplinkConfig.Lane;

/**
 * What goes over one link in a month, and what it costs. Counted are the messages with what MQTT, TLS,
 * TCP and IP add to them, or all that the link's interface counts where that is more: handshakes,
 * repeats of TCP and whoever else uses the line are on the bill too. Safe for many threads.
 *
 * <p>What is kept runs ahead of what was counted, by a 256th of the cap and 64 KiB at most, so that a process
 * that is killed has never counted less than it sent: a cap holds over kills.
 */
public final class LinkAccount {
    private static final long AHEAD_BYTES_MIN = 512;
    private static final long AHEAD_BYTES_MAX = 64 << 10;
    private static final long AHEAD_PART = 256;

    /** A segment of TCP over IPv4 with time stamps. */
    private static final int SEGMENT_BYTES = 52;
    private static final int SEGMENT_PAYLOAD = 1_400;
    /** A record of TLS 1.3 (RFC 8446, 5.2), and what MQTT says around a message of ours. */
    private static final int ENVELOPE_BYTES = 22 + 30;
    /** What comes back for each message: PUBACK, and TCP's own acknowledgement. */
    private static final int RETURN_BYTES = 2 * SEGMENT_BYTES + 26;
    private static final int DATAGRAM_BYTES = 20;
    private static final int DATAGRAM_PAYLOAD = 320;
    /** Epoch, lane, number and history. */
    private static final int ANSWER_BYTES = 60;
    private static final int KEPT_BYTES_MIN = 5 * Long.BYTES;
    private static final int KEPT_BYTES = KEPT_BYTES_MIN + Long.BYTES * Lane.values().length;
    private static final Duration FORECAST_LEAST = Duration.ofHours(6);

    private final LinkConfig config;
    private final ZoneId zone;
    private final Clock clock;
    private final Map<Lane, Long> byLane = new EnumMap<>(Lane.class);
    private Instant monthFrom;
    private long ours;
    private long units;
    private long interfaceBytes;
    private long interfaceSeen = -1;
    private long reserved;

    /** @param kept what {@link #reserve} or {@link #close} gave before, or null */
    public LinkAccount(LinkConfig config, ZoneId zone, Clock clock, byte @Nullable [] kept) {
        this.config = config;
        this.zone = zone;
        this.clock = clock;
        this.monthFrom = monthOf(clock.instant());
        if (kept != null && kept.length >= KEPT_BYTES_MIN && kept.length % Long.BYTES == 0) {
            read(ByteBuffer.wrap(kept));
        }
    }

    /**
     * How a month stands.
     *
     * @param bytes sent and received since {@code from}, as they are billed
     * @param forecast at the month's end if it goes on as it did, bytes
     * @param cap null for none
     * @param cost of the bytes so far, NaN where the link has no price; likewise {@code forecastCost}
     */
    public record Month(
            Instant from, Instant to, long bytes, long forecast, @Nullable Long cap, double cost, double forecastCost,
            String currency, Map<Lane, Long> byLane) {
        public Month {
            byLane = Map.copyOf(byLane);
        }

        /** The used part of the cap, 0 where there is none. */
        public double used() {
            return cap == null ? 0 : (double) bytes / cap;
        }
    }

    /** Whether the lane may use the link: at the cap only alarms may, P0. */
    public synchronized boolean allows(Lane lane) {
        turn();
        return config.cap() == null || lane == Lane.P0 || billed() < config.cap().bytes();
    }

    /**
     * Counts one message that was handed to the link.
     *
     * @param lane null for what belongs to none
     * @return whether what is kept must be written anew before much more is sent
     */
    public synchronized boolean sent(@Nullable Lane lane, int bytes) {
        turn();
        long wire = config.profile().isOfMessages() ? datagramBytes(bytes) : wireBytes(bytes) + RETURN_BYTES;
        ours += wire;
        units += unitsOf(wire);
        if (lane != null) {
            byLane.merge(lane, wire, Long::sum);
        }
        return billed() >= reserved;
    }

    /** Counts one message of the hub. */
    public synchronized void received(int bytes) {
        turn();
        long wire = config.profile().isOfMessages() ? datagramBytes(bytes) : wireBytes(bytes);
        ours += wire;
        units += unitsOf(wire);
    }

    /** What the interface has counted in all since it came up, both ways; it begins anew now and then. */
    public synchronized void interfaceCounts(long total) {
        turn();
        if (interfaceSeen >= 0) {
            interfaceBytes += total >= interfaceSeen ? total - interfaceSeen : total;
        }
        interfaceSeen = total;
    }

    /** A frame with its PUBACK, the hub's answer and what the protocols add to all of them. */
    static long roundTripBytes(int message) {
        return wireBytes(message) + RETURN_BYTES + wireBytes(ANSWER_BYTES);
    }

    /** Of a message that goes as datagrams of its own, each with number, counter, place and tag. */
    static long datagramBytes(int message) {
        return message + (long) DATAGRAM_BYTES * ((message + DATAGRAM_PAYLOAD - 1) / DATAGRAM_PAYLOAD);
    }

    /** With what the protocols add on the way. */
    static long wireBytes(int message) {
        long inside = message + ENVELOPE_BYTES;
        return inside + SEGMENT_BYTES * ((inside + SEGMENT_PAYLOAD - 1) / SEGMENT_PAYLOAD);
    }

    public synchronized Month month() {
        turn();
        Instant now = clock.instant();
        Instant to = zoned(monthFrom).plusMonths(1).toInstant();
        Duration gone = Duration.between(monthFrom, now);
        Duration least = gone.compareTo(FORECAST_LEAST) < 0 ? FORECAST_LEAST : gone;
        long forecast = Math.max(billed(),
                (long) (billed() * ((double) Duration.between(monthFrom, to).toMillis() / least.toMillis())));
        LinkConfig.Cost cost = config.cost();
        return new Month(monthFrom, to, billed(), forecast, config.cap() == null ? null : config.cap().bytes(),
                cost(billed(), units), cost(forecast, (long) (units * (forecast / Math.max(1.0, billed())))),
                cost == null ? "" : cost.currency(), byLane);
    }

    private double cost(long bytes, long messageUnits) {
        LinkConfig.Cost cost = config.cost();
        if (cost == null) {
            return Double.NaN;
        }
        long whole = config.profile() == LinkProfile.SHORT_MESSAGE ? messageUnits : unitsOf(bytes);
        return whole * cost.price();
    }

    private long unitsOf(long bytes) {
        LinkConfig.Cost cost = config.cost();
        return cost == null ? 0 : (bytes + cost.unit().bytes() - 1) / cost.unit().bytes();
    }

    private long billed() {
        return Math.max(ours, interfaceBytes);
    }

    private void turn() {
        Instant month = monthOf(clock.instant());
        // A clock that is put back must not give the cap a second time.
        if (month.isAfter(monthFrom)) {
            monthFrom = month;
            ours = 0;
            units = 0;
            interfaceBytes = 0;
            reserved = 0;
            byLane.clear();
        }
    }

    private Instant monthOf(Instant now) {
        LocalDate today = now.atZone(zone).toLocalDate();
        LocalDate first = today.withDayOfMonth(config.monthStart());
        return (first.isAfter(today) ? first.minusMonths(1) : first).atStartOfDay(zone).toInstant();
    }

    private ZonedDateTime zoned(Instant at) {
        return at.atZone(zone);
    }

    /** What a kill makes the count too high at most. */
    private long ahead() {
        return config.cap() == null
                ? AHEAD_BYTES_MAX
                : Math.clamp(config.cap().bytes() / AHEAD_PART, AHEAD_BYTES_MIN, AHEAD_BYTES_MAX);
    }

    /** What is to be kept while it runs: the count as it may be before the next is kept. */
    public synchronized byte[] reserve() {
        turn();
        reserved = billed() + ahead();
        return toBytes(ahead());
    }

    /** What is to be kept when nothing more will be counted. */
    public synchronized byte[] close() {
        turn();
        return toBytes(0);
    }

    private byte[] toBytes(long ahead) {
        ByteBuffer out = ByteBuffer.allocate(KEPT_BYTES).putLong(monthFrom.getEpochSecond())
                .putLong(ours + ahead).putLong(units + unitsOf(ahead)).putLong(interfaceBytes)
                .putLong(interfaceSeen);
        for (Lane lane : Lane.values()) {
            out.putLong(byLane.getOrDefault(lane, 0L));
        }
        return out.array();
    }

    private void read(ByteBuffer in) {
        Instant from = Instant.ofEpochSecond(in.getLong());
        if (from.isBefore(monthFrom)) {
            return;
        }
        monthFrom = from;
        ours = in.getLong();
        units = in.getLong();
        interfaceBytes = in.getLong();
        interfaceSeen = in.getLong();
        // A former version may have had fewer lanes.
        for (Lane lane : Lane.values()) {
            long bytes = in.hasRemaining() ? in.getLong() : 0;
            if (bytes > 0) {
                byLane.put(lane, bytes);
            }
        }
    }
}
