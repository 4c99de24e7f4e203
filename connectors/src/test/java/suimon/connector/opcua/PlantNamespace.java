package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaDataTypeNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaObjectNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.encoding.binary.OpcUaBinaryEncoder;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.StructureType;
import org.eclipse.milo.opcua.stack.core.types.structured.DataTypeDefinition;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.EnumDefinition;
import org.eclipse.milo.opcua.stack.core.types.structured.EnumField;
import org.eclipse.milo.opcua.stack.core.types.structured.Range;
import org.eclipse.milo.opcua.stack.core.types.structured.StructureDefinition;
import org.eclipse.milo.opcua.stack.core.types.structured.StructureField;

/** Nodes with units, ranges, states, and types of the maker's own, sampled by Milo's server. */
final class PlantNamespace extends ManagedNamespaceWithLifecycle {
    static final String URI = "urn:plant";

    private final SubscriptionModel sampling;

    PlantNamespace(OpcUaServer server) {
        super(server, URI);
        sampling = new SubscriptionModel(server, this);
        getLifecycleManager().addLifecycle(sampling);
        startup();
    }

    /** Writes the fields of a structure in the order of its definition. */
    interface Body extends Consumer<OpcUaBinaryEncoder> {}

    NodeId id(String name) {
        return newNodeId(name);
    }

    UaVariableNode add(String name, NodeId dataType, DataValue value) {
        UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                .setNodeId(newNodeId(name))
                .setBrowseName(newQualifiedName(name))
                .setDisplayName(LocalizedText.english(name))
                .setDataType(dataType)
                .setTypeDefinition(NodeIds.BaseDataVariableType)
                .build();
        node.setValue(value);
        getNodeManager().addNode(node);
        node.addReference(new Reference(
                node.getNodeId(), NodeIds.Organizes, NodeIds.ObjectsFolder.expanded(), false));
        return node;
    }

    UaVariableNode property(NodeId owner, String browseName, NodeId dataType, Object value) {
        UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                .setNodeId(newNodeId(owner.getIdentifier() + "." + browseName))
                .setBrowseName(new QualifiedName(0, browseName))
                .setDisplayName(LocalizedText.english(browseName))
                .setDataType(dataType)
                .setTypeDefinition(NodeIds.PropertyType)
                .build();
        node.setValue(new DataValue(new Variant(value)));
        getNodeManager().addNode(node);
        node.addReference(new Reference(node.getNodeId(), NodeIds.HasProperty, owner.expanded(), false));
        return node;
    }

    UaVariableNode unit(String name, String commonCode, String shown) {
        return property(id(name), "EngineeringUnits", NodeIds.EUInformation, encoded(commonCode, shown));
    }

    DataValue unitValue(String commonCode, String shown) {
        return new DataValue(new Variant(encoded(commonCode, shown)));
    }

    private ExtensionObject encoded(String commonCode, String shown) {
        int id = 0;
        for (char one : commonCode.toCharArray()) {
            id = id << 8 | one;
        }
        return ExtensionObject.encode(getServer().getStaticEncodingContext(), new EUInformation(
                EngineeringUnits.NAMESPACE, id, LocalizedText.english(shown), LocalizedText.english(shown)));
    }

    void range(String name, String property, double low, double high) {
        property(id(name), property, NodeIds.Range, ExtensionObject.encode(
                getServer().getStaticEncodingContext(), new Range(low, high)));
    }

    NodeId enumeration(String name, String... states) {
        EnumField[] fields = new EnumField[states.length];
        for (int value = 0; value < states.length; value++) {
            LocalizedText shown = LocalizedText.english(states[value]);
            fields[value] = new EnumField((long) value, shown, shown, states[value]);
        }
        return type(name, NodeIds.Enumeration, new EnumDefinition(fields));
    }

    /** A structure with a binary encoding of its own. */
    NodeId structure(String name, StructureField... fields) {
        NodeId encoding = newNodeId(name + ".binary");
        NodeId type = type(name, NodeIds.Structure, new StructureDefinition(
                encoding, NodeIds.Structure, StructureType.Structure, fields));
        UaObjectNode node = new UaObjectNode(getNodeContext(), encoding, new QualifiedName(0, "Default Binary"),
                LocalizedText.english("Default Binary"), LocalizedText.NULL_VALUE, uint(0), uint(0));
        getNodeManager().addNode(node);
        node.addReference(new Reference(encoding, NodeIds.HasTypeDefinition,
                NodeIds.DataTypeEncodingType.expanded(), true));
        node.addReference(new Reference(encoding, NodeIds.HasEncoding, type.expanded(), false));
        return type;
    }

    static StructureField field(String name, NodeId dataType, int valueRank) {
        return new StructureField(name, LocalizedText.NULL_VALUE, dataType, valueRank, null, uint(0), false);
    }

    private NodeId type(String name, NodeId base, DataTypeDefinition definition) {
        NodeId id = newNodeId(name);
        UaDataTypeNode node = new UaDataTypeNode(getNodeContext(), id, newQualifiedName(name),
                LocalizedText.english(name), LocalizedText.NULL_VALUE, uint(0), uint(0), null, null, null, false,
                definition);
        getNodeManager().addNode(node);
        node.addReference(new Reference(id, NodeIds.HasSubtype, base.expanded(), false));
        return id;
    }

    /** A value of a structure made by {@link #structure}. */
    ExtensionObject structured(String name, Body body) {
        ByteBuf buffer = Unpooled.buffer();
        body.accept(new OpcUaBinaryEncoder(getServer().getStaticEncodingContext()).setBuffer(buffer));
        return ExtensionObject.of(ByteString.of(ByteBufUtil.getBytes(buffer)), newNodeId(name + ".binary"));
    }

    @Override
    public void onDataItemsCreated(List<DataItem> items) {
        sampling.onDataItemsCreated(items);
    }

    @Override
    public void onDataItemsModified(List<DataItem> items) {
        sampling.onDataItemsModified(items);
    }

    @Override
    public void onDataItemsDeleted(List<DataItem> items) {
        sampling.onDataItemsDeleted(items);
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> items) {
        sampling.onMonitoringModeChanged(items);
    }
}
