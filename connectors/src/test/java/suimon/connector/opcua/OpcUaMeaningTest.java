package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static suimon.connector.opcua.OpcUaFixture.START;
import static suimon.connector.opcua.OpcUaFixture.value;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.Matrix;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.GradeConfig.GrossRange;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.simulator.HistorianServer;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Description;
import suimon.reading.Unit;
import suimon.reading.Value;

/** What values of arrays, structures, enumerations and states become, and what the server says of them. */
class OpcUaMeaningTest {
    @TempDir Path folder;
    private OpcUaFixture site;
    private PlantNamespace plant;

    @BeforeEach
    void open() {
        site = new OpcUaFixture(folder);
        HistorianServer server = site.serve();
        plant = new PlantNamespace(server.server());
    }

    @AfterEach
    void close() {
        site.close();
        plant.shutdown();
    }

    private Draft draft(String... names) {
        Draft draft = site.draft();
        for (String name : names) {
            draft.nodes.add(new NodeSettings("nsu=urn:plant;s=" + name, name));
        }
        return draft;
    }

    private Value only(String series) {
        List<Sample> found = site.committed.of(series);
        assertThat(found).as("readings of %s", series).isNotEmpty();
        return found.getFirst().value();
    }

    private void startAndAwait(Draft draft, String... series) throws Exception {
        site.start(draft);
        for (String one : series) {
            site.await("a value of " + one, () -> !site.committed.of(one).isEmpty());
        }
    }

    @Test
    void anArrayIsItsTextAndASeriesForEachElementWithTheUnitOfTheArray() throws Exception {
        plant.add("spectrum", NodeIds.Double, value(new Double[] {1.5, -2.0, Double.NaN}, START));
        plant.unit("spectrum", "2Z", "mV");
        plant.add("grid", NodeIds.Int32, value(
                Matrix.ofInt32(new Integer[][] {{1, 2}, {3, 4}}), START));

        startAndAwait(draft("spectrum", "grid"), "spectrum", "grid");

        assertThat(only("spectrum")).isEqualTo(new Value.Text("[1.5,-2.0,\"NaN\"]"));
        assertThat(only("spectrum/1")).isEqualTo(new Value.Float64(-2.0));
        assertThat(only("spectrum/2").asDouble()).isNaN();
        assertThat(only("grid")).isEqualTo(new Value.Text("[[1,2],[3,4]]"));
        assertThat(only("grid/1/0")).isEqualTo(new Value.Int64(3));
        assertThat(site.described.get("spectrum/0")).isEqualTo(new Description("mV", null));
        assertThat(site.committed.of("spectrum/1").getFirst().measuredNanos()).isEqualTo(OpcUaFixture.nanos(0));
    }

    @Test
    void aPartOfAnArrayIsTakenWhereARangeIsConfigured() throws Exception {
        plant.add("spectrum", NodeIds.Double, value(new Double[] {0.0, 1.0, 2.0, 3.0}, START));
        Draft draft = site.draft();
        draft.nodes.add(new NodeSettings("nsu=urn:plant;s=spectrum", "part", null, null, null, "1:2", null));

        startAndAwait(draft, "part");

        assertThat(only("part")).isEqualTo(new Value.Text("[1.0,2.0]"));
    }

