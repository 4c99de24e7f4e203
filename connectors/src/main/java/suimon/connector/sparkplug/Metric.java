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
 */
record Metric(
        String name, long alias, long millis, int type, boolean isNull, @Nullable Content value, Properties properties) {
    static final int GOOD = 192;
    static final int STALE = 500;

    /**
     * What is said beside a value.
     *
     * @param quality of the property Quality: 192 good, 500 stale, 0 bad
     * @param unit of engUnit, as the edge node writes it; empty where it says none
     * @param low of engLow, NaN where it isn't said; likewise high
     */
    record Properties(int quality, String unit, double low, double high) {
        static final Properties NONE = new Properties(GOOD, "", Double.NaN, Double.NaN);

        /** Whether it says what the value means. */
        boolean isDescribed() {
            return !unit.isEmpty() || low < high;
        }
    }

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
        Properties properties = Properties.NONE;
        for (int field = wire.next(); field != 0; field = wire.next()) {
            switch (field) {
                case 1 -> name = wire.text();
                case 2 -> alias = wire.number();
                case 3 -> millis = wire.number();
                case 4 -> type = Math.clamp(wire.number(), 0, 1000);
                case 7 -> isNull = wire.number() != 0;
                case 9 -> properties = properties(wire.message());
                case 10, 11, 14 -> value = new Content.Whole(wire.number());
                case 12 -> value = new Content.One(new Value.Float32(wire.real32()));
                case 13 -> value = new Content.One(new Value.Float64(wire.real64()));
                case 15 -> value = new Content.One(new Value.Text(wire.text()));
                case 16 -> value = new Content.Packed(wire.packed());
                case 18 -> value = new Content.Template(template(wire.message(), depth + 1));
                default -> wire.skip();
            }
        }
        return new Metric(name, alias, millis, type, isNull, value, properties);
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

    /** Keys and values come apart, in the same order; a later one of a key counts. */
    private static Properties properties(Wire set) throws BadPayload {
        List<String> keys = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (int field = set.next(); field != 0; field = set.next()) {
            switch (field) {
                case 1 -> keys.add(set.text());
                case 2 -> values.add(property(set.message()));
                default -> set.skip();
            }
        }
        int quality = GOOD;
        String unit = "";
        double low = Double.NaN;
        double high = Double.NaN;
        for (int at = 0; at < Math.min(keys.size(), values.size()); at++) {
            Object value = values.get(at);
            switch (keys.get(at)) {
                case "Quality" -> quality = value instanceof Long number && number >= 0 ? Math.clamp(number, 0, 1000) : GOOD;
                case "engUnit" -> unit = value instanceof String text ? text.strip() : "";
                case "engLow" -> low = value instanceof Number number ? number.doubleValue() : Double.NaN;
                case "engHigh" -> high = value instanceof Number number ? number.doubleValue() : Double.NaN;
                default -> { }
            }
        }
        return new Properties(quality, unit, low, high);
    }

    /** Whole numbers as Long, others as Double, texts; anything else says nothing here, as -1 does. */
    private static Object property(Wire value) throws BadPayload {
        Object found = -1L;
        for (int part = value.next(); part != 0; part = value.next()) {
            switch (part) {
                case 3, 4 -> found = value.number();
                case 5 -> found = (double) value.real32();
                case 6 -> found = value.real64();
                case 8 -> found = value.text();
                default -> value.skip();
            }
        }
        return found;
    }
}
