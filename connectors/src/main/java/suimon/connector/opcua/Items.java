package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaRuntimeException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.DataChangeTrigger;
import org.eclipse.milo.opcua.stack.core.types.enumerated.DeadbandType;
import org.eclipse.milo.opcua.stack.core.types.structured.DataChangeFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.jspecify.annotations.Nullable;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;

/** Makes monitored items from configured nodes; a node that can't be one is out alone. */
record Items(OpcUaSettings settings, Desk desk, NamespaceTable namespaces, long nowNanos) {
    /** What the item of a node's unit has as its user object. */
    record UnitOf(TrackedNode node) {}

    /** The nodes that have an id on this server. */
    List<TrackedNode> resolved(Collection<TrackedNode> nodes) throws InterruptedException {
        List<TrackedNode> found = new ArrayList<>();
        for (TrackedNode node : nodes) {
            NodeId id = resolve(node);
            if (id != null) {
                node.resolved(id);
                found.add(node);
            }
        }
        return found;
    }

    /** The nodes whose values may join those of their series; another unit puts a node out. */
    List<TrackedNode> fitting(List<TrackedNode> nodes, UnitGuard units) throws InterruptedException {
        List<TrackedNode> fitting = new ArrayList<>();
        for (TrackedNode node : nodes) {
            String reason = units.studied(node);
            if (reason.isEmpty()) {
                fitting.add(node);
            } else {
                desk.disable(node, reason, nowNanos);
            }
        }
        return fitting;
    }

    /** An item for each unit, so that its change is heard of. */
    List<OpcUaMonitoredItem> ofUnits(Collection<TrackedNode> nodes) {
        List<OpcUaMonitoredItem> items = new ArrayList<>();
        for (TrackedNode node : nodes) {
            NodeId unit = node.unitNode;
            if (unit != null) {
                OpcUaMonitoredItem item = OpcUaMonitoredItem.newDataItem(unit);
                item.setSamplingInterval(settings.samplingInterval().toMillis());
                item.setUserObject(new UnitOf(node));
                items.add(item);
            }
        }
        return items;
    }

    /** The items of nodes that were resolved. */
    List<OpcUaMonitoredItem> of(Collection<TrackedNode> nodes) {
        List<OpcUaMonitoredItem> items = new ArrayList<>();
        for (TrackedNode node : nodes) {
            items.add(itemOf(node, Objects.requireNonNull(node.id())));
        }
        return items;
    }

    /** The node's id on this server; null, and the node is out, where it has none. */
    private @Nullable NodeId resolve(TrackedNode node) throws InterruptedException {
        String text = node.settings.node();
        try {
            NodeId id = ExpandedNodeId.parse(text).toNodeId(namespaces).orElse(null);
            if (id == null) {
                desk.disable(node, "the server has no namespace of this name; it has "
                        + List.of(namespaces.toArray()), nowNanos);
            }
            return id;
        } catch (UaRuntimeException | IllegalArgumentException e) {
            desk.disable(node,
                    "not a node id; expected something like ns=2;s=Tank1.DO or ns=2;i=1001", nowNanos);
            return null;
        }
    }

    private OpcUaMonitoredItem itemOf(TrackedNode node, NodeId id) {
        NodeSettings own = node.settings;
        Duration sampling =
                own.samplingInterval() == null ? settings.samplingInterval() : own.samplingInterval();
        double deadband = own.deadband() == null ? settings.deadband() : own.deadband();
        int queueSize = own.queueSize() == null ? settings.queueSize() : own.queueSize();
        DeadbandType type = deadband > 0 ? DeadbandType.Absolute : DeadbandType.None;
        OpcUaMonitoredItem item = new OpcUaMonitoredItem(new ReadValueId(
                id, AttributeId.Value.uid(), own.range(), QualifiedName.NULL_VALUE));
        item.setSamplingInterval(sampling.toMillis());
        item.setQueueSize(uint(queueSize));
        item.setDiscardOldest(settings.discardOldest());
        // The standard's own default trigger never reports an equal value with a newer time.
        item.setFilter(new DataChangeFilter(
                DataChangeTrigger.StatusValueTimestamp, uint(type.getValue()), deadband));
        item.setUserObject(node);
        return item;
    }

    /** The outcome in words, with the remedy where there is one. */
    static String explain(StatusCode outcome) {
        String name = StatusCodes.lookup(outcome.value()).map(found -> found[0]).orElse(outcome.toString());
        long code = outcome.value();
        if (code == StatusCodes.Bad_NodeIdUnknown || code == StatusCodes.Bad_NodeIdInvalid) {
            return name + ": the server has no such node; correct its id";
        }
        if (code == StatusCodes.Bad_FilterNotAllowed || code == StatusCodes.Bad_MonitoredItemFilterUnsupported) {
            return name + ": the server does not take the deadband on this node; set deadband: 0 for it";
        }
        return name;
    }
}
