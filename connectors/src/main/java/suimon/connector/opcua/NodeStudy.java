package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaSerializationException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseResultMask;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResult;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.Range;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;
import org.jspecify.annotations.Nullable;
import suimon.config.GradeConfig.GrossRange;
import suimon.pipeline.Description;

/**
 * Asks the server what its nodes mean before their first value: unit and ranges of an AnalogItem
 * (Part 8, 5.3.2), the names of states (Part 8, 5.3.3; Part 3, 8.40 and 8.47). What a server does
 * not say stays unknown; only a lost connection ends the study.
 */
final class NodeStudy {
    /** So many nodes are browsed, and twice as many read, in one request. */
    static final int NODES_AT_ONCE = 100;

    private static final String ATTRIBUTE = "";
    private static final String UNIT = "EngineeringUnits";
    private static final String UNIT_NODE = "EngineeringUnits' node";
    private static final Set<String> PROPERTIES = Set.of(
            "EngineeringUnits", "EURange", "InstrumentRange", "EnumStrings", "EnumValues", "TrueState",
            "FalseState");

    private final OpcUaClient client;
    private final Map<NodeId, Map<Long, String>> namesOfTypes = new HashMap<>();

    /** One value to read: what it is called and whose it is. */
    private record Wanted(NodeId of, String name, ReadValueId what) {}

    NodeStudy(OpcUaClient client) {
        this.client = client;
    }

    /** Fills in what the server says of each node that was resolved. */
    void study(List<TrackedNode> nodes) throws UaException {
        for (int from = 0; from < nodes.size(); from += NODES_AT_ONCE) {
            studySome(nodes.subList(from, Math.min(from + NODES_AT_ONCE, nodes.size())));
        }
    }

    private void studySome(List<TrackedNode> nodes) throws UaException {
        List<NodeId> ids = nodes.stream().map(TrackedNode::id).toList();
        Map<NodeId, Map<String, Object>> found = read(ids, AttributeId.DataType);
        learnTypes(found);
        for (TrackedNode node : nodes) {
            Map<String, Object> said = found.getOrDefault(node.id(), Map.of());
            Map<Long, String> own = StateNames.of(said);
            node.names = own.isEmpty() && said.get(ATTRIBUTE) instanceof NodeId type
                    ? namesOfTypes.getOrDefault(type, Map.of()) : own;
            node.description = describe(said);
            node.unitTold = said.get(UNIT) instanceof EUInformation told ? EngineeringUnits.told(told) : "";
            node.unitNode = said.get(UNIT_NODE) instanceof NodeId id ? id : null;
            node.types = client::getDynamicEncodingContext;
        }
    }

    /** Enumerations are types of the server's own; the built-in ones have no names of states. */
    private void learnTypes(Map<NodeId, Map<String, Object>> found) throws UaException {
        List<NodeId> types = found.values().stream()
                .map(said -> said.get(ATTRIBUTE))
                .filter(type -> type instanceof NodeId id && !isBuiltIn(id) && !namesOfTypes.containsKey(id))
                .map(NodeId.class::cast).distinct().toList();
        Map<NodeId, Map<String, Object>> definitions = read(types, AttributeId.DataTypeDefinition);
        types.forEach(type -> namesOfTypes.put(type, StateNames.of(definitions.getOrDefault(type, Map.of()))));
    }

    private static boolean isBuiltIn(NodeId type) {
        return type.getNamespaceIndex().intValue() == 0
                && type.getIdentifier() instanceof Number number && number.longValue() <= 29;
    }

