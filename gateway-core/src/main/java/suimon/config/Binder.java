package suimon.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import suimon.reading.Words;

/**
 * Binds YAML nodes to records by their components. A value that can't be bound becomes a problem
 * and null, so that one pass finds all problems; the records are made only where all went well.
 */
final class Binder {
    private final Kinds kinds;
    private final ConfigFile.Problems problems;
    private final Scalars scalars;

    Binder(Kinds kinds, ConfigFile.Problems problems, Path folder) {
        this.kinds = kinds;
        this.problems = problems;
        this.scalars = new Scalars(folder);
    }

    <T extends Record> @Nullable T bind(Node root, Class<T> type) {
        return type.cast(bind(root, type, "", null));
    }

    private @Nullable Object bind(Node node, Type type, String path, @Nullable Within within) {
        problems.remember(path, node);
        if (type instanceof ParameterizedType generic) {
            return bindCollection(node, generic, path);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == Words.class && node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return Words.same(scalar.getValue());
        }
        if (plain.isRecord() && !Scalars.knows(plain)) {
            return bindRecord(node, plain, path, Set.of());
        }
        if (Scalars.isPlace(plain)) {
            return bindKind(node, plain, path);
        }
        return bindScalar(node, plain, path, within);
    }

    private @Nullable Object bindScalar(Node node, Class<?> type, String path, @Nullable Within within) {
        if (!(node instanceof ScalarNode scalar)) {
            problems.add(node, path, describe(node), Scalars.expected(type));
            return null;
        }
        try {
            Object value = scalars.parse(scalar.getValue(), type);
            String wrong = scalars.outside(value, within);
            if (!wrong.isEmpty()) {
                problems.add(node, path, scalar.getValue(), wrong);
                return null;
            }
            return value;
        } catch (IllegalArgumentException e) {
            String shown = type == Secret.class ? "something else (not shown)" : found(scalar);
            problems.add(node, path, shown, scalars.remedy(scalar.getValue(), type, e));
            return null;
        }
    }

