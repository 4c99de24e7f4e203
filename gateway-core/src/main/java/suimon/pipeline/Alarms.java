package suimon.pipeline;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import suimon.alarm.Condition;
import suimon.alarm.Evidence;
import suimon.alarm.Rule;
import suimon.config.AlarmConfig;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.reading.Grade;
import suimon.reading.Nanos;
import suimon.reading.Series;
import suimon.reading.Ticker;
import suimon.reading.Words;
import suimon.store.Change;

/**
 * The standing of every alarm, shared by the threads that can change one: ingest, insight and the
 * command door.
 *
 * <p>Whoever changes something does so and submits its commit while holding this object's monitor:
 * the log takes commits in the order of submission, so the state kept last is the newest. That is
 * why every method demands the monitor ({@code synchronized (alarms)}).
 */
public final class Alarms {
    /** The owner of the conditions in the store. */
    public static final String OWNER = "alarm";

    /** Rules about the gateway itself begin so; they have no series. */
    public static final String GATEWAY = "gateway/";

    /** Alarms told by sources that are remembered; beyond, the oldest one that is over is forgotten. */
    static final int TOLD_MAX = 2000;

    private final Map<String, Standing> standings = new LinkedHashMap<>();
    private final Map<Integer, List<Standing>> bySeries = new LinkedHashMap<>();
    private final Map<Integer, Track> tracks = new LinkedHashMap<>();
    private final List<String> forgotten = new ArrayList<>();
    private final Duration lateAfter;
    private final Ticker ticker;

    /** One alarm as a person sees it. */
    public record View(AlarmEvent last, long activatedNanos) {}

    /** What must go into the commit of whoever holds the monitor. */
    public record Outcome(List<Entry> entries, List<Change> changes) {
        public boolean isEmpty() {
            return entries.isEmpty() && changes.isEmpty();
        }
    }

    /**
     * Starts from what was committed.
     *
     * @param series gives the series of a name
     * @param kept what {@link #OWNER} keeps in the store
     */
    public Alarms(
            List<AlarmConfig> configs, Function<String, Series> series, Map<String, byte[]> kept,
            Duration lateAfter, Ticker ticker) {
        this.lateAfter = lateAfter;
        this.ticker = ticker;
        for (AlarmConfig config : configs) {
            Series about = series.apply(config.series());
            Standing standing = new Standing(Rule.of(config, about));
            standings.put(config.name(), standing);
            bySeries.computeIfAbsent(about.id(), id -> new ArrayList<>()).add(standing);
            tracks.computeIfAbsent(about.id(), id -> new Track(ticker.nanos()));
        }
        kept.forEach((name, bytes) -> {
            Standing standing = standings.get(name);
            if (standing != null) {
                standing.restore(bytes);
            } else if (name.startsWith(GATEWAY)) {
                standings.put(name, Standing.ofGateway(name, bytes));
            }
        });
    }

    /** Whether any rule watches the series. */
    public boolean watches(int series) {
        return bySeries.containsKey(series);
    }

    /**
     * A calibrated value arrived. Events wait for {@link #drain}.
     *
     * @param measured measured time, nanoseconds since the epoch
     * @param received time of arrival, nanoseconds since the epoch
     */
    public void observe(int series, double value, Grade grade, long measured, long received) {
        List<Standing> watching = bySeries.get(series);
        boolean isLate = received - measured > lateAfter.toNanos();
        Track track = tracks.get(series);
        if (watching == null || track == null || isLate || grade == Grade.FAIL || Double.isNaN(value)) {
            return;
        }
        track.lastArrival = ticker.nanos();
        // Of two clocks one is wrong, and the alarm must work all the same.
        long at = measured - received > lateAfter.toNanos() ? received : measured;
        track.forgetBeyond(received + lateAfter.toNanos());
        if (at < track.watermark) {
            return;
        }
        for (Standing standing : watching) {
            Evidence evidence = standing.rule.judge(value, track.previous, at - track.watermark);
            standing.observe(evidence, at, value);
        }
        track.previous = value;
        track.watermark = at;
    }

