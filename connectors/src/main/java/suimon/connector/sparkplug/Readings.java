package suimon.connector.sparkplug;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import suimon.connector.sparkplug.EdgeNode.Known;
import suimon.pipeline.Delivery.Sample;
import suimon.reading.Value;

/** Metrics as samples. For one thread. */
final class Readings {
    /** Bad_NoCommunication: the node or device is dead. */
    static final int NO_COMMUNICATION = 0x80310000;
    /** Bad_NoData: the metric is null. */
    static final int NO_DATA = 0x809B0000;

    private static final int BAD = 0x80000000;
    private static final int UNCERTAIN = 0x40000000;
    /** Uncertain_LastUsableValue. */
    private static final int STALE = 0x40900000;
    private static final int NAME_CHARACTERS_MAX = 200;
    private static final long MILLI_NANOS = 1_000_000;
    private static final long MILLIS_MAX = Long.MAX_VALUE / MILLI_NANOS;

    private final String series;

    Readings(String series) {
        this.series = series;
    }

    /** All that a message says, of a birth or of data whose metrics are known. */
    List<Sample> of(Incoming message, Metric.Payload payload, EdgeNode node) throws BadPayload {
        List<Sample> samples = new ArrayList<>();
        boolean isBirth = message.kind() == Incoming.Kind.NBIRTH || message.kind() == Incoming.Kind.DBIRTH;
        for (Metric metric : payload.metrics()) {
            Known known = isBirth ? null : node.known(message.device(), metric);
            String name = known == null ? metric.name() : known.name();
            int type = metric.type() != 0 || known == null ? metric.type() : known.type();
            if (!isControl(name)) {
                add(samples, node, message.device(), name, type, metric, payload.millis());
            }
        }
        return samples;
    }

    /** The series whose meaning a birth says, with it; members of templates and arrays have none of their own. */
    Map<String, Metric.Properties> described(Incoming birth, Metric.Payload payload, EdgeNode node) {
        Map<String, Metric.Properties> found = new LinkedHashMap<>();
        for (Metric metric : payload.metrics()) {
            if (metric.properties().isDescribed() && MetricType.isReadable(metric.type())
                    && metric.type() != MetricType.TEMPLATE && !isControl(metric.name())) {
                found.put(name(node, birth.device(), metric.name()), metric.properties());
            }
        }
        return found;
    }

    /** What a dead node or device leaves: no value, with the reason as status. */
    List<Sample> stale(EdgeNode node, String device, long nanos) {
        List<Sample> samples = new ArrayList<>();
        for (Known known : node.byName.values()) {
            if (known.device().equals(device) && MetricType.isReadable(known.type())
                    && known.type() != MetricType.TEMPLATE && !isControl(known.name())) {
                samples.add(new Sample(name(node, device, known.name()), new Value.None(), nanos, NO_COMMUNICATION));
            }
        }
        return samples;
    }

    static long nanos(long millis) throws BadPayload {
        if (millis < 0 || millis > MILLIS_MAX) {
            throw new BadPayload("the time " + Long.toUnsignedString(millis) + " ms, expected one before 2262");
        }
        return millis * MILLI_NANOS;
    }

    private void add(
            List<Sample> samples, EdgeNode node, String device, String name, int type, Metric metric, long otherwise)
            throws BadPayload {
        if (!MetricType.isReadable(type)) {
            return;
        }
        long millis = metric.millis() >= 0 ? metric.millis() : otherwise;
        if (metric.value() instanceof Metric.Content.Template template && !metric.isNull()) {
            for (Metric part : template.metrics()) {
                add(samples, node, device, name + "/" + part.name(), part.type(), part, millis);
            }
            return;
        }
        String called = name(node, device, name);
        if (called.isBlank() || called.length() > NAME_CHARACTERS_MAX
                || called.chars().anyMatch(Character::isISOControl)) {
            throw new BadPayload("the metric '" + name.substring(0, Math.min(60, name.length()))
                    + "' makes a series name that is not 1 to " + NAME_CHARACTERS_MAX + " printable characters");
        }
        long nanos = millis < 0 ? Long.MIN_VALUE : nanos(millis);
        List<Value> elements = metric.value() instanceof Metric.Content.Packed packed && !metric.isNull()
                ? MetricType.elements(type, packed.bytes().duplicate().order(packed.bytes().order())) : null;
        if (elements != null) {
            for (int index = 0; index < elements.size(); index++) {
                samples.add(new Sample(called + "/" + index, elements.get(index), nanos, status(metric.properties().quality())));
            }
            return;
        }
        Value value = metric.isNull() ? new Value.None() : metric.whole(type);
        samples.add(new Sample(called, value, nanos,
                value instanceof Value.None ? NO_DATA : status(metric.properties().quality())));
    }

    private String name(EdgeNode node, String device, String metric) {
        String template = device.isEmpty() ? series.replace("{device}/", "").replace("{device}", "") : series;
        return template.replace("{group}", node.group).replace("{node}", node.name).replace("{device}", device)
                .replace("{metric}", metric);
    }

    private static boolean isControl(String name) {
        return name.equals("bdSeq") || name.startsWith("Node Control/") || name.startsWith("Device Control/");
    }

    /** The property Quality: 192 is good, 500 stale, 0 bad; between as OPC DA had it. */
    private static int status(int quality) {
        return quality == Metric.STALE ? STALE : quality >= Metric.GOOD ? 0 : quality >= 64 ? UNCERTAIN : BAD;
    }
}
