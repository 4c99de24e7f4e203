package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.nanos;
import static suimon.connector.opcua.OpcUaFixture.nth;

import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.simulator.HistorianServer;

/** Nodes that say nothing: some have nothing to say, some have a server that forgot them. */
class OpcUaSilenceTest {
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

    private Draft draft(String... series) {
        Draft draft = site.draft(series);
        draft.silentAfter = Duration.ofMillis(300);
        return draft;
    }

    /** The value is there for who reads it, and the subscription is not told. */
    private static void changeUnreported(HistorianServer server, String name, int n) {
        UaVariableNode node = (UaVariableNode) server.server().getAddressSpaceManager()
                .getManagedNode(NodeId.parse(server.idOf(name))).orElseThrow();
        node.setValue(nth(n));
    }

    private long count(String what) {
        OpcUaSource source = site.source;
        return source == null ? -1 : source.progress().counts().getOrDefault(what, 0L);
    }

    @Test
    void aNodeThatDoesNotChangeIsReadAndNothingElseHappens() throws Exception {
        site.serve("flow").publish("flow", nth(0));
        site.start(draft("flow"));
        site.await("the first value", () -> !site.committed.of("flow").isEmpty());

        site.await("three reads", () -> count("nodes_reread") >= 3);

        assertThat(count("changes_missed")).isZero();
        assertThat(count("items_remade")).isZero();
        assertThat(count("sessions_remade")).isZero();
        assertThat(site.committed.of("flow")).hasSize(1);
    }

    @Test
    void aDeafNodeHasItsItemThenItsSessionMadeAnewAndIsPolledAtLast() throws Exception {
        HistorianServer server = site.serve();
        server.add("flow", NodeIds.Double, false);
        server.publish("flow", nth(0));
        OpcUaSource source = site.start(draft("flow"));
        site.await("the first value", () -> site.committed.newest("flow") == nanos(0));

        changeUnreported(server, "flow", 1);
        site.await("the missed value", () -> site.committed.newest("flow") == nanos(1));
        site.await("a new item", () -> count("items_remade") == 1);
        assertThat(count("sessions_remade")).isZero();
        site.await("the gap, since there is no history", () -> !site.committed.gaps().isEmpty());
        assertThat(site.committed.gaps().getFirst().reason()).contains("did not report a change");

        // Values that change while there is no session come with the next one; so change until it shows.
        int[] last = {1};
        site.await("polling", () -> {
            if (site.committed.newest("flow") == nanos(last[0]) && last[0] < 50) {
                changeUnreported(server, "flow", ++last[0]);
            }
            return source.progress().state().contains("1 polled");
        });
        site.await("the polled value", () -> site.committed.newest("flow") == nanos(last[0]));
        assertThat(source.progress().healthy()).isFalse();
        assertThat(count("sessions_remade")).isEqualTo(1);
        assertThat(count("changes_missed")).isGreaterThanOrEqualTo(3);

        server.publish("flow", nth(100));
        server.publish("flow", nth(101));
        site.await("health, once the server reports again", () -> source.progress().healthy());
    }

    @Test
    void aDeafNodeBesideALiveOneNeverCostsTheSession() throws Exception {
        HistorianServer server = site.serve("flow", "valve");
        server.publish("flow", nth(0));
        server.publish("valve", nth(0));
        Draft draft = site.draft("flow");
        draft.nodes.add(new NodeSettings("nsu=urn:suimon:simulator;s=valve", "valve", null, null, null, null,
                Duration.ofMillis(300)));
        OpcUaSource source = site.start(draft);
        site.await("first values", () -> site.committed.newest("flow") == nanos(0)
                && site.committed.newest("valve") == nanos(0));

        // A new item brings the value that stands then; so change until it shows.
        int[] last = {0, 1_000};
        site.await("polling", () -> {
            server.publish("flow", nth(last[1]++));
            if (site.committed.newest("valve") == nanos(last[0]) && last[0] < 50) {
                changeUnreported(server, "valve", ++last[0]);
            }
            return source.progress().state().contains("1 polled");
        });

        assertThat(count("items_remade")).isEqualTo(1);
        assertThat(count("sessions_remade")).isZero();
    }
}