    /** The clock moved on: rules on silence are judged. */
    public void tick(long nowNanos) {
        long monotonic = ticker.nanos();
        bySeries.forEach((series, watching) -> {
            Track track = tracks.get(series);
            for (Standing standing : watching) {
                boolean isSilent = standing.rule.test() instanceof Rule.Silence silence && track != null
                        && monotonic - track.lastArrival > silence.patience().toNanos();
                if (isSilent && !standing.condition.state().active()) {
                    standing.observe(Evidence.BREACHED, nowNanos, Double.NaN);
                }
            }
        });
    }

    /** The gateway itself has something to say; the same rule stays one alarm until it is cleared. */
    public void raise(String rule, AlarmEvent.Severity severity, Words message, Words action, long nowNanos) {
        Standing standing = standings.computeIfAbsent(
                GATEWAY + rule, name -> new Standing(gatewayRule(name, severity, message, action)));
        standing.rule = gatewayRule(GATEWAY + rule, severity, message, action);
        standing.observe(Evidence.BREACHED, nowNanos, Double.NaN);
    }

    /** What the gateway complained of is over. */
    public void clear(String rule, long nowNanos) {
        Standing standing = standings.get(GATEWAY + rule);
        if (standing != null) {
            standing.observe(Evidence.CLEAR, nowNanos, Double.NaN);
        }
    }

    /** A source tells of an alarm at its sender; what was acknowledged there is so here. */
    public void report(Delivery.Alarm told) {
        String rule = told.source() + "/" + told.key();
        if (told.active()) {
            makeRoom(GATEWAY + rule);
            raise(rule, told.severity(), told.message(), told.action(), Nanos.of(told.at()));
        } else {
            clear(rule, Nanos.of(told.at()));
        }
        Standing standing = standings.get(GATEWAY + rule);
        if (told.acknowledged() && standing != null) {
            standing.acknowledge(told.source(), told.at());
        }
    }

    /** What is forgotten was over; when none is, one more is remembered, since sources bound their keys. */
    private void makeRoom(String name) {
        if (standings.containsKey(name)
                || standings.keySet().stream().filter(one -> one.startsWith(GATEWAY)).count() < TOLD_MAX) {
            return;
        }
        standings.entrySet().stream()
                .filter(one -> one.getKey().startsWith(GATEWAY) && !one.getValue().condition.state().active()
                        && one.getValue().events.isEmpty())
                .map(Map.Entry::getKey).findFirst().ifPresent(oldest -> {
                    standings.remove(oldest);
                    forgotten.add(oldest);
                });
    }

    /** A person has seen the alarm; false when there is no such occurrence or nothing to do. */
    public boolean acknowledge(String occurrence, String by, Instant at) {
        for (Standing standing : standings.values()) {
            if (standing.condition.occurrence().equals(occurrence)) {
                return standing.acknowledge(by, at);
            }
        }
        return false;
    }

    /** Whether an occurrence of that name is the newest of its rule. */
    public boolean knows(String occurrence) {
        return standings.values().stream().anyMatch(one -> one.condition.occurrence().equals(occurrence));
    }

    /** What an operator must see: active ones first, then the newest. */
    public List<View> retained() {
        return standings.values().stream()
                .filter(standing -> standing.condition.state().isRetained())
                .map(Standing::view)
                .sorted(Comparator.comparing((View view) -> !view.last().state().active())
                        .thenComparing(View::activatedNanos, Comparator.reverseOrder()))
                .toList();
    }

