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
