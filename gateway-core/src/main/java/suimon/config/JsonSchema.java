package suimon.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import suimon.reading.Words;

/**
 * The JSON Schema (draft 2020-12) of a configuration, made from the records, so that editors
 * complete the file and can't drift from what the gateway accepts.
 */
public final class JsonSchema {
    private final Kinds kinds;

    private JsonSchema(Kinds kinds) {
        this.kinds = kinds;
    }

    /** The schema of {@code gateway.yaml} as JSON text. */
    public static String gateway(Kinds kinds) {
        return text(GatewayConfig.class, kinds);
    }

    /** The schema of {@code hub.yaml} as JSON text. */
    public static String hub(Kinds kinds) {
        return text(HubConfig.class, kinds);
    }

    private static String text(Class<? extends Record> root, Kinds kinds) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        Describe title = root.getAnnotation(Describe.class);
        schema.put("title", title == null ? root.getSimpleName() : title.value());
        schema.putAll(new JsonSchema(kinds).record(root, null));
        StringBuilder json = new StringBuilder();
        write(json, schema, "");
        return json.append('\n').toString();
    }

    private Map<String, Object> of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return collection(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (Scalars.isPlace(plain)) {
            return choice(plain);
        }
        if (plain.isRecord() && !Scalars.knows(plain)) {
            Map<String, Object> record = record(plain, null);
            return plain == Words.class
                    ? Map.of("oneOf", List.of(Map.of("type", "string"), record))
                    : record;
        }
        return scalar(plain);
    }

    private Map<String, Object> collection(ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        Map<String, Object> schema = new LinkedHashMap<>();
        if (raw == Map.class) {
            schema.put("type", "object");
            schema.put("additionalProperties", of(type.getActualTypeArguments()[1]));
        } else {
            schema.put("type", "array");
            schema.put("items", of(type.getActualTypeArguments()[0]));
            if (raw == Set.class) {
                schema.put("uniqueItems", true);
            }
        }
        return schema;
    }

    private Map<String, Object> choice(Class<?> place) {
        SortedMap<String, Class<? extends Record>> found = kinds.at(place);
        List<Object> variants = new ArrayList<>();
        found.forEach((kind, type) -> variants.add(record(type, kind)));
        return variants.isEmpty() ? Map.of("type", "object") : Map.of("oneOf", variants);
    }

    private Map<String, Object> record(Class<?> type, @Nullable String kind) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<Object> required = new ArrayList<>();
        if (kind != null) {
            properties.put("kind", Map.of("const", kind));
            required.add("kind");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(component.getName(), property(component));
            boolean isCollection = component.getGenericType() instanceof ParameterizedType;
            boolean isOptional = isCollection || Binder.isNullable(component)
                    || component.isAnnotationPresent(Default.class) || Binder.hasOnlyDefaults(component.getType());
            if (!isOptional) {
                required.add(component.getName());
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", Binder.hasOnlyDefaults(type) ? List.of("object", "null") : "object");
        schema.put("properties", properties);
        schema.put("required", required);
        schema.put("additionalProperties", false);
        return schema;
    }

    private Map<String, Object> property(RecordComponent component) {
        Map<String, Object> schema = new LinkedHashMap<>(of(component.getGenericType()));
        Describe meaning = component.getAnnotation(Describe.class);
        if (meaning != null) {
            schema.put("description", meaning.value());
        }
        Default standard = component.getAnnotation(Default.class);
        if (standard != null) {
            schema.put("description", (meaning == null ? "" : meaning.value() + ". ")
                    + "Left out: " + (standard.value().isEmpty() ? "empty" : standard.value()));
        }
        Within within = component.getAnnotation(Within.class);
        boolean isNumber = "integer".equals(schema.get("type")) || "number".equals(schema.get("type"));
        if (within != null && isNumber) {
            putBound(schema, "minimum", within.min());
            putBound(schema, "maximum", within.max());
        }
        return schema;
    }

    private static void putBound(Map<String, Object> schema, String key, String bound) {
        if (!bound.isEmpty()) {
            schema.put(key, new java.math.BigDecimal(bound));
        }
    }

    private static Map<String, Object> scalar(Class<?> type) {
        if (type.isEnum()) {
            return Map.of("enum", Scalars.names(type));
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return Map.of("type", "integer");
        }
        if (type == double.class || type == Double.class) {
            return Map.of("type", "number");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "string");
        if (type == Duration.class) {
            schema.put("pattern", "^\\d+(\\.\\d+)? ?(ms|s|min|h|d)$");
        } else if (type == LocalDate.class) {
            schema.put("format", "date");
        } else if (type == DataSize.class) {
            schema.put("pattern", "^\\d+(\\.\\d+)? ?([kKMGT]i?)?B$");
        } else if (type == Secret.class) {
            schema.put("pattern", "^(file|env):.+");
        }
        return schema;
    }

    private static void write(StringBuilder json, Object value, String indent) {
        String inner = indent + "  ";
        switch (value) {
            case Map<?, ?> map -> {
                json.append('{');
                String comma = "\n";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.append(comma).append(inner).append(quoted(entry.getKey().toString())).append(": ");
                    write(json, entry.getValue(), inner);
                    comma = ",\n";
                }
                json.append(map.isEmpty() ? "}" : "\n" + indent + "}");
            }
            case List<?> list -> {
                json.append('[');
                String comma = "";
                for (Object item : list) {
                    json.append(comma);
                    write(json, item, inner);
                    comma = ", ";
                }
                json.append(']');
            }
            case String text -> json.append(quoted(text));
            default -> json.append(value);
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
