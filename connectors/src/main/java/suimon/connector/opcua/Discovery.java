package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseResultMask;
import org.eclipse.milo.opcua.stack.core.types.enumerated.NodeClass;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseNextResponse;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResult;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;
import org.jspecify.annotations.Nullable;

/**
 * Finds the variables below a server's Objects folder (Part 4, 5.8.2), each with a series name made
 * of the names on the way to it. Properties and the server's own diagnostics are left out.
 */
final class Discovery {
    /** At so many variables the search ends and says so. */
    static final int VARIABLES_MAX = 5_000;

    /** Objects below so many others are not looked into: some servers have circles without end. */
    static final int DEPTH_MAX = 12;

    private static final Pattern UNSAFE = Pattern.compile("[^\\p{L}\\p{N}._-]");

    private final OpcUaClient client;
    private final Set<NodeId> seen = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final List<Found> found = new ArrayList<>();

    /** One variable: its id with the namespace's name, which survives a reordering of namespaces. */
    record Found(NodeId id, String node, String series) {}

    /** A node whose children are to be looked for. */
    private record Place(NodeId id, String path, int depth) {}

    Discovery(OpcUaClient client) {
        this.client = client;
    }

    /** Whether the search ended at {@link #VARIABLES_MAX}. */
    boolean isCut() {
        return found.size() >= VARIABLES_MAX;
    }

    /** All variables, those near the root first. */
    List<Found> variables() throws UaException {
        ArrayDeque<Place> open = new ArrayDeque<>(List.of(new Place(NodeIds.ObjectsFolder, "", 0)));
        seen.add(NodeIds.ObjectsFolder);
        seen.add(NodeIds.Server);
        for (Place place = open.poll(); place != null && !isCut(); place = open.poll()) {
            for (ReferenceDescription child : childrenOf(place.id())) {
                look(place, child, open);
            }
        }
        return List.copyOf(found);
    }

    private void look(Place parent, ReferenceDescription child, ArrayDeque<Place> open) {
        NodeId id = child.getNodeId().toNodeId(client.getNamespaceTable()).orElse(null);
        boolean isProperty = NodeIds.HasProperty.equals(child.getReferenceTypeId());
        if (id == null || isProperty || isCut() || !seen.add(id)) {
            return;
        }
        String name = UNSAFE.matcher(String.valueOf(child.getBrowseName().name())).replaceAll("_");
        String path = parent.path().isEmpty() ? name : parent.path() + "/" + name;
        if (child.getNodeClass() == NodeClass.Variable) {
            found.add(new Found(id, idOf(id), unique(path)));
        }
        if (parent.depth() < DEPTH_MAX) {
            open.add(new Place(id, path, parent.depth() + 1));
        }
    }

    private String unique(String path) {
        String name = path;
        for (int number = 2; !names.add(name); number++) {
            name = path + "-" + number;
        }
        return name;
    }

    private String idOf(NodeId id) {
        boolean isStandard = id.getNamespaceIndex().intValue() == 0;
        return isStandard ? id.toParseableString()
                : id.expanded(client.getNamespaceTable()).toParseableString();
    }

    private List<ReferenceDescription> childrenOf(NodeId id) throws UaException {
        List<ReferenceDescription> children = new ArrayList<>();
        BrowseResult result = client.browse(new BrowseDescription(
                id, BrowseDirection.Forward, NodeIds.HierarchicalReferences, true,
                uint(NodeClass.Object.getValue() | NodeClass.Variable.getValue()),
                uint(BrowseResultMask.All.getValue())));
        while (result != null) {
            ReferenceDescription[] references = result.getReferences();
            children.addAll(references == null ? List.of() : List.of(references));
            result = next(result.getContinuationPoint());
        }
        return children;
    }

    private @Nullable BrowseResult next(@Nullable ByteString continuation) throws UaException {
        if (continuation == null || continuation.isNullOrEmpty()) {
            return null;
        }
        BrowseNextResponse response = client.browseNext(false, List.of(continuation));
        BrowseResult[] results = response.getResults();
        return results == null || results.length == 0 ? null : results[0];
    }
}
