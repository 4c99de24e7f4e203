package suimon.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A series name in which {@code {name}} stands for one whole level: {@code {pen}/pressure} matches
 * {@code pen1/pressure}. A name without braces matches itself alone.
 */
public record SeriesPattern(String written) {
    /** Whether the text has a placeholder at all. */
    public static boolean isPattern(String text) {
        return text.indexOf('{') >= 0;
    }

    /** What the placeholders stand for in this series name; null when it does not match. */
    public @Nullable Map<String, String> match(String series) {
        String[] wanted = written.split("/", -1);
        String[] given = series.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> names = new HashMap<>();
        for (int level = 0; level < wanted.length; level++) {
            if (!isPlaceholder(wanted[level])) {
                if (!wanted[level].equals(given[level])) {
                    return null;
                }
            } else {
                String before = names.put(nameOf(wanted[level]), given[level]);
                if (before != null && !before.equals(given[level])) {
                    return null;
                }
            }
        }
        return names;
    }

    /** The names of its placeholders. */
    public Set<String> placeholders() {
        Set<String> names = new HashSet<>();
        for (String level : written.split("/", -1)) {
            if (isPlaceholder(level)) {
                names.add(nameOf(level));
            }
        }
        return names;
    }

    /** The text with what the placeholders stand for. */
    public static String fill(String template, Map<String, String> names) {
        String filled = template;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace("{" + name.getKey() + "}", name.getValue());
        }
        return filled;
    }

    private static boolean isPlaceholder(String level) {
        return level.length() > 2 && level.startsWith("{") && level.endsWith("}");
    }

    private static String nameOf(String level) {
        return level.substring(1, level.length() - 1);
    }
}