    /** Whether there are events, which want their commit at once. */
    public boolean hasEvents() {
        for (Standing standing : standings.values()) {
            if (!standing.events.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Hands over the events and states that are not committed yet; the caller submits them. */
    public Outcome drain() {
        List<Entry> entries = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        forgotten.forEach(name -> changes.add(new Change.Keep(OWNER, name, new byte[0])));
        forgotten.clear();
        for (Map.Entry<String, Standing> named : standings.entrySet()) {
            Standing standing = named.getValue();
            standing.events.forEach(event -> entries.add(new Entry.Alarm(event)));
            standing.events.clear();
            if (standing.isDirty) {
                changes.add(new Change.Keep(OWNER, named.getKey(), standing.toBytes()));
                standing.isDirty = false;
            }
        }
        return new Outcome(entries, changes);
    }

    private static Rule gatewayRule(String name, AlarmEvent.Severity severity, Words message, Words action) {
        return new Rule(name, "", severity, new Rule.Above(0, 0), Duration.ZERO, Duration.ZERO, false,
                message, action);
    }

    /** How far one series has come. */
    private static final class Track {
        private long lastArrival;
        private long watermark = Long.MIN_VALUE / 2;
        private double previous = Double.NaN;

        Track(long lastArrival) {
            this.lastArrival = lastArrival;
        }

        /** The clock was set back: what came before must not make all that comes look old. */
        void forgetBeyond(long latest) {
            if (watermark > latest) {
                watermark = Long.MIN_VALUE / 2;
                previous = Double.NaN;
            }
        }
    }

    /** One rule's condition with what a person needs to know of it. */
    private static final class Standing {
        private Rule rule;
        private Condition condition = Condition.NORMAL;
        private long activatedAt;
        private double value = Double.NaN;
        private boolean isDirty;
        private final List<AlarmEvent> events = new ArrayList<>();

        Standing(Rule rule) {
            this.rule = rule;
        }

        static Standing ofGateway(String name, byte[] bytes) {
            Words unknown = new Words("ゲートウェイからのお知らせ", "Notice from the gateway");
            Words look = new Words("ログと suimon doctor を確認してください", "See the log and suimon doctor");
            Standing standing = new Standing(
                    gatewayRule(name, AlarmEvent.Severity.CAUTION, unknown, look));
            standing.restore(bytes);
            return standing;
        }

        void observe(Evidence evidence, long at, double measured) {
            Condition.Step step = condition.observe(rule, evidence, at);
            isDirty |= !step.condition().equals(condition);
            condition = step.condition();
            step.happened().ifPresent(kind -> {
                if (kind == AlarmEvent.Kind.ACTIVATED) {
                    activatedAt = at;
                }
                value = measured;
                happened(kind, Nanos.toInstant(at), "gateway");
            });
        }

        boolean acknowledge(String by, Instant at) {
            Condition.Step step = condition.acknowledge();
            condition = step.condition();
            Optional<AlarmEvent.Kind> kind = step.happened();
            kind.ifPresent(happened -> happened(happened, at, by));
            return kind.isPresent();
        }

        View view() {
            return new View(event(AlarmEvent.Kind.CHANGED, Nanos.toInstant(activatedAt), "gateway"), activatedAt);
        }

        private void happened(AlarmEvent.Kind kind, Instant at, String by) {
            events.add(event(kind, at, by));
            isDirty = true;
        }

        private AlarmEvent event(AlarmEvent.Kind kind, Instant at, String by) {
            return new AlarmEvent(rule.name(), condition.occurrence(), rule.series(), rule.severity(), kind,
                    condition.state(), at, value, rule.message(), rule.action(), by);
        }

        byte[] toBytes() {
            byte[] state = condition.toBytes();
            return ByteBuffer.allocate(16 + state.length)
                    .putLong(activatedAt).putDouble(value).put(state).array();
        }

        void restore(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            activatedAt = buffer.getLong();
            value = buffer.getDouble();
            byte[] state = new byte[buffer.remaining()];
            buffer.get(state);
            condition = Condition.ofBytes(state);
        }
    }
}
