package suimon.connector.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static suimon.connector.opcua.OpcUaFixture.nanos;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.Secret;
import suimon.connector.opcua.OpcUaFixture.Draft;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.opcua.OpcUaSettings.Security;
import suimon.connector.opcua.OpcUaSettings.User;

/** Against node-opcua: a server that is not built on the client's own library. */
class NodeOpcUaTest {
    @TempDir Path folder;
    private OpcUaFixture site;
    private NodeOpcUa server;

    @BeforeEach
    void open() throws Exception {
        NodeOpcUa.assumeInstalled();
        site = new OpcUaFixture(folder.resolve("source"));
        serve();
    }

    @AfterEach
    void close() throws Exception {
        if (site != null) {
            site.close();
        }
        stop();
    }

    private void serve() throws IOException {
        server = new NodeOpcUa(
                "server.mjs", folder, Integer.toString(site.port), folder.resolve("server").toString());
    }

    private void publish(int first, int last) throws IOException {
        server.say("publish " + first + " " + last, "PUBLISHED " + last);
    }

    private void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private Draft draft() {
        Draft draft = site.draft();
        draft.endpoint = URI.create("opc.tcp://127.0.0.1:" + site.port + "/UA/site");
        draft.nodes.add(new NodeSettings("ns=1;s=flow", "flow"));
        return draft;
    }

    @Test
    void whatWasMissedWhileTheGatewayWasDownComesFromItsHistory() throws Exception {
        publish(0, 0);
        site.start(draft());
        site.await("the first value", () -> site.committed.newest("flow") == nanos(0));
        site.stopSource();

        publish(1, 2_000);
        site.start(draft());

        site.await("all values", () -> site.committed.times("flow").size() == 2_001);
        assertThat(site.committed.gaps()).isEmpty();
        List<Long> times = site.committed.times("flow");
        assertThat(times.getFirst()).isEqualTo(nanos(0));
        assertThat(times.getLast()).isEqualTo(nanos(2_000));
        assertThat(site.committed.of("flow")).allSatisfy(one ->
                assertThat(nanos((int) one.value().asDouble())).isEqualTo(one.measuredNanos()));
    }

    @Test
    void aKilledServerThatForgotLeavesAGapAndValuesGoOn() throws Exception {
        publish(0, 5);
        Draft draft = draft();
        draft.nodes.add(new NodeSettings("ns=1;s=plain", "plain"));
        site.start(draft);
        site.await("first values", () -> site.committed.newest("flow") == nanos(5)
                && site.committed.newest("plain") == nanos(5));

        stop();
        serve();
        publish(100, 100);

        site.await("new values", () -> site.committed.newest("flow") == nanos(100)
                && site.committed.newest("plain") == nanos(100));
        site.await("both gaps", () -> site.committed.gaps().size() >= 2);
        assertThat(site.committed.gaps()).allSatisfy(gap ->
                assertThat(gap.from()).isEqualTo(OpcUaFixture.START.plusSeconds(5)));
    }

    @Test
    void itsCertificateIsTrustedByAPersonAndTheStrongestPolicyAndAUserWork() throws Exception {
        publish(0, 0);
        Draft draft = draft();
        draft.security = Security.AES256_SHA256_RSAPSS;
        draft.user = new User("reader", new Secret(
                "file:" + Files.writeString(folder.resolve("password"), "seven seas")));
        OpcUaSource source = site.start(draft);
        site.await("the refusal", () -> source.progress().state().contains("not trusted"));

        OpcUaTrust trust = new OpcUaTrust(Map.of("main", site.folder));
        String thumbprint = TrustFolder.sha256(trust.list().getFirst().certificate());
        assertThat(trust.trust(thumbprint)).containsExactly("main");

        site.await("a value", () -> site.committed.newest("flow") == nanos(0));
    }
}
