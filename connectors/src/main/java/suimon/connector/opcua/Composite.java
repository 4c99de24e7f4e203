package suimon.connector.opcua;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.milo.opcua.sdk.core.types.DynamicEnumType;
import org.eclipse.milo.opcua.sdk.core.types.DynamicOptionSetType;
import org.eclipse.milo.opcua.sdk.core.types.DynamicStructType;
import org.eclipse.milo.opcua.sdk.core.types.DynamicUnionType;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaRuntimeException;
import org.eclipse.milo.opcua.stack.core.encoding.EncodingContext;
import org.eclipse.milo.opcua.stack.core.types.UaEnumeratedType;
import org.eclipse.milo.opcua.stack.core.types.UaStructuredType;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.Matrix;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.structured.ComplexNumberType;
import org.eclipse.milo.opcua.stack.core.types.structured.DoubleComplexNumberType;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.Range;
import org.eclipse.milo.opcua.stack.core.types.structured.XVType;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/**
 * An array or structure as readings: the whole as JSON text in the series of its node, so that
 * nothing is lost and the newest time is known there, and each scalar in it as a series below:
 * {@code pump/pressure}, {@code spectrum/0}, {@code pump/state} with {@code pump/state/name}.
 */
final class Composite {
    /** Scalars beyond so many are in the text only; a longer array is no set of sensors. */
    static final int LEAVES_MAX = 256;

    /** A longer text is refused, and the node with it: a part of it can be named by {@code range}. */
    static final int CHARACTERS_MAX = 64 * 1024;

    /** Structures nested deeper are refused, as Part 6, 5.1.5 allows a decoder to. */
    static final int DEPTH_MAX = 32;

    private static final Pattern UNSAFE = Pattern.compile("[^\\p{L}\\p{N}._-]");

    /** The context that knows the server's own types; it may ask the server. */
    interface Types {
        EncodingContext context() throws UaException;
    }

    /** One reading: the path below the series of the node, empty for the node itself. */
    record Part(String path, Value value) {}

    /** Why a value is no reading, with what to do. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    private final @Nullable Types types;
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    private Composite(@Nullable Types types) {
        this.types = types;
    }

    /** The parts of a value that is no scalar, the text first. */
    static List<Part> partsOf(@Nullable Object raw, @Nullable Types types) throws Unreadable {
        Composite composite = new Composite(types);
        composite.add("", raw, 0);
        composite.parts.addFirst(new Part("", new Value.Text(composite.text.toString())));
        return composite.parts;
    }

    private void add(String path, @Nullable Object raw, int depth) throws Unreadable {
        if (depth > DEPTH_MAX) {
            throw new Unreadable("its value is nested deeper than " + DEPTH_MAX + "; name a node inside it");
        }
        Object found = opened(raw);
        if (found instanceof Map<?, ?> fields) {
            addFields(path, fields, depth);
        } else if (found != null && found.getClass().isArray()) {
            addElements(path, found, depth);
        } else {
            addScalar(path, found);
        }
        if (text.length() > CHARACTERS_MAX) {
            throw new Unreadable("its value is longer than " + CHARACTERS_MAX
                    + " characters; name a part of it, such as range: \"0:99\"");
        }
    }