    @Test
    void aStructureOfTheMakersOwnIsReadByItsDefinitionAtTheServer() throws Exception {
        var mode = plant.enumeration("PumpMode", "Off", "Auto", "Hand");
        var type = plant.structure("PumpType", PlantNamespace.field("pressure", NodeIds.Double, -1),
                PlantNamespace.field("is running", NodeIds.Boolean, -1),
                PlantNamespace.field("label", NodeIds.String, -1),
                PlantNamespace.field("mode", mode, -1),
                PlantNamespace.field("axes", NodeIds.Float, 1));
        ExtensionObject pump = plant.structured("PumpType", body -> {
            body.encodeDouble("pressure", 4.25);
            body.encodeBoolean("is running", true);
            body.encodeString("label", "P-1 \"east\"");
            body.encodeInt32("mode", 2);
            body.encodeFloatArray("axes", new Float[] {0.5f, 0.25f});
        });
        plant.add("pump", type, value(pump, START));
        plant.add("pumps", type, value(new ExtensionObject[] {pump, pump}, START));

        startAndAwait(draft("pump", "pumps"), "pump", "pumps");

        assertThat(only("pump/pressure")).isEqualTo(new Value.Float64(4.25));
        assertThat(only("pump/is_running")).isEqualTo(new Value.Bool(true));
        assertThat(only("pump/label")).isEqualTo(new Value.Text("P-1 \"east\""));
        assertThat(only("pump/axes/1")).isEqualTo(new Value.Float32(0.25f));
        assertThat(only("pump/mode")).isEqualTo(new Value.Int64(2));
        assertThat(only("pump/mode/name")).isEqualTo(new Value.Text("Hand"));
        assertThat(only("pump")).isEqualTo(new Value.Text("{\"pressure\":4.25,\"is running\":true,"
                + "\"label\":\"P-1 \\\"east\\\"\",\"mode\":\"Hand\",\"axes\":[0.5,0.25]}"));
        assertThat(only("pumps/1/pressure")).isEqualTo(new Value.Float64(4.25));
    }

    @Test
    void aStructureNobodyDefinedPutsItsNodeOutAloneAndSaysWhatToDo() throws Exception {
        plant.add("riddle", NodeIds.Structure, value(plant.structured("Nowhere", body ->
                body.encodeInt32("x", 1)), START));
        plant.add("flow", NodeIds.Double, value(1.0, START));

        OpcUaSource source = site.start(draft("riddle", "flow"));
        site.await("the good node", () -> !site.committed.of("flow").isEmpty());
        site.await("the gap", () -> !site.committed.gaps().isEmpty());

        assertThat(source.progress().state()).contains("subscribed to 1 of 2", "Nowhere.binary",
                "name the nodes below it");
    }

    @Test
    void statesHaveTheirNamesFromTheTypeOrThePropertiesOfTheNode() throws Exception {
        var type = plant.enumeration("ValveState", "Closed", "Moving", "Open");
        plant.add("valve", type, value(2, START));
        plant.add("door", NodeIds.Boolean, value(true, START));
        plant.property(plant.id("door"), "TrueState", NodeIds.LocalizedText, new LocalizedText("ja", "開"));
        plant.property(plant.id("door"), "FalseState", NodeIds.LocalizedText, new LocalizedText("ja", "閉"));
        plant.add("step", NodeIds.UInt32, value(org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned
                .uint(1), START));
        plant.property(plant.id("step"), "EnumStrings", NodeIds.LocalizedText,
                new LocalizedText[] {LocalizedText.english("Fill"), LocalizedText.english("Rinse")});
        plant.add("since", NodeIds.DateTime, value(new DateTime(START), START));

        startAndAwait(draft("valve", "door", "step", "since"), "valve/name", "door/name", "step/name", "since");

        assertThat(only("valve")).isEqualTo(new Value.Int64(2));
        assertThat(only("valve/name")).isEqualTo(new Value.Text("Open"));
        assertThat(only("door")).isEqualTo(new Value.Bool(true));
        assertThat(only("door/name")).isEqualTo(new Value.Text("開"));
        assertThat(only("step/name")).isEqualTo(new Value.Text("Rinse"));
        assertThat(only("since")).isEqualTo(new Value.Text("2026-07-01T00:00:00Z"));
    }

