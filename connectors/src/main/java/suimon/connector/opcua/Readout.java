package suimon.connector.opcua;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Description;
import suimon.pipeline.SourceContext;
import suimon.reading.Value;

/**
 * Turns one value of a node into readings: a scalar is one, a state with a name two, an array or a
 * structure its text and one below it for each scalar in it. Guarded by the {@link Desk}.
 */
final class Readout {
    /**
     * So many series arise from arrays and structures of one source; parts beyond are in the text
     * only, so that a server with long arrays can't take the series of all others.
     */
    static final int PARTS_MAX = 4_000;

    private static final Logger LOG = LoggerFactory.getLogger(Readout.class);

    private final String source;
    private final SourceContext.Descriptions descriptions;
    private final Set<String> parts = new HashSet<>();
    private boolean isFull;

    Readout(String source, SourceContext.Descriptions descriptions) {
        this.source = source;
        this.descriptions = descriptions;
    }

    /** The node's own reading first. */
    List<Sample> samplesOf(TrackedNode node, DataValue value) throws Composite.Unreadable {
        long measured = Values.measuredNanos(value);
        int status = Values.statusOf(value.statusCode());
        Object raw = value.value().value();
        Value found = Values.valueOf(raw);
        if (found != null) {
            Sample own = new Sample(node.series(), found, measured, status);
            String name = node.names.isEmpty() ? null : node.names.get(found.bits());
            return name == null ? List.of(own)
                    : List.of(own, new Sample(node.series() + "/name", new Value.Text(name), measured, status));
        }
        List<Sample> samples = new ArrayList<>();
        for (Composite.Part part : Composite.partsOf(raw, node.types)) {
            if (part.path().isEmpty()) {
                samples.add(new Sample(node.series(), part.value(), measured, status));
            } else if (isTaken(node, part)) {
                samples.add(new Sample(node.series() + "/" + part.path(), part.value(), measured, status));
            }
        }
        return samples;
    }

    private boolean isTaken(TrackedNode node, Composite.Part part) {
        String series = node.series() + "/" + part.path();
        if (parts.contains(series)) {
            return true;
        }
        if (parts.size() >= PARTS_MAX) {
            if (!isFull) {
                LOG.warn("source={} more than {} series from arrays and structures; {} and others are in the"
                        + " text of their nodes only", source, PARTS_MAX, series);
            }
            isFull = true;
            return false;
        }
        parts.add(series);
        Description said = node.description;
        boolean isElement = Character.isDigit(part.path().charAt(0));
        if (said != null && isElement) {
            // The unit of an array is that of its elements (Part 8, 5.3.2.3).
            descriptions.describe(series, said);
        }
        return true;
    }
}
