package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ushort;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.methods.MethodInvocationHandler;
import org.eclipse.milo.opcua.sdk.server.model.objects.AlarmConditionTypeNode;
import org.eclipse.milo.opcua.sdk.server.model.objects.BaseEventTypeNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaMethodNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.DiagnosticInfo;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodResult;

/** Alarms on Milo's server, whose own ConditionRefresh tells of none; this one tells of those retained. */
final class AlarmPlant {
    final AtomicInteger refreshes = new AtomicInteger();

    private final OpcUaServer server;
    private final Map<String, AlarmConditionTypeNode> retained = new ConcurrentHashMap<>();
    private final Map<String, AlarmConditionTypeNode> all = new ConcurrentHashMap<>();

    /** How an alarm stands. */
    record Stand(boolean isActive, boolean isAcknowledged, int severity, String message, Instant at) {
        boolean isRetained() {
            return isActive || !isAcknowledged;
        }
    }

    AlarmPlant(OpcUaServer server) {
        this.server = server;
        UaMethodNode refresh = (UaMethodNode) server.getAddressSpaceManager()
                .getManagedNode(NodeIds.ConditionType_ConditionRefresh).orElseThrow();
        MethodInvocationHandler handler = (access, request) -> {
            refreshes.incrementAndGet();
            mark("start", NodeIds.RefreshStartEventType);
            retained.values().forEach(server.getEventNotifier()::fire);
            mark("end", NodeIds.RefreshEndEventType);
            return new CallMethodResult(
                    StatusCode.GOOD, new StatusCode[] {StatusCode.GOOD}, new DiagnosticInfo[0], new Variant[0]);
        };
        refresh.setInvocationHandler(handler);
    }

    /** Tells of the alarm of that name, as now and in each refresh to come. */
    void tell(String name, Stand stand) throws UaException {
        note(name, stand);
        server.getEventNotifier().fire(all.get(name));
    }

    /** The alarm stands so and the server says it only when it is asked. */
    void note(String name, Stand stand) throws UaException {
        AlarmConditionTypeNode node = all.get(name);
        if (node == null) {
            node = (AlarmConditionTypeNode) server.getEventFactory()
                    .createEvent(new NodeId(1, "alarm/" + name), NodeIds.AlarmConditionType);
            all.put(name, node);
        }
        fill(node, NodeIds.AlarmConditionType, "Pump house", stand.message(), stand.severity(), stand.at());
        node.setConditionName(name);
        node.setBranchId(NodeId.NULL_VALUE);
        node.setRetain(stand.isRetained());
        node.setSuppressedOrShelved(false);
        node.getEnabledStateNode().setId(true);
        node.getActiveStateNode().setId(stand.isActive());
        node.getAckedStateNode().setId(stand.isAcknowledged());
        if (stand.isRetained()) {
            retained.put(name, node);
        } else {
            retained.remove(name);
        }
    }

    void require() {
        mark("required", NodeIds.RefreshRequiredEventType);
    }

    private void mark(String what, NodeId type) {
        try {
            BaseEventTypeNode event = server.getEventFactory().createEvent(new NodeId(1, "mark/" + what), type);
            fill(event, type, "Server", what, 1, Instant.now());
            server.getEventNotifier().fire(event);
            event.delete();
        } catch (UaException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(
            BaseEventTypeNode event, NodeId type, String source, String message, int severity, Instant at) {
        event.setEventId(ByteString.of((message + at).getBytes(StandardCharsets.UTF_8)));
        event.setEventType(type);
        event.setSourceNode(NodeIds.Server);
        event.setSourceName(source);
        event.setTime(new DateTime(at));
        event.setReceiveTime(new DateTime(at));
        event.setMessage(LocalizedText.english(message));
        event.setSeverity(ushort(severity));
    }
}
