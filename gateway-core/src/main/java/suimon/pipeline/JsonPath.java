package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A way into a JSON text: {@code $.a['b c'][0]}. {@code $} is the record, {@code $$} the whole
 * payload; they differ only where a payload holds an array of records.
 */
final class JsonPath {
    static final int NOT_FOUND = -1;
    /** The key is there twice, so that which value counts is anybody's guess. */
    static final int TWICE = -2;

    private static final int KEYS_NAMED_MAX = 8;
    private static final int KEY_CHARACTERS_MAX = 40;

    private final String written;
    private final boolean isFromPayload;
    private final List<Step> steps;

    private JsonPath(String written, boolean isFromPayload, List<Step> steps) {
        this.written = written;
        this.isFromPayload = isFromPayload;
        this.steps = List.copyOf(steps);
    }

    /** Compiles a path of the form that {@link suimon.config.DecodeConfig} accepts. */
    static JsonPath of(String written) {
        boolean isFromPayload = written.startsWith("$$");
        List<Step> steps = new ArrayList<>();
        int at = isFromPayload ? 2 : 1;
        while (at < written.length()) {
            if (written.charAt(at) == '.') {
                int end = at + 1;
                while (end < written.length() && ".[".indexOf(written.charAt(end)) < 0) {
                    end++;
                }
                steps.add(Step.key(written.substring(at + 1, end)));
                at = end;
            } else if (written.startsWith("['", at)) {
                int end = written.indexOf("']", at);
                steps.add(Step.key(written.substring(at + 2, end)));
                at = end + 2;
            } else {
                int end = written.indexOf(']', at);
                steps.add(new Step(new byte[0], Integer.parseInt(written.substring(at + 1, end))));
                at = end + 1;
            }
        }
        return new JsonPath(written, isFromPayload, steps);
    }

    /** The node, or {@link #NOT_FOUND}, or {@link #TWICE}. */
    int find(JsonTape tape, int record) {
        int node = isFromPayload ? 0 : record;
        for (Step step : steps) {
            node = step.find(tape, node);
            if (node < 0) {
                return node;
            }
        }
        return node;
    }

    /** Why {@link #find} found nothing. */
    String refusal(JsonTape tape, int record, int found) {
        if (found == TWICE) {
            return written + " is there twice in the payload";
        }
        int node = isFromPayload ? 0 : record;
        for (Step step : steps) {
            int next = step.find(tape, node);
            if (next < 0) {
                break;
            }
            node = next;
        }
        return "no " + written + " in the payload (" + contents(tape, node) + ")";
    }

    @Override
    public String toString() {
        return written;
    }

    boolean isFromPayload() {
        return isFromPayload;
    }

    int steps() {
        return steps.size();
    }

    /** The key that a step takes; empty for an index. */
    String key(int step) {
        return new String(steps.get(step).key, StandardCharsets.UTF_8);
    }

    /** The index that a step takes, or -1 for a key. */
    int index(int step) {
        return steps.get(step).index;
    }

    static String nameOf(byte kind) {
        return switch (kind) {
            case JsonTape.OBJECT -> "an object";
            case JsonTape.ARRAY -> "an array";
            case JsonTape.STRING, JsonTape.ESCAPED -> "text";
            case JsonTape.NUMBER -> "a number";
            case JsonTape.NULL -> "null";
            default -> "true or false";
        };
    }

    private static String contents(JsonTape tape, int node) {
        if (tape.kind(node) != JsonTape.OBJECT) {
            return "found " + nameOf(tape.kind(node));
        }
        List<String> keys = new ArrayList<>();
        for (int key = node + 1; key < tape.after(node); key = tape.after(key + 1)) {
            if (keys.size() == KEYS_NAMED_MAX) {
                keys.add("...");
                break;
            }
            keys.add(Excerpt.of(tape.text(key), KEY_CHARACTERS_MAX));
        }
        return keys.isEmpty() ? "an empty object" : "found keys: " + String.join(", ", keys);
    }

    /** One step: a key, or an index when the key is empty. */
    private record Step(byte[] key, int index) {
        static Step key(String name) {
            return new Step(name.getBytes(StandardCharsets.UTF_8), -1);
        }

        int find(JsonTape tape, int node) {
            return index >= 0 ? element(tape, node) : member(tape, node);
        }

        private int member(JsonTape tape, int node) {
            if (tape.kind(node) != JsonTape.OBJECT) {
                return NOT_FOUND;
            }
            int found = NOT_FOUND;
            int end = tape.after(node);
            for (int at = node + 1; at < end; at = tape.after(at + 1)) {
                if (tape.isSame(at, key)) {
                    if (found != NOT_FOUND) {
                        return TWICE;
                    }
                    found = at + 1;
                }
            }
            return found;
        }

        private int element(JsonTape tape, int node) {
            if (tape.kind(node) != JsonTape.ARRAY) {
                return NOT_FOUND;
            }
            int at = node + 1;
            for (int count = 0; at < tape.after(node); count++) {
                if (count == index) {
                    return at;
                }
                at = tape.after(at);
            }
            return NOT_FOUND;
        }
    }
}
