package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.AlarmSettings;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.opcua.OpcUaSettings.ReverseSettings;
import suimon.pipeline.Delivery;
import suimon.pipeline.FreePorts;
import suimon.reading.Value;

/** Alarms, arrays, structures, states and units of node-opcua's server. */
class NodeOpcUaPlantTest {
    @TempDir Path folder;
    private static int port;
    private static int door;
    private static NodeOpcUa server;
    private OpcUaFixture site;

    @BeforeAll
    static void serve(@TempDir Path home) throws Exception {
        port = FreePorts.next();
        door = FreePorts.next();
        server = new NodeOpcUa("plant.mjs", home, Integer.toString(port), home.resolve("server").toString(),
                "opc.tcp://127.0.0.1:" + door);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        site = new OpcUaFixture(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void say(String line) throws Exception {
        server.say(line, "DONE " + line);
    }

    private Draft draft(String... nodes) {
        Draft draft = site.draft();
        draft.endpoint = URI.create("opc.tcp://127.0.0.1:" + port + "/UA/plant");
        draft.alarms = new AlarmSettings(List.of("i=2253"), 667);
        for (String node : nodes) {
            draft.nodes.add(new NodeSettings("ns=1;s=" + node, node));
        }
        return draft;
    }

    private List<Delivery.Alarm> alarms() {
        return site.committed.alarms().stream().filter(one -> one.key().startsWith("condition/")).toList();
    }

    private boolean isLast(boolean active, boolean acknowledged) {
        List<Delivery.Alarm> alarms = alarms();
        return !alarms.isEmpty() && alarms.getLast().active() == active
                && alarms.getLast().acknowledged() == acknowledged;
    }

    @Test
    void itsAlarmIsRaisedAcknowledgedThereAndClearedEvenWhileNobodyListened() throws Exception {
        say("level 9.5");
        site.start(draft());
        site.await("the alarm that stood", () -> isLast(true, false));
        say("acknowledge");
        site.await("its acknowledgement", () -> isLast(true, true));
        say("level 5");
        site.await("its end", () -> isLast(false, true));
        say("level 9.5");
        site.await("the next", () -> isLast(true, false));
        site.stopSource();
        say("acknowledge");
        say("level 5");
        site.start(draft());
        site.await("the end of the next", () -> !alarms().getLast().active());

        assertThat(alarms()).extracting(Delivery.Alarm::key).containsOnly(alarms().getFirst().key());
        assertThat(alarms().getFirst().message().ja()).startsWith("main：").contains("LevelAlarm");
        site.await("no note of it", () -> site.committed.kept().keySet().stream()
                .noneMatch(key -> key.startsWith("condition/")));
    }

    @Test
    void itsOwnConnectionIsUsedWhenItOpensOne() throws Exception {
        Draft draft = draft("flow");
        draft.alarms = null;
        draft.endpoint = URI.create("opc.tcp://localhost:" + port + "/UA/plant");
        draft.reverse = new ReverseSettings("127.0.0.1", door, "urn:plant:server");
        OpcUaSource source = site.start(draft);
        site.await("a value", () -> !site.committed.of("flow").isEmpty());

        assertThat(source.progress().counts().get("reverse_taken")).isGreaterThanOrEqualTo(2);
        assertThat(source.progress().counts()).containsEntry("reverse_refused", 0L);
    }

    @Test
    void arraysStructuresStatesAndUnitsAreTakenOver() throws Exception {
        Draft draft = draft("spectrum", "mode", "limits", "flow");
        draft.alarms = null;
        site.start(draft);
        for (String one : List.of("spectrum/1", "mode/name", "limits", "flow")) {
            site.await("a value of " + one, () -> !site.committed.of(one).isEmpty());
        }

        assertThat(site.committed.of("spectrum/1").getFirst().value().asDouble()).isEqualTo(-2);
        assertThat(site.committed.of("mode/name").getFirst().value()).isEqualTo(new Value.Text("Running"));
        assertThat(site.committed.of("limits").getFirst().value()).isEqualTo(
                new Value.Text("{\"Low\":-1.0,\"High\":4.0}"));
        assertThat(site.described).hasEntrySatisfying("flow", said -> {
            assertThat(said.unit()).isEqualTo("m3/h");
            assertThat(said.range()).isNotNull();
        });
    }
}
