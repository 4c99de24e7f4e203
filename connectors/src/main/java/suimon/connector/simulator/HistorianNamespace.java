package suimon.connector.simulator;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryData;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadDetails;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadResult;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadRawModifiedDetails;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that report each value as it is published, whatever the sampling interval, and remember it.
 * One lock orders publishing against new monitored items, so that a new item misses nothing.
 */
final class HistorianNamespace extends ManagedNamespaceWithLifecycle {
    /** The namespace's name; its index is 2 where no other namespace was added before. */
    static final String URI = "urn:suimon:simulator";

    private final Historian historian;
    private final Map<NodeId, Variable> variables = new ConcurrentHashMap<>();

    /** One node with those who watch it. */
    private record Variable(UaVariableNode node, boolean hasHistory, List<DataItem> watchers) {}

    HistorianNamespace(OpcUaServer server, Historian historian) {
        super(server, URI);
        this.historian = historian;
    }

    NodeId idOf(String name) {
        return newNodeId(name);
    }

    synchronized void add(String name, NodeId dataType, boolean hasHistory) {
        Set<AccessLevel> access = hasHistory
                ? Set.of(AccessLevel.CurrentRead, AccessLevel.HistoryRead)
                : Set.of(AccessLevel.CurrentRead);
        UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                .setNodeId(newNodeId(name))
                .setBrowseName(newQualifiedName(name))
                .setDisplayName(LocalizedText.english(name))
                .setDataType(dataType)
                .setTypeDefinition(NodeIds.BaseDataVariableType)
                .setAccessLevel(access)
                .setUserAccessLevel(access)
                .build();
        node.setHistorizing(hasHistory);
        DataValue newest = historian.newest(name);
        node.setValue(newest != null ? newest
                : new DataValue(Variant.NULL_VALUE, new StatusCode(StatusCodes.Bad_WaitingForInitialData), null, null));
        getNodeManager().addNode(node);
        folder().addOrganizes(node);
        variables.put(node.getNodeId(), new Variable(node, hasHistory, new ArrayList<>()));
    }

    private UaFolderNode folder() {
        NodeId id = newNodeId("Site");
        if (getNodeManager().get(id) instanceof UaFolderNode found) {
            return found;
        }
        UaFolderNode folder = new UaFolderNode(
                getNodeContext(), id, newQualifiedName("Site"), LocalizedText.english("Site"));
        getNodeManager().addNode(folder);
        folder.addReference(new org.eclipse.milo.opcua.sdk.core.Reference(
                id, NodeIds.Organizes, NodeIds.ObjectsFolder.expanded(), false));
        return folder;
    }

    synchronized void publish(String name, DataValue value) {
        Variable variable = variables.get(newNodeId(name));
        if (variable == null) {
            throw new IllegalArgumentException("no node " + name);
        }
        if (variable.hasHistory()) {
            historian.keep(name, value);
        }
        variable.node().setValue(value);
        variable.watchers().forEach(watcher -> watcher.setValue(value));
    }

    @Override
    public synchronized void onDataItemsCreated(List<DataItem> items) {
        for (DataItem item : items) {
            Variable variable = variables.get(item.getReadValueId().getNodeId());
            if (variable != null) {
                variable.watchers().add(item);
                item.setValue(variable.node().getValue());
            }
        }
    }

    @Override
    public void onDataItemsModified(List<DataItem> items) {
        // Values are pushed: a new sampling interval changes nothing.
    }

    @Override
    public synchronized void onDataItemsDeleted(List<DataItem> items) {
        variables.values().forEach(variable -> variable.watchers().removeAll(items));
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> items) {
        // The item itself drops values while it is disabled.
    }

    @Override
    public List<HistoryReadResult> historyRead(
            HistoryReadContext context, HistoryReadDetails details, TimestampsToReturn timestamps,
            List<HistoryReadValueId> nodes) {
        return nodes.stream().map(node -> read(details, node)).toList();
    }

    private HistoryReadResult read(HistoryReadDetails details, HistoryReadValueId node) {
        Variable variable = variables.get(node.getNodeId());
        if (variable == null) {
            return refusal(StatusCodes.Bad_NodeIdUnknown);
        }
        if (!variable.hasHistory() || !(details instanceof ReadRawModifiedDetails raw)) {
            return refusal(StatusCodes.Bad_HistoryOperationUnsupported);
        }
        int most = raw.getNumValuesPerNode().intValue() == 0
                ? Integer.MAX_VALUE : raw.getNumValuesPerNode().intValue();
        Historian.Part part = historian.read(
                String.valueOf(node.getNodeId().getIdentifier()), ticks(raw.getStartTime(), 0),
                ticks(raw.getEndTime(), Long.MAX_VALUE), place(node.getContinuationPoint()), most);
        ByteString next = part.next() < 0
                ? ByteString.NULL_VALUE
                : ByteString.of(ByteBuffer.allocate(Long.BYTES).putLong(part.next()).array());
        HistoryData found = new HistoryData(part.values().toArray(DataValue[]::new));
        StatusCode status = part.values().isEmpty()
                ? new StatusCode(StatusCodes.Good_NoData) : StatusCode.GOOD;
        return new HistoryReadResult(
                status, next, ExtensionObject.encode(getServer().getStaticEncodingContext(), found));
    }

    private static HistoryReadResult refusal(long code) {
        return new HistoryReadResult(new StatusCode(code), null, null);
    }

    private static long ticks(@Nullable DateTime time, long otherwise) {
        return time == null || time.utcTime() == 0 ? otherwise : time.utcTime();
    }

    private static long place(@Nullable ByteString continuation) {
        byte[] bytes = continuation == null ? null : continuation.bytes();
        return bytes == null || bytes.length != Long.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong();
    }
}
