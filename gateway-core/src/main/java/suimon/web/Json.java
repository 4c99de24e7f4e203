package suimon.web;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as JSON, component by component in their order. Absent values are written as
 * {@code null}, so that a resource has one shape; numbers that JSON can't say are null too.
 *
 * <p>Written here since the code that Micronaut generates for records does not compile without
 * warnings, and the API only ever writes a closed set of records.
 */
final class Json {
    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent component : components) {
                // A nested record may be private to its class.
                component.getAccessor().setAccessible(true);
            }
            return components;
        }
    };

    private Json() {}

    static String of(@Nullable Object value) {
        StringBuilder out = new StringBuilder(256);
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Double number -> out.append(Double.isFinite(number) ? number.toString() : "null");
            case Number number -> out.append(number);
            case Boolean flag -> out.append(flag.booleanValue());
            case Instant instant -> text(out, instant.toString());
            case Enum<?> name -> text(out, name.name());
            case CharSequence words -> text(out, words);
            case Collection<?> many -> array(out, many);
            case Map<?, ?> map -> map(out, map);
            case Record data -> object(out, data);
            default -> throw new IllegalStateException("no JSON for " + value.getClass());
        }
    }

    private static void object(StringBuilder out, Record data) {
        char before = '{';
        for (RecordComponent component : COMPONENTS.get(data.getClass())) {
            out.append(before);
            text(out, component.getName());
            out.append(':');
            write(out, read(component, data));
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static @Nullable Object read(RecordComponent component, Record data) {
        try {
            return component.getAccessor().invoke(data);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("an accessor of " + data.getClass() + " failed", impossible);
        }
    }

    private static void array(StringBuilder out, Collection<?> many) {
        char before = '[';
        for (Object each : many) {
            out.append(before);
            write(out, each);
            before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
    }

    private static void map(StringBuilder out, Map<?, ?> map) {
        char before = '{';
        for (Map.Entry<?, ?> each : map.entrySet()) {
            out.append(before);
            text(out, String.valueOf(each.getKey()));
            out.append(':');
            write(out, each.getValue());
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void text(StringBuilder out, CharSequence words) {
        out.append('"');
        for (int i = 0; i < words.length(); i++) {
            char letter = words.charAt(i);
            switch (letter) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    // The two line separators end a line of JavaScript, and an event of a stream ends at one.
                    boolean isPlain = letter >= 0x20 && letter != '\u2028' && letter != '\u2029'
                            && !Character.isSurrogate(letter);
                    if (isPlain) {
                        out.append(letter);
                    } else {
                        out.append(String.format("\\u%04x", (int) letter));
                    }
                }
            }
        }
        out.append('"');
    }
}
