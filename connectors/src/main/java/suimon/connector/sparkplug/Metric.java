package suimon.connector.sparkplug;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/**
 * One metric of a message.
 *
 * @param name empty where only the alias is said
 * @param alias -1 where there is none
 * @param millis milliseconds since the epoch, -1 where the metric has no time of its own
 * @param type 0 where it isn't said, as after a birth
 * @param value null for types that become no readings
 * @param quality of the property Quality: 192 good, 500 stale, 0 bad
 */
record Metric(String name, long alias, long millis, int type, boolean isNull, @Nullable Content value, int quality) {
    static final int GOOD = 192;
    static final int STALE = 500;

    private static final int NESTED_MAX = 8;

    /** What a metric holds. */
    sealed interface Content {
        record Whole(long bits) implements Content {}

        record One(Value value) implements Content {}

        record Packed(java.nio.ByteBuffer bytes) implements Content {}

        record Template(List<Metric> metrics) implements Content {}
    }

    /**
     * A message's payload.
     *
     * @param millis -1 where it has no time
     * @param sequence 0 to 255, -1 where there is none
     */
    record Payload(long millis, int sequence, List<Metric> metrics) {
        /** A message with more metrics, those inside templates included, is refused. */
        static final int METRICS_MAX = 20_000;

        static Payload read(byte[] bytes) throws BadPayload {
            Wire wire = new Wire(bytes);
            long millis = -1;
            int sequence = -1;
            List<Metric> metrics = new ArrayList<>();
            for (int field = wire.next(); field != 0; field = wire.next()) {
                switch (field) {
                    case 1 -> millis = wire.number();
                    case 2 -> metrics.add(metric(wire.message(), 0));
                    case 3 -> {
                        long number = wire.number();
                        if (number < 0 || number > 255) {
                            throw new BadPayload("seq " + Long.toUnsignedString(number) + ", expected 0 to 255");
                        }
                        sequence = (int) number;
                    }
                    case 4 -> {
                        if (wire.text().equals("SPBV1.0_COMPRESSED")) {
                            throw new BadPayload("a compressed payload; turn compression off at the edge node");
                        }
                    }
                    default -> wire.skip();
                }
                if (metrics.size() > METRICS_MAX) {
                    throw new BadPayload("more than " + METRICS_MAX + " metrics");
                }
            }
            return new Payload(millis, sequence, metrics);
        }
    }

    /** The value as its type means it; a template's and an array's are several. */
    Value whole(int ofType) {
        return switch (value) {
            case Content.Whole number -> MetricType.whole(ofType, number.bits());
            case Content.One one -> one.value();
            case Content.Packed ignored -> new Value.None();
            case Content.Template ignored -> new Value.None();
            case null -> new Value.None();
        };
    }

    private static Metric metric(Wire wire, int depth) throws BadPayload {
        String name = "";
        long alias = -1;
        long millis = -1;
        int type = 0;
        boolean isNull = false;
        Content value = null;
        int quality = GOOD;
        for (int field = wire.next(); field != 0; field = wire.next()) {
            switch (field) {
                case 1 -> name = wire.text();
                case 2 -> alias = wire.number();
                case 3 -> millis = wire.number();
                case 4 -> type = Math.clamp(wire.number(), 0, 1000);
                case 7 -> isNull = wire.number() != 0;
                case 9 -> quality = quality(wire.message());
                case 10, 11, 14 -> value = new Content.Whole(wire.number());
                case 12 -> value = new Content.One(new Value.Float32(wire.real32()));
                case 13 -> value = new Content.One(new Value.Float64(wire.real64()));
                case 15 -> value = new Content.One(new Value.Text(wire.text()));
                case 16 -> value = new Content.Packed(wire.packed());
                case 18 -> value = new Content.Template(template(wire.message(), depth + 1));
                default -> wire.skip();
            }
        }
        return new Metric(name, alias, millis, type, isNull, value, quality);
    }

    private static List<Metric> template(Wire wire, int depth) throws BadPayload {
        if (depth > NESTED_MAX) {
            throw new BadPayload("templates nested deeper than " + NESTED_MAX);
        }
        List<Metric> metrics = new ArrayList<>();
        for (int field = wire.next(); field != 0; field = wire.next()) {
            if (field == 2) {
                metrics.add(metric(wire.message(), depth));
            } else {
                wire.skip();
            }
            if (metrics.size() > Payload.METRICS_MAX) {
                throw new BadPayload("a template of more than " + Payload.METRICS_MAX + " metrics");
            }
        }
        return metrics;
    }

    private static int quality(Wire set) throws BadPayload {
        List<String> keys = new ArrayList<>();
        List<Long> values = new ArrayList<>();
        for (int field = set.next(); field != 0; field = set.next()) {
            switch (field) {
                case 1 -> keys.add(set.text());
                case 2 -> {
                    Wire value = set.message();
                    long number = -1;
                    for (int part = value.next(); part != 0; part = value.next()) {
                        if (part == 3 || part == 4) {
                            number = value.number();
                        } else {
                            value.skip();
                        }
                    }
                    values.add(number);
                }
                default -> set.skip();
            }
        }
        int at = keys.indexOf("Quality");
        return at < 0 || at >= values.size() || values.get(at) < 0 ? GOOD : Math.clamp(values.get(at), 0, 1000);
    }
}