    private void addFields(String path, Map<?, ?> fields, int depth) throws Unreadable {
        text.append('{');
        String separator = "";
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            String name = String.valueOf(field.getKey());
            text.append(separator);
            quote(name);
            text.append(':');
            add(below(path, name), field.getValue(), depth + 1);
            separator = ",";
        }
        text.append('}');
    }

    private void addElements(String path, Object array, int depth) throws Unreadable {
        text.append('[');
        for (int index = 0; index < Array.getLength(array); index++) {
            text.append(index == 0 ? "" : ",");
            add(below(path, Integer.toString(index)), Array.get(array, index), depth + 1);
        }
        text.append(']');
    }

    private void addScalar(String path, @Nullable Object raw) throws Unreadable {
        if (raw instanceof UaEnumeratedType one) {
            leaf(path, new Value.Int64(one.getValue()));
            leaf(below(path, "name"), new Value.Text(words(one.getName())));
            quote(one.getName());
            return;
        }
        Value value = Values.valueOf(raw);
        if (value == null) {
            throw new Unreadable("its value holds a " + (raw == null ? "null" : raw.getClass().getSimpleName())
                    + ", which is no reading; name a scalar node");
        }
        leaf(path, value);
        switch (value) {
            case Value.None ignored -> text.append("null");
            case Value.Text words -> quote(words.value());
            case Value.Float64 number when !Double.isFinite(number.value()) -> quote(number.asText());
            case Value.Float32 number when !Float.isFinite(number.value()) -> quote(number.asText());
            case Value number -> text.append(number.asText());
        }
    }

    private void leaf(String path, Value value) {
        if (!path.isEmpty() && parts.size() < LEAVES_MAX) {
            parts.add(new Part(path, value));
        }
    }

    /** Takes the wrapping off: fields as a map, elements as an array, anything else as it is. */
    private @Nullable Object opened(@Nullable Object raw) throws Unreadable {
        return switch (raw) {
            case Variant variant -> opened(variant.value());
            case DataValue value -> opened(value.value());
            case Matrix matrix -> matrix.isNull() ? null : matrix.nestedArrayValue();
            case ExtensionObject encoded -> encoded.isNull() ? null : opened(decoded(encoded));
            case DynamicStructType struct -> struct.getMembers();
            case DynamicUnionType union -> union.getValue()
                    .map(one -> fields(one.fieldName(), one.fieldValue())).orElse(null);
            case DynamicOptionSetType bits -> fields("value", bits.getValue(), "validBits", bits.getValidBits());
            case Range range -> fields("low", range.getLow(), "high", range.getHigh());
            case EUInformation unit -> fields("unitId", unit.getUnitId(), "displayName", unit.getDisplayName());
            case XVType point -> fields("x", point.getX(), "value", point.getValue());
            case ComplexNumberType number -> fields("real", number.getReal(), "imaginary", number.getImaginary());
            case DoubleComplexNumberType number ->
                fields("real", number.getReal(), "imaginary", number.getImaginary());
            case DynamicEnumType one -> one;
            case UaStructuredType other -> other.toString();
            case null, default -> raw;
        };
    }

    private Object decoded(ExtensionObject encoded) throws Unreadable {
        Types known = types;
        try {
            if (known == null) {
                throw new Unreadable("its structure can't be decoded without a connection");
            }
            return encoded.decode(known.context());
        } catch (UaRuntimeException | UaException | IllegalArgumentException e) {
            throw new Unreadable("its structure " + encoded.getEncodingOrTypeId().toParseableString()
                    + " can't be decoded, since the server gives no definition of its type ("
                    + Endpoints.reason(e) + "); name the nodes below it");
        }
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            fields.put(String.valueOf(namesAndValues[index]), namesAndValues[index + 1]);
        }
        return fields;
    }

    /** The path of a part; what a maker's field name holds beside letters, digits and . _ - becomes _. */
    private static String below(String path, String name) {
        String safe = name.isEmpty() ? "_" : UNSAFE.matcher(name).replaceAll("_");
        return path.isEmpty() ? safe : path + "/" + safe;
    }

    private static String words(@Nullable String text) {
        return text == null ? "" : text;
    }

    private void quote(@Nullable String words) {
        text.append('"');
        String shown = words(words);
        for (int index = 0; index < shown.length(); index++) {
            char one = shown.charAt(index);
            if (one == '"' || one == '\\') {
                text.append('\\').append(one);
            } else if (one < ' ') {
                text.append(String.format("\\u%04x", (int) one));
            } else {
                text.append(one);
            }
        }
        text.append('"');
    }
}
