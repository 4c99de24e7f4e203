package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.reading.Capture;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.store.Change;

/**
 * Turns the payloads of one source into readings, by the rules of its configuration. Pure: no
 * clock, no I/O. Used by one thread.
 *
 * <p>A message is decoded as a whole or rejected as a whole; bad input never throws. What to do
 * with a topic is worked out when it comes for the first time and then remembered.
 */
public final class Decoder {
    /** A longer payload is rejected unread. */
    public static final int PAYLOAD_BYTES_MAX = 1 << 20;

    /** At this many topics what is remembered of them is thrown away and built up again. */
    public static final int TOPICS_MAX = 10_000;

    /** A message that would make one more series is rejected: a topic gone wild can't fill the log. */
    public static final int SERIES_MAX = 10_000;

    private final List<Rule> rules;
    private final JsonTape tape = new JsonTape();
    private final CborReader cbor = new CborReader();
    private final UnitBook book;
    private final SeriesUnits units;
    private final FrameCounters counters = new FrameCounters();
    private final Draft draft = new Draft();
    private final Map<String, Plan> plans = new HashMap<>();

    private record Rule(TopicTemplate topic, DecodeConfig config, JsonPlan.@Nullable Shape json) {}

    private Decoder(List<Rule> rules, UnitBook book) {
        this.rules = List.copyOf(rules);
        this.book = book;
        units = new SeriesUnits(book);
    }

    /** A decoder that knows of no units. */
    public static Decoder of(List<DecodeConfig> configs) {
        return of(configs, UnitBook.empty());
    }

    /**
     * A decoder for one source; the first rule that matches a topic decides.
     *
     * @param book the units that series come in; all sources may share one
     */
    public static Decoder of(List<DecodeConfig> configs, UnitBook book) {
        List<Rule> rules = new ArrayList<>();
        for (DecodeConfig config : configs) {
            boolean isJson = config.format() == DecodeConfig.Format.JSON;
            rules.add(new Rule(new TopicTemplate(config.topic()), config,
                    isJson ? new JsonPlan.Shape(config) : null));
        }
        return new Decoder(rules, book);
    }

    /**
     * Decodes one message; the sink gets all its readings or none.
     *
     * @param receivedNanos the measured time where the payload has none, nanoseconds since the epoch
     */
    public Outcome decode(String topic, byte[] payload, long receivedNanos, Sink sink) {
        return decode(topic, payload, 0, payload.length, receivedNanos, sink);
    }

    /** Decodes one message whose payload lies among other bytes, which must not change meanwhile. */
    Outcome decode(String topic, byte[] around, int from, int to, long receivedNanos, Sink sink) {
        draft.begin(around, from, to, receivedNanos);
        Plan plan = plan(topic);
        if (to - from > plan.payloadBytesMax()) {
            draft.refuse(Fault.SIZE,
                    "a payload of " + (to - from) + " bytes, at most " + plan.payloadBytesMax() + " are read");
        } else {
            plan.decode(draft);
        }
        return draft.finish(sink);
    }

    private Plan plan(String topic) {
        Plan known = plans.get(topic);
        if (known != null) {
            return known;
        }
        if (plans.size() >= TOPICS_MAX) {
            plans.clear();
        }
        Plan made = compile(topic);
        plans.put(topic, made);
        return made;
    }

    private Plan compile(String topic) {
        for (Rule rule : rules) {
            Map<String, String> names = rule.topic.match(topic);
            if (names != null) {
                return switch (rule.config.format()) {
                    case JSON -> new JsonPlan(Objects.requireNonNull(rule.json), names, tape);
                    case CSV -> new CsvPlan(rule.config, names);
                    case NUMBER -> new NumberPlan(rule.config, names);
                    case CBOR -> new CborPlan(rule.config, names, cbor);
                    case SENML -> new SenmlPlan(rule.config, names, tape, cbor, units);
                    case LORAWAN -> new LorawanPlan(rule.config, names, tape, counters);
                    case CAPTURE -> new CapturePlan(rule.config, names);
                };
            }
        }
        String reason = "no decode rule for topic " + Draft.shown(topic);
        return message -> message.refuse(Fault.TOPIC, reason);
    }

    /** Takes the readings of a message. */
    @FunctionalInterface
    public interface Sink {
        /**
         * One reading.
         *
         * @param series the same object each time
         * @param measuredNanos nanoseconds since the epoch
         */
        void reading(SeriesLabel series, Value value, long measuredNanos, TimeOrigin origin);
    }

    /** What became of a message. */
    public sealed interface Outcome {
        /** All of it was decoded, into so many readings. */
        record Decoded(int readings) implements Outcome {}

        /** It is a capture, as it stands in the payload. */
        record Captured(String sensor, Capture capture) implements Outcome {}

        /**
         * None of it was.
         *
         * @param fault the kind of fault, for counting like with like
         * @param reason one line for a person, such as {@code not JSON at byte 0}
         */
        record Rejected(Fault fault, String reason) implements Outcome {}
    }

    /** Kinds of fault. */
    public enum Fault {
        /** No rule matches the topic. */
        TOPIC,
        /** The payload is too long. */
        SIZE,
        /** The payload is not of the configured format. */
        FORMAT,
        /** The value is missing, there twice, or of the wrong kind. */
        VALUE,
        /** A series came in another unit than its own. */
        UNIT,
        /** The time is missing or can't be read. */
        TIME,
        /** The series' name can't be made, or there are too many series. */
        SERIES
    }

    /** For messages about what is configured. */
    @Override
    public String toString() {
        return "Decoder" + rules.stream().map(rule -> rule.config.topic()).toList();
    }

    /** Units that were learned, to be kept in the commit of what was decoded. */
    List<Change> unitChanges() {
        return book.changes();
    }

    /** How many topics are remembered. */
    int topics() {
        return plans.size();
    }
}
