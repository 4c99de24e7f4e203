package suimon.backhaul;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import suimon.config.LinkConfig;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.AlarmEvent;
import suimon.reading.AlarmState;
import suimon.reading.ClockStamp;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * What a site will send in a month, before anything is bought: frames are made as the uplink would make
 * them, from values that wander by a hundredth, and counted with what the protocols add. Pure.
 */
public final class TrafficForecast {
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration AGGREGATE = Duration.ofMinutes(10);
    private static final int FRAMES_MADE = 50;
    private static final int READINGS_MADE = 100_000;
    /** Activated, cleared, acknowledged, confirmed. */
    private static final int ALARM_STEPS = 4;
    /** TCP, TLS 1.3 with two certificates of a chain, CONNECT, SUBSCRIBE, a call and its answer. */
    private static final long HANDSHAKE_BYTES = 6_000;
    private static final int HANDSHAKES_A_MONTH = 60;
    /** A ping and its answer over TLS, and TCP's acknowledgement. */
    private static final int PING_BYTES = 204;
    private static final long SEED = 1;

    private final String gateway;
    private final Load load;

    /**
     * What a site sends.
     *
     * @param every how often each series that is forwarded has a value
     * @param series how many series there are, whose ten minutes are summarised
     * @param collect how long readings wait for one another
     * @param alarms occurrences of alarms in a month
     * @param results runs of models in a month
     */
    public record Load(List<Duration> every, int series, Duration collect, double alarms, double results) {
        public Load {
            every = List.copyOf(every);
        }
    }

    public TrafficForecast(String gateway, Load load) {
        this.gateway = gateway;
        this.load = load;
    }

    /** Bytes in 30 days over this link, by lane; what belongs to none says {@link #upkeep}. */
    public Map<Lane, Long> bytesByLane(LinkConfig link) {
        Map<Lane, Long> bytes = new EnumMap<>(Lane.class);
        long alarm = roundTrip(Lane.P0, new Content(List.of(), List.of(), List.of(alarm()), List.of(), null));
        bytes.put(Lane.P0, (long) (load.alarms() * alarm));
        Duration heartbeat = link.profile().heartbeat().isZero() ? Timing.USUAL.heartbeat() : link.profile().heartbeat();
        long beat = roundTrip(Lane.P1, new Content(List.of(), List.of(), List.of(), List.of(),
                new Content.Heartbeat(Instant.EPOCH, List.of(100L, 100L, 100L, 100L))));
        bytes.put(Lane.P1, (long) (load.alarms() * (ALARM_STEPS - 1) * alarm + MONTH.dividedBy(heartbeat) * beat));
        bytes.put(Lane.P2, MONTH.dividedBy(AGGREGATE) * roundTrip(Lane.P2, aggregates())
                + (long) (load.results() * roundTrip(Lane.P2, new Content(
                        List.of(), List.of(), List.of(result()), List.of(), null))));
        bytes.put(Lane.P3, readings());
        return bytes;
    }

    /** Handshakes, and signs of life where frames come more rarely. */
    public long upkeep(LinkConfig link) {
        Duration keepAlive = link.profile().keepAlive();
        boolean isBusy = load.series() > 0 && AGGREGATE.compareTo(keepAlive) < 0;
        long pings = keepAlive.isZero() || isBusy ? 0 : MONTH.dividedBy(keepAlive);
        return HANDSHAKES_A_MONTH * HANDSHAKE_BYTES + pings * PING_BYTES;
    }

    private long readings() {
        if (load.every().isEmpty()) {
            return 0;
        }
        Random random = new Random(SEED);
        long collect = load.collect().toNanos();
        long[] next = load.every().stream().mapToLong(every -> (long) (random.nextDouble() * every.toNanos())).toArray();
        long[] values = new long[next.length];
        long bytes = 0;
        long made = 0;
        long now = 0;
        for (int frames = 0; frames < FRAMES_MADE && made < READINGS_MADE;) {
            now = Math.max(now + collect, java.util.Arrays.stream(next).min().orElse(0));
            Readings.Builder readings = new Readings.Builder(64);
            for (int series = 0; series < next.length; series++) {
                while (next[series] <= now) {
                    values[series] += random.nextInt(7) - 3;
                    readings.add(series, next[series], next[series], new Value.Decimal(values[series], 2), Grade.GOOD,
                            0, TimeOrigin.SOURCE);
                    next[series] += load.every().get(series).toNanos();
                }
            }
            if (readings.size() > 0) {
                made += readings.size();
                frames++;
                ClockStamp clock = new ClockStamp("00000000-0000-0000-0000-000000000000", now, now,
                        ClockStamp.Trust.SYNCHRONISED);
                bytes += roundTrip(Lane.P3, new Content(List.of(),
                        List.of(new Content.Block(clock, readings.buildBySeries())), List.of(), List.of(), null));
            }
        }
        return (long) (bytes * ((double) MONTH.toNanos() / now));
    }

    private Content aggregates() {
        List<Entry> entries = new ArrayList<>();
        for (int series = 0; series < load.series(); series++) {
            entries.add(new Entry.Aggregate(series, Instant.EPOCH, AGGREGATE.toNanos(), 60, 60, 12.34 + series, 12.5 + series,
                    12.7 + series, 12.6 + series, Grade.GOOD, 0));
        }
        return new Content(List.of(), List.of(), entries, List.of(), null);
    }

    private static Entry alarm() {
        return new Entry.Alarm(new AlarmEvent("oxygen-low", "oxygen-low/2026-01-01T00:00:00Z", "pen1/do",
                AlarmEvent.Severity.ALERT, AlarmEvent.Kind.ACTIVATED,
                new AlarmState(true, false, false, false, false, false, false), Instant.EPOCH, 3.9,
                new Words("溶存酸素が下限を下回っています", "Dissolved oxygen is below its limit"),
                new Words("給餌を止め、曝気装置を動かす", "Stop feeding, start aeration"), ""));
    }

    private static Entry result() {
        return new Entry.Inference("pen1-hypoxia", "hypoxia 1.0.0", "0".repeat(64), Instant.EPOCH,
                List.of(new Entry.Output("forecast/pen1/oxygen-6h", Instant.EPOCH, 5.4),
                        new Entry.Output("forecast/pen1/oxygen-24h", Instant.EPOCH, 5.1),
                        new Entry.Output("forecast/pen1/low-oxygen-risk", Instant.EPOCH, 0.2)));
    }

    /** One frame and what comes back for it. */
    private long roundTrip(Lane lane, Content content) {
        byte[] piece = ContentWire.pack(content, ContentWire.CODED);
        int message = Messages.write(new Frame(gateway, new Epoch(-1L), lane, 100_000, 0, 1, piece)).length;
        return LinkAccount.roundTripBytes(message);
    }
}
