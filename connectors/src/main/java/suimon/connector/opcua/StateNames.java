package suimon.connector.opcua;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.structured.EnumDefinition;
import org.eclipse.milo.opcua.stack.core.types.structured.EnumField;
import org.eclipse.milo.opcua.stack.core.types.structured.EnumValueType;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a state are called, in each of the ways in which servers say it: EnumStrings
 * (position is value), EnumValues, TrueState and FalseState, or the definition of the data type.
 */
final class StateNames {
    private StateNames() {}

    /** From the properties and the type definition that were found; empty where there are none. */
    static Map<Long, String> of(Map<String, Object> said) {
        Map<Long, String> names = new HashMap<>();
        add(names, 0, said.get("FalseState"));
        add(names, 1, said.get("TrueState"));
        if (said.get("EnumStrings") instanceof LocalizedText[] texts) {
            for (int value = 0; value < texts.length; value++) {
                add(names, value, texts[value]);
            }
        }
        if (said.get("EnumValues") instanceof List<?> values) {
            values.forEach(one -> {
                if (one instanceof EnumValueType value) {
                    add(names, value.getValue(), value.getDisplayName());
                }
            });
        }
        if (names.isEmpty() && said.get("") instanceof EnumDefinition definition && definition.getFields() != null) {
            for (EnumField field : definition.getFields()) {
                names.put(field.getValue(), String.valueOf(field.getName()));
            }
        }
        return Map.copyOf(names);
    }

    private static void add(Map<Long, String> names, long value, @Nullable Object name) {
        if (name instanceof LocalizedText text && text.text() != null) {
            names.put(value, text.text());
        }
    }
}
