package suimon.connector.opcua;

import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.junit.jupiter.api.AfterEach;
import suimon.connector.simulator.HistorianServer;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;

/** The contract of all sources, kept by the OPC UA source against a server in this process. */
class OpcUaContractTest extends SourceContract {
    private final OpcUaFixture site = new OpcUaFixture(folder);
    private final HistorianServer server = site.serve();

    @AfterEach
    void stop() {
        site.close();
    }

    @Override
    protected Source open(SourceContext context) {
        server.add("v", NodeIds.Int64, true);
        OpcUaFixture.Draft draft = site.draft("v");
        draft.name = "contract";
        return new OpcUaSource(draft.settings(), context);
    }

    @Override
    protected void ready(Source source) throws InterruptedException {
        await(server::isWatched);
        await(() -> source.progress().healthy());
    }

    @Override
    protected void send(int values) {
        for (int n = 1; n <= values; n++) {
            server.publish("v", OpcUaFixture.value((long) n, OpcUaFixture.START.plusSeconds(n)));
        }
    }

    @Override
    protected String lastOf(int values) {
        return "v " + values;
    }
}