    private @Nullable Object bindCollection(Node node, ParameterizedType type, String path) {
        Class<?> raw = (Class<?>) type.getRawType();
        if (raw == Map.class) {
            return bindMap(node, type.getActualTypeArguments()[1], path);
        }
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(node, path, describe(node), "a list (lines that begin with -)");
            return null;
        }
        Type element = type.getActualTypeArguments()[0];
        List<Object> items = new ArrayList<>();
        boolean isWhole = true;
        for (int index = 0; index < sequence.getValue().size(); index++) {
            Object item = bind(sequence.getValue().get(index), element, path + "[" + index + "]", null);
            isWhole &= item != null;
            if (item != null) {
                items.add(item);
            }
        }
        Collection<Object> all = raw == Set.class ? new LinkedHashSet<>(items) : items;
        return isWhole ? all : null;
    }

    private @Nullable Object bindMap(Node node, Type element, String path) {
        if (!(node instanceof MappingNode mapping)) {
            problems.add(node, path, describe(node), "keys with values");
            return null;
        }
        Map<String, Object> bound = new LinkedHashMap<>();
        boolean isWhole = true;
        for (NodeTuple tuple : mapping.getValue()) {
            String key = keyOf(tuple);
            Object value = bind(tuple.getValueNode(), element, join(path, key), null);
            if (bound.containsKey(key)) {
                problems.add(tuple.getKeyNode(), join(path, key), "the key a second time", "each key once");
            }
            isWhole &= value != null;
            if (value != null) {
                bound.put(key, value);
            }
        }
        return isWhole ? bound : null;
    }

    private @Nullable Object bindKind(Node node, Class<?> place, String path) {
        SortedMap<String, Class<? extends Record>> choice = kinds.at(place);
        Node kindNode = node instanceof MappingNode mapping ? valueOf(mapping, "kind") : null;
        String kind = kindNode instanceof ScalarNode scalar ? scalar.getValue() : "";
        Class<? extends Record> type = choice.get(kind);
        if (type == null) {
            String found = kindNode == null ? "no kind" : "kind '" + kind + "'";
            String near = kindNode == null ? "" : Names.nearest(kind, choice.keySet());
            problems.add(kindNode == null ? node : kindNode, join(path, "kind"), found,
                    "one of " + choice.keySet() + near);
            return null;
        }
        return bindRecord(node, type, path, Set.of("kind"));
    }

    private @Nullable Object bindRecord(Node node, Class<?> type, String path, Set<String> taken) {
        RecordComponent[] components = type.getRecordComponents();
        boolean isEmpty = node.getTag().equals(Tag.NULL);
        if (isEmpty && hasOnlyDefaults(type)) {
            return bindRecord(new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK), type, path, taken);
        }
        if (!(node instanceof MappingNode mapping)) {
            String keys = Arrays.stream(components).map(RecordComponent::getName).toList().toString();
            problems.add(node, path, isEmpty ? "nothing" : describe(node), "the keys " + keys);
            return null;
        }
        refuseUnknownKeys(mapping, components, path, taken);
        @Nullable Object[] arguments = new @Nullable Object[components.length];
        boolean isWhole = true;
        for (int index = 0; index < components.length; index++) {
            RecordComponent component = components[index];
            Node value = valueOf(mapping, component.getName());
            arguments[index] = value == null || value.getTag().equals(Tag.NULL)
                    ? leftOut(mapping, component, path)
                    : bind(value, component.getGenericType(), join(path, component.getName()),
                            component.getAnnotation(Within.class));
            isWhole &= arguments[index] != null || isNullable(component);
        }
        return isWhole ? construct(node, type, arguments, path) : null;
    }

    private void refuseUnknownKeys(
            MappingNode mapping, RecordComponent[] components, String path, Set<String> taken) {
        Set<String> valid = new TreeSet<>(taken);
        Arrays.stream(components).map(RecordComponent::getName).forEach(valid::add);
        Set<String> seen = new TreeSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = keyOf(tuple);
            if (!valid.contains(key)) {
                problems.add(tuple.getKeyNode(), join(path, key), "an unknown key",
                        "one of " + valid + Names.nearest(key, valid));
            } else if (!seen.add(key)) {
                problems.add(tuple.getKeyNode(), join(path, key), "the key a second time", "each key once");
            }
        }
    }

    private @Nullable Object leftOut(MappingNode mapping, RecordComponent component, String path) {
        if (isNullable(component)) {
            return null;
        }
        Default standard = component.getAnnotation(Default.class);
        if (standard != null) {
            return defaultOf(standard.value(), component.getGenericType());
        }
        Class<?> raw = component.getType();
        if (raw == List.class || raw == Set.class || raw == Map.class) {
            return raw == List.class ? List.of() : raw == Set.class ? Set.of() : Map.of();
        }
        if (hasOnlyDefaults(raw)) {
            MappingNode nothing = new MappingNode(Tag.MAP, List.of(), mapping.getFlowStyle());
            return bindRecord(nothing, raw, join(path, component.getName()), Set.of());
        }
        Describe meaning = component.getAnnotation(Describe.class);
        problems.add(mapping, join(path, component.getName()), "nothing",
                Scalars.expected(raw) + (meaning == null ? "" : " (" + meaning.value() + ")"));
        return null;
    }

    private Object defaultOf(String text, Type type) {
        if (type instanceof ParameterizedType generic) {
            List<Object> items = new ArrayList<>();
            for (String item : text.substring(1, text.length() - 1).split(", *")) {
                items.add(scalars.parse(item, (Class<?>) generic.getActualTypeArguments()[0]));
            }
            return generic.getRawType() == Set.class ? new LinkedHashSet<>(items) : items;
        }
        return scalars.parse(text, (Class<?>) type);
    }

    private @Nullable Object construct(Node node, Class<?> type, @Nullable Object[] arguments, String path) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                problems.add(node, path, "values that don't go together", String.valueOf(refusal.getMessage()));
                return null;
            }
            throw new IllegalStateException("defect in " + type, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("config record " + type + " can't be made", e);
        }
    }

    static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    static boolean hasOnlyDefaults(Class<?> type) {
        if (!type.isRecord() || Scalars.knows(type)) {
            return false;
        }
        return Arrays.stream(type.getRecordComponents())
                .allMatch(part -> isNullable(part) || part.isAnnotationPresent(Default.class)
                        || Collection.class.isAssignableFrom(part.getType()) || part.getType() == Map.class);
    }

    private static @Nullable Node valueOf(MappingNode mapping, String key) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (keyOf(tuple).equals(key)) {
                return tuple.getValueNode();
            }
        }
        return null;
    }

    private static String keyOf(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String found(ScalarNode node) {
        return node.getValue().isEmpty() ? "nothing" : "'" + node.getValue() + "'";
    }

    private static String describe(Node node) {
        return switch (node) {
            case MappingNode ignored -> "keys";
            case SequenceNode ignored -> "a list";
            case ScalarNode scalar -> found(scalar);
            default -> "an alias";
        };
    }
}
