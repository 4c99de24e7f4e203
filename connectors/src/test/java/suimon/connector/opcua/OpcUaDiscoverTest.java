package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.START;
import static suimon.connector.opcua.OpcUaFixture.nth;
import static suimon.connector.opcua.OpcUaFixture.value;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.simulator.HistorianServer;

class OpcUaDiscoverTest {
    private static final Pattern LINE =
            Pattern.compile(" {6}- \\{node: \"(.*)\", series: \"(.*)\"}(  # .*)?");

    @TempDir Path folder;
    private OpcUaFixture site;

    @BeforeEach
    void open() {
        site = new OpcUaFixture(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void whatIsFoundIsASourceThatDelivers() throws Exception {
        HistorianServer server = site.serve("flow");
        server.publish("flow", nth(0));
        PlantNamespace plant = new PlantNamespace(server.server());
        plant.add("tank pressure", NodeIds.Double, value(3.0, START));
        plant.unit("tank pressure", "BAR", "bar");
        List<String> said = new ArrayList<>();

        int status = new DiscoverTool().run(
                Map.of(), List.of("opcua", "opc.tcp://127.0.0.1:" + site.port), said::add);

        assertThat(status).as("%s", said).isZero();
        assertThat(said).startsWith("sources:", "  - kind: opcua", "    name: found")
                .contains("    endpoint: \"opc.tcp://127.0.0.1:" + site.port + "\"",
                        "    security: aes256-sha256-rsapss",
                        "      - {node: \"nsu=urn:suimon:simulator;s=flow\", series: \"Site/flow\"}",
                        "      - {node: \"nsu=urn:plant;s=tank pressure\", series: \"tank_pressure\"}  # bar");
        assertThat(said).noneMatch(line -> line.contains("EngineeringUnits") || line.contains("ServerStatus"));
        Draft draft = site.draft();
        said.stream().map(LINE::matcher).filter(Matcher::matches).forEach(line ->
                draft.nodes.add(new NodeSettings(line.group(1), line.group(2))));
        site.start(draft);
        site.await("values of all that was found", () -> draft.nodes.stream().allMatch(node ->
                node.series().startsWith("Aliases") || node.series().startsWith("Locations")
                        || !site.committed.of(node.series()).isEmpty()));
        plant.shutdown();
    }

    @Test
    void aWrongAddressAndAMissingServerAreSaid() {
        List<String> said = new ArrayList<>();

        assertThat(new DiscoverTool().run(Map.of(), List.of("opcua", "http://plc"), said::add)).isEqualTo(1);
        assertThat(new DiscoverTool().run(Map.of(), List.of("opcua", "opc.tcp://127.0.0.1:" + site.port), said::add))
                .isEqualTo(1);
        assertThat(new DiscoverTool().run(Map.of(), List.of("modbus"), said::add)).isEqualTo(2);

        assertThat(said).hasSize(3);
        assertThat(said.get(0)).contains("expected a URL like opc.tcp://host:4840");
        assertThat(said.get(1)).contains("can't be looked through");
        assertThat(said.get(2)).startsWith("discover opcua URL");
    }
}
