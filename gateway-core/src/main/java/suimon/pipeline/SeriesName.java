package suimon.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A series name with what the topic and the field say filled in; the payload may add the rest. */
final class SeriesName {
    /** Longer names are refused. */
    static final int CHARACTERS_MAX = 200;

    /** The whole name where the payload adds nothing; there is one of these for each topic. */
    private final @Nullable String fixed;
    private final List<Object> parts;
    /** The label of the whole name, when it was asked for. */
    private @Nullable SeriesLabel label;

    private SeriesName(List<Object> parts) {
        boolean isFixed = parts.size() == 1 && parts.getFirst() instanceof String;
        this.fixed = isFixed ? (String) parts.getFirst() : null;
        this.parts = isFixed ? List.of() : List.copyOf(parts);
    }

    static SeriesName of(String template, Map<String, String> topicNames, @Nullable String field) {
        List<Object> parts = new ArrayList<>();
        int at = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', at)) {
            int close = template.indexOf('}', open);
            String name = template.substring(open + 1, close);
            literal(parts, template.substring(at, open));
            if (name.startsWith("$")) {
                parts.add(JsonPath.of(name));
            } else if (name.equals("field") && field != null) {
                literal(parts, field);
            } else {
                literal(parts, topicNames.getOrDefault(name, ""));
            }
            at = close + 1;
        }
        literal(parts, template.substring(at));
        return new SeriesName(parts);
    }

    /** The label where all messages have the same and one was taken before; null otherwise. */
    @Nullable SeriesLabel label() {
        return label;
    }

    /** The label; null when the payload has no such part or the name is refused. */
    @Nullable SeriesLabel resolve(Draft draft, Function<JsonPath, @Nullable String> payload) {
        String name = resolve(payload);
        SeriesLabel found = name == null ? null : draft.label(name);
        if (fixed != null) {
            label = found;
        }
        return found;
    }

    /** The name; null when the payload has no such part. */
    @Nullable String resolve(Function<JsonPath, @Nullable String> payload) {
        if (fixed != null) {
            return fixed;
        }
        StringBuilder name = new StringBuilder();
        for (Object part : parts) {
            String text = part instanceof JsonPath path ? payload.apply(path) : part.toString();
            if (text == null) {
                return null;
            }
            name.append(text);
        }
        return name.toString();
    }

    private static void literal(List<Object> parts, String text) {
        if (!parts.isEmpty() && parts.getLast() instanceof String before) {
            parts.set(parts.size() - 1, before + text);
        } else {
            parts.add(text);
        }
    }
}
