package suimon.connector.opcua;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfig;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransport;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransportConfig;
import suimon.config.SourceSettings;
import suimon.connector.opcua.Discovery.Found;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.pipeline.Description;
import suimon.pipeline.SourceLost;
import suimon.pipeline.SourceTool;

/**
 * {@code suimon discover opcua URL}: looks through a server and writes a source for gateway.yaml with
 * every variable it has. It reads only, without a login and without security, which the server must
 * offer for this; the source itself is written with the default security.
 */
public final class DiscoverTool implements SourceTool {
    private static final long PATIENCE_SECONDS = 20;

    @Override
    public String name() {
        return "discover";
    }

    @Override
    public String usage() {
        return "discover opcua URL         write a source with all variables of an OPC UA server";
    }

    @Override
    public boolean takes(List<String> arguments) {
        return !arguments.isEmpty() && arguments.getFirst().equals("opcua");
    }

    @Override
    public boolean needsSources() {
        return false;
    }

    @Override
    public int run(Map<SourceSettings, Path> folders, List<String> arguments, Consumer<String> say) {
        if (arguments.size() != 2 || !arguments.getFirst().equals("opcua")) {
            say.accept(usage());
            return 2;
        }
        String url = arguments.getLast();
        OpcUaClient client = null;
        try {
            client = connect(url);
            write(client, url, say);
            return 0;
        } catch (SourceLost | IllegalArgumentException e) {
            say.accept(String.valueOf(e.getMessage()));
        } catch (UaException | ExecutionException | TimeoutException e) {
            say.accept(url + " can't be looked through: " + Refusals.explain(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (client != null) {
                client.disconnectAsync();
            }
        }
        return 1;
    }

    private static OpcUaClient connect(String url)
            throws SourceLost, UaException, InterruptedException, ExecutionException, TimeoutException {
        EndpointDescription endpoint = Endpoints.open(url);
        OpcUaClientConfig config = OpcUaClientConfig.builder()
                .setEndpoint(endpoint)
                .setApplicationName(LocalizedText.english("Suimon discovery"))
                .setApplicationUri("urn:suimon:discovery")
                .build();
        OpcUaClient client = new OpcUaClient(
                config, new OpcTcpClientTransport(OpcTcpClientTransportConfig.newBuilder().build()));
        client.connectAsync().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    private static void write(OpcUaClient client, String url, Consumer<String> say)
            throws UaException, InterruptedException, ExecutionException, TimeoutException {
        Discovery discovery = new Discovery(client);
        List<Found> variables = discovery.variables();
        Map<NodeId, String> units = unitsOf(client, variables);
        say.accept("sources:");
        say.accept("  - kind: opcua");
        say.accept("    name: found");
        say.accept("    endpoint: " + quoted(url));
        say.accept("    security: " + strongest(url));
        say.accept("    nodes:");
        for (Found one : variables) {
            String unit = units.getOrDefault(one.id(), "");
            say.accept("      - {node: " + quoted(one.node()) + ", series: " + quoted(one.series()) + "}"
                    + (unit.isEmpty() ? "" : "  # " + unit));
        }
        if (discovery.isCut()) {
            say.accept("# the search ended at " + Discovery.VARIABLES_MAX + " variables; the server has more");
        }
    }

    /** The strongest security that the server offers and that is not withdrawn. */
    private static String strongest(String url)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<String> offered = Endpoints.policies(url);
        for (SecurityPolicy policy : List.of(SecurityPolicy.Aes256_Sha256_RsaPss,
                SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Basic256Sha256)) {
            if (offered.contains(policy.getUri())) {
                return policy.name().replace('_', '-').toLowerCase(Locale.ROOT);
            }
        }
        return "none";
    }

    private static Map<NodeId, String> unitsOf(OpcUaClient client, List<Found> variables) throws UaException {
        List<TrackedNode> nodes = new ArrayList<>();
        for (Found one : variables) {
            TrackedNode node = new TrackedNode(new NodeSettings(one.node(), one.series()), Long.MIN_VALUE);
            node.resolved(one.id());
            nodes.add(node);
        }
        new NodeStudy(client).study(nodes);
        Map<NodeId, String> units = new HashMap<>();
        for (int index = 0; index < nodes.size(); index++) {
            Description said = nodes.get(index).description;
            units.put(variables.get(index).id(), said == null ? "" : said.unit());
        }
        return units;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
