package suimon.connector.sparkplug;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig.GrossRange;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Description;
import suimon.pipeline.Receipt;
import suimon.pipeline.SourceContext;
import suimon.pipeline.UnitNames;
import suimon.pipeline.UnitRefusals;

/**
 * Keeps values of another unit out of a series: by the properties engUnit, engLow and engHigh of births, held against
 * the configuration and against the birth before. What does not fit is not taken until a birth fits again, and
 * an alarm says so. For the source's thread.
 */
final class MetricUnits {
    /** Series of births long gone are forgotten at so many. */
    static final int SERIES_MAX = 2 * EdgeNodes.METRICS_MAX;

    private final String source;
    private final SourceContext context;
    private final UnitRefusals refusals;
    private final Map<String, String> taken = new HashMap<>();
    private final Map<String, String> refused = new HashMap<>();

    MetricUnits(String source, SourceContext context) {
        this.source = source;
        this.context = context;
        this.refusals = new UnitRefusals(source, context);
        refusals.restore(context.kept().of(source));
    }

    /** What a birth says. */
    void described(Map<String, Metric.Properties> series) throws InterruptedException {
        for (Map.Entry<String, Metric.Properties> each : series.entrySet()) {
            judge(each.getKey(), each.getValue());
        }
    }

    private void judge(String series, Metric.Properties said) throws InterruptedException {
        String code = UnitNames.ucumOf(said.unit());
        // One that is not known here counts by its name, so that its change is noticed as well.
        String unit = code.isEmpty() ? said.unit() : code;
        String before = taken.getOrDefault(series, unit);
        String reason = unit.isEmpty() || before.equals(unit) ? context.descriptions().describe(series,
                new Description(code, range(said)))
                : "its unit was " + before + " and is " + unit + " in its newest birth";
        if (!reason.isEmpty() && refused.put(series, reason) == null) {
            context.inbox().put(new Delivery.Lost(source, series, context.clock().instant(), null, reason, Receipt.NONE));
        } else if (reason.isEmpty()) {
            refused.remove(series);
            if (!unit.isEmpty()) {
                if (taken.size() >= SERIES_MAX) {
                    taken.clear();
                }
                taken.put(series, unit);
            }
        }
        refusals.tell(series, said.unit(), reason);
    }

    /** What normal operation does not reach is suspect. */
    private static @Nullable GrossRange range(Metric.Properties said) {
        return said.low() < said.high()
                ? new GrossRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, said.low(), said.high()) : null;
    }

    /** Without those of refused units. */
    List<Sample> taken(List<Sample> samples) {
        return refused.isEmpty() ? samples
                : samples.stream().filter(sample -> !refused.containsKey(sample.series())).toList();
    }
}
