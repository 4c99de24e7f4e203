package suimon.pipeline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A topic with {@code +}, {@code #} and {@code {name}}, each standing for whole levels. */
final class TopicTemplate {
    private final List<String> levels;
    private final boolean isOpen;

    TopicTemplate(String written) {
        List<String> all = List.of(written.split("/", -1));
        isOpen = all.getLast().equals("#");
        levels = isOpen ? all.subList(0, all.size() - 1) : all;
    }

    /** What the names stand for in this topic; null when it does not match. */
    @Nullable Map<String, String> match(String topic) {
        String[] given = topic.split("/", -1);
        boolean fits = isOpen ? given.length >= levels.size() : given.length == levels.size();
        // As in MQTT 5, 4.7.2: a wildcard in front does not match topics that begin with $.
        boolean isHidden = topic.startsWith("$") && (levels.isEmpty() || isWildcard(levels.getFirst()));
        if (!fits || isHidden) {
            return null;
        }
        Map<String, String> names = new HashMap<>();
        for (int level = 0; level < levels.size(); level++) {
            String wanted = levels.get(level);
            if (wanted.startsWith("{") && wanted.endsWith("}")) {
                String previous = names.put(wanted.substring(1, wanted.length() - 1), given[level]);
                if (previous != null && !previous.equals(given[level])) {
                    return null;
                }
            } else if (!wanted.equals("+") && !wanted.equals(given[level])) {
                return null;
            }
        }
        return names;
    }

    private static boolean isWildcard(String level) {
        return level.equals("+") || (level.startsWith("{") && level.endsWith("}"));
    }
}
