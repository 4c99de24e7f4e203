package suimon.connector.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Description;
import suimon.pipeline.ScriptedInbox;
import suimon.pipeline.SourceContext;
import suimon.reading.Value;

/** Engineering units of births held against what is there. */
class MetricUnitsTest {
    private final ScriptedInbox inbox = new ScriptedInbox();
    private final List<String> described = new ArrayList<>();
    private final MetricUnits units = new MetricUnits("plant", new SourceContext(inbox, name -> Map.of(), series -> 0,
            Path.of("."), Clock.systemUTC(), System::nanoTime, "site", this::describe));

    /** As a gateway where n/do is configured in mg/L. */
    private String describe(String series, Description said) {
        described.add(series + " " + said.unit() + " " + (said.range() == null ? "" : said.range().suspectHigh()));
        return series.equals("n/do") && !said.unit().isEmpty() && !said.unit().equals("mg/L")
                ? "its unit is " + said.unit() + " at the source and mg/L here" : "";
    }

    @Test
    void aUnitThatDiffersFromTheConfigurationKeepsTheSeriesOutUntilABirthFits() throws Exception {
        units.described(Map.of("n/do", said("%", 0, 200)));
        assertThat(units.taken(List.of(sample("n/do"), sample("n/level")))).extracting(Sample::series)
                .containsExactly("n/level");
        assertThat(inbox.alarms()).containsExactly("unit/n/do on");
        assertThat(inbox.waiting()).singleElement().isInstanceOfSatisfying(Delivery.Lost.class, lost ->
                assertThat(lost.reason()).isEqualTo("its unit is % at the source and mg/L here"));

        units.described(Map.of("n/do", said("mg/L", 0, 20)));
        assertThat(units.taken(List.of(sample("n/do")))).hasSize(1);
        assertThat(inbox.alarms()).containsExactly("unit/n/do on", "unit/n/do off");
        assertThat(described).containsExactly("n/do % 200.0", "n/do mg/L 20.0");
    }

    @Test
    void aUnitThatChangesFromBirthToBirthIsNotMixedAlsoWhereNobodyKnowsIt() throws Exception {
        units.described(Map.of("n/a", said("furlong", Double.NaN, Double.NaN), "n/b", said("\u00b0C", Double.NaN, Double.NaN)));
        units.described(Map.of("n/a", said("cubit", Double.NaN, Double.NaN), "n/b", said("degC", Double.NaN, Double.NaN)));

        assertThat(units.taken(List.of(sample("n/a"), sample("n/b")))).extracting(Sample::series).containsExactly("n/b");
        assertThat(inbox.alarms()).containsExactly("unit/n/a on");
    }

    private static Metric.Properties said(String unit, double low, double high) {
        return new Metric.Properties(Metric.GOOD, unit, low, high);
    }

    private static Sample sample(String series) {
        return new Sample(series, new Value.Float64(1), 1, 0);
    }
}