    @Test
    void unitAndRangesAreTakenOverAndAnotherUnitIsRefused() throws Exception {
        plant.add("pressure", NodeIds.Double, value(3.0, START));
        plant.unit("pressure", "BAR", "bar");
        plant.range("pressure", "EURange", 1, 6);
        plant.range("pressure", "InstrumentRange", 0, 10);
        plant.add("level", NodeIds.Double, value(3.0, START));
        plant.unit("level", "HUN", "hundred");
        plant.range("level", "EURange", 0, 0);
        plant.add("other", NodeIds.Double, value(3.0, START));
        plant.unit("other", "PS", "psi");
        site.described.put("other", new Description("kPa", null));

        OpcUaSource source = site.start(draft("pressure", "level", "other"));
        site.await("values", () -> !site.committed.of("pressure").isEmpty()
                && !site.committed.of("level").isEmpty());

        assertThat(site.described.get("pressure"))
                .isEqualTo(new Description("bar", new GrossRange(0, 10, 1.0, 6.0)));
        assertThat(site.described).doesNotContainKey("level");
        assertThat(source.progress().state()).contains("subscribed to 2 of 3", "[psi]", "kPa");
        assertThat(site.committed.of("other")).isEmpty();
        assertThat(site.committed.alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.key()).isEqualTo("unit/other");
            assertThat(alarm.active()).isTrue();
            assertThat(alarm.message().en()).contains("[psi]", "kPa");
            assertThat(alarm.message().ja()).contains("[psi]");
        });
    }

    @Test
    void aUnitThatChangesWhileItRunsIsRefusedWithAnAlarmUntilItIsBack() throws Exception {
        UaVariableNode pressure = plant.add("pressure", NodeIds.Double, value(1.0, START));
        UaVariableNode unit = plant.unit("pressure", "BAR", "bar");
        UaVariableNode probe = plant.add("probe", NodeIds.Double, value(0.0, START));
        site.start(draft("pressure", "probe"));
        site.await("a value in bar", () -> site.committed.times("pressure").size() == 1
                && site.committed.times("probe").size() == 1);

        unit.setValue(plant.unitValue("KPA", "kPa"));
        site.await("it is heard", () -> step(pressure, 100) && !site.committed.alarms().isEmpty());
        passOn(probe, 1);
        int before = site.committed.of("pressure").size();
        step(pressure, 100);
        passOn(probe, 2);
        assertThat(site.committed.of("pressure")).hasSize(before);
        step(pressure, 1);
        unit.setValue(plant.unitValue("BAR", "bar"));
        site.await("the end of the alarm", () -> step(pressure, 1) && site.committed.alarms().size() == 2);
        site.await("a value in bar again", () -> step(pressure, 1) && site.committed.of("pressure").size() > before);

        assertThat(site.committed.alarms()).extracting(Delivery.Alarm::active).containsExactly(true, false);
        assertThat(site.committed.alarms().getFirst().message().en()).contains("was bar and is kPa");
        assertThat(site.committed.gaps()).extracting(Delivery.Lost::reason)
                .singleElement().asString().contains("was bar and is kPa");
        assertThat(site.committed.kept()).isEmpty();
    }

    /** Waits until what was sampled before has been handed over. */
    private void passOn(UaVariableNode probe, double value) throws InterruptedException {
        probe.setValue(value(value, START.plusSeconds(Math.round(value))));
        site.await("probe " + value, () -> site.committed.of("probe").getLast().value().asDouble() == value);
    }

    private int steps;

    /** The next value, a second later than the last. */
    private boolean step(UaVariableNode node, double value) {
        node.setValue(value(value + ++steps * 0.001, START.plusSeconds(1000 + steps)));
        return true;
    }

    @Test
    void rangesThatDoNotOverlapLeaveTheInstrumentsAlone() {
        assertThat(NodeStudy.limits(new Range(0.0, 1.0), new Range(5.0, 6.0)))
                .isEqualTo(new GrossRange(0, 1, 0.0, 1.0));
        assertThat(NodeStudy.limits(null, new Range(5.0, 6.0))).isEqualTo(
                new GrossRange(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 5.0, 6.0));
        assertThat(NodeStudy.limits(null, null)).isNull();
    }

    @Test
    void everyUnitOfTheTableIsAUcumCodeAndAMakersNameIsTakenWhereItIsOne() {
        Map<String, String> wrong = EngineeringUnits.table().entrySet().stream()
                .filter(entry -> !new Unit(entry.getValue()).code().equals(entry.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(wrong).isEmpty();
        assertThat(EngineeringUnits.table()).hasSizeGreaterThan(100).containsEntry("CEL", "Cel")
                .containsEntry("MQH", "m3/h");
        LocalizedText none = LocalizedText.NULL_VALUE;
        assertThat(EngineeringUnits.ucumOf(new EUInformation("urn:maker", 7, LocalizedText.english("m³/h"), none)))
                .isEqualTo("m3/h");
        assertThat(EngineeringUnits.ucumOf(new EUInformation(null, -1, LocalizedText.english("furlong"), none)))
                .isEmpty();
        assertThatThrownBy(() -> new Unit("furlong")).isInstanceOf(IllegalArgumentException.class);
    }
}