    /** An attribute and the properties of interest of each node; a node that can't be read has none. */
    private Map<NodeId, Map<String, Object>> read(List<NodeId> ids, AttributeId attribute) throws UaException {
        if (ids.isEmpty()) {
            return Map.of();
        }
        List<Wanted> wanted = new ArrayList<>();
        List<BrowseResult> browsed = client.browse(ids.stream().map(NodeStudy::properties).toList());
        for (int index = 0; index < ids.size(); index++) {
            NodeId id = ids.get(index);
            wanted.add(new Wanted(id, ATTRIBUTE,
                    new ReadValueId(id, attribute.uid(), null, QualifiedName.NULL_VALUE)));
            ReferenceDescription[] references = browsed.get(index).getReferences();
            for (ReferenceDescription one : references == null ? new ReferenceDescription[0] : references) {
                addProperty(id, one, wanted);
            }
        }
        Map<NodeId, Map<String, Object>> found = new HashMap<>();
        for (int from = 0; from < wanted.size(); from += 2 * NODES_AT_ONCE) {
            readSome(wanted.subList(from, Math.min(from + 2 * NODES_AT_ONCE, wanted.size())), found);
        }
        return found;
    }

    private void addProperty(NodeId of, ReferenceDescription reference, List<Wanted> wanted) {
        String name = reference.getBrowseName().name();
        if (name != null && PROPERTIES.contains(name)) {
            reference.getNodeId().toNodeId(client.getNamespaceTable()).ifPresent(id -> wanted.add(
                    new Wanted(of, name, new ReadValueId(id, AttributeId.Value.uid(), null, QualifiedName.NULL_VALUE))));
        }
    }

    private void readSome(List<Wanted> wanted, Map<NodeId, Map<String, Object>> found) throws UaException {
        DataValue[] values = client.read(
                0, TimestampsToReturn.Neither, wanted.stream().map(Wanted::what).toList()).getResults();
        for (int index = 0; values != null && index < Math.min(values.length, wanted.size()); index++) {
            Object value = decoded(values[index].value().value());
            if (value != null && !values[index].statusCode().isBad()) {
                Wanted one = wanted.get(index);
                Map<String, Object> said = found.computeIfAbsent(one.of(), id -> new HashMap<>());
                said.put(one.name(), value);
                if (one.name().equals(UNIT)) {
                    said.put(UNIT_NODE, one.what().getNodeId());
                }
            }
        }
    }

    private @Nullable Object decoded(@Nullable Object raw) {
        return decoded(client, raw);
    }

    /** A value of the standard's own structures; null where it can't be decoded. */
    static @Nullable Object decoded(OpcUaClient client, @Nullable Object raw) {
        try {
            return switch (raw) {
                case ExtensionObject one -> one.isNull() ? null : one.decode(client.getStaticEncodingContext());
                case ExtensionObject[] many -> Arrays.stream(many).map(one -> decoded(client, one))
                        .filter(one -> one != null).collect(Collectors.toList());
                case null, default -> raw;
            };
        } catch (UaSerializationException e) {
            return null;
        }
    }

    private static BrowseDescription properties(NodeId id) {
        return new BrowseDescription(id, BrowseDirection.Forward, NodeIds.HasProperty, true, uint(0),
                uint(BrowseResultMask.BrowseName.getValue()));
    }

    private static @Nullable Description describe(Map<String, Object> said) {
        String unit = said.get("EngineeringUnits") instanceof EUInformation told ? EngineeringUnits.ucumOf(told) : "";
        GrossRange limits = limits(rangeOf(said.get("InstrumentRange")), rangeOf(said.get("EURange")));
        return unit.isEmpty() && limits == null ? null : new Description(unit, limits);
    }

    /** Some servers leave a range at 0 to 0, which says nothing. */
    private static @Nullable Range rangeOf(@Nullable Object said) {
        return said instanceof Range range && range.getLow() < range.getHigh() ? range : null;
    }

    /** What the instrument can't show has failed; what normal operation does not reach is suspect. */
    static @Nullable GrossRange limits(@Nullable Range instrument, @Nullable Range normal) {
        if (instrument == null && normal == null) {
            return null;
        }
        double failLow = instrument == null ? Double.NEGATIVE_INFINITY : instrument.getLow();
        double failHigh = instrument == null ? Double.POSITIVE_INFINITY : instrument.getHigh();
        double low = normal == null ? failLow : Math.max(failLow, normal.getLow());
        double high = normal == null ? failHigh : Math.min(failHigh, normal.getHigh());
        boolean isApart = low > high;
        return new GrossRange(failLow, failHigh, isApart ? failLow : low, isApart ? failHigh : high);
    }
}
