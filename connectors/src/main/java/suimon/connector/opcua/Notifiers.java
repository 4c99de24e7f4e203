package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.MonitoredItemServiceOperationResult;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaRuntimeException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.Ticker;

/** Listens at the nodes of one connection that tell of events, and asks for what they retain. */
final class Notifiers {
    /** So many events of one notifier wait at the server between two publishings. */
    static final int QUEUE_SIZE = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Notifiers.class);
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private final String source;
    private final OpcUaClient client;
    private final Conditions conditions;
    private final Ticker ticker;
    private final List<String> troubles = new ArrayList<>();
    private int listening;
    private boolean isRefreshOffered = true;
    private boolean hasAsked;
    private long askedNanos;
    private long againNanos = AGAIN_NANOS;

    /** What an item's user object is, so that it is told from a node's. */
    record Notifier(String node) {}

    Notifiers(String source, OpcUaClient client, Conditions conditions, Ticker ticker) {
        this.source = source;
        this.client = client;
        this.conditions = conditions;
        this.ticker = ticker;
    }

    /** The items to make; a notifier that is no node of the server is out alone. */
    List<OpcUaMonitoredItem> items(List<String> nodes) {
        List<OpcUaMonitoredItem> items = new ArrayList<>();
        for (String node : nodes) {
            try {
                NodeId id = ExpandedNodeId.parse(node).toNodeId(client.getNamespaceTable()).orElse(null);
                if (id == null) {
                    trouble(node, "the server has no namespace of this name");
                    continue;
                }
                OpcUaMonitoredItem item = OpcUaMonitoredItem.newEventItem(id, ConditionEvent.filter());
                item.setQueueSize(uint(QUEUE_SIZE));
                item.setUserObject(new Notifier(node));
                items.add(item);
            } catch (UaRuntimeException | IllegalArgumentException e) {
                trouble(node, "not a node id; expected something like i=2253 or ns=2;s=Plant");
            }
        }
        return items;
    }

    /** The server's answer to one of the items. */
    void created(Notifier notifier, MonitoredItemServiceOperationResult result) {
        StatusCode outcome = result.operationResult().orElse(StatusCode.BAD);
        if (outcome.isGood()) {
            listening++;
        } else {
            trouble(notifier.node(), Items.explain(outcome));
        }
    }

    /** All items were asked for; a refresh is due. */
    void begin() {
        conditions.begin(listening);
    }

    /** Why some notifiers tell nothing; empty when all do. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    private void trouble(String node, String reason) {
        troubles.add("alarms of " + node + ": " + reason);
        LOG.warn("source={} notifier={} tells of no alarms: {}", source, node, reason);
    }

    /** Asks for all retained conditions when that is wanted (Part 9, 5.5.7); call now and then. */
    void look(UInteger subscription) throws UaException {
        long now = ticker.nanos();
        if (conditions.isRefreshing()) {
            if (now - askedNanos > PATIENCE_NANOS) {
                LOG.warn("source={} the refresh of conditions did not end within 60 s", source);
                conditions.failedRefresh(true);
            }
            return;
        }
        if (!isRefreshOffered || hasAsked && now - askedNanos < againNanos || !conditions.beginRefresh()) {
            return;
        }
        hasAsked = true;
        askedNanos = now;
        StatusCode outcome = refresh(subscription);
        if (!outcome.isGood()) {
            // One that does not know the method will not learn it; the others may have been busy.
            long code = outcome.value();
            isRefreshOffered = code != StatusCodes.Bad_MethodInvalid && code != StatusCodes.Bad_NotImplemented
                    && code != StatusCodes.Bad_NodeIdUnknown && code != StatusCodes.Bad_NotSupported
                    && code != StatusCodes.Bad_ServiceUnsupported;
            conditions.failedRefresh(isRefreshOffered);
            againNanos = PATIENCE_NANOS;
            LOG.warn("source={} the server does not tell which alarms stand: {}", source, Items.explain(outcome));
        } else {
            againNanos = AGAIN_NANOS;
        }
    }

    private StatusCode refresh(UInteger subscription) throws UaException {
        CallMethodRequest request = new CallMethodRequest(NodeIds.ConditionType,
                NodeIds.ConditionType_ConditionRefresh, new Variant[] {new Variant(subscription)});
        CallMethodResult[] results = client.call(List.of(request)).getResults();
        return results == null || results.length != 1 ? StatusCode.BAD : results[0].getStatusCode();
    }
}
