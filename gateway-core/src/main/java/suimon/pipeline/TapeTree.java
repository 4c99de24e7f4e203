package suimon.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/** A JSON text as a {@link Tree}, for formats that are JSON and something else as well. */
final class TapeTree {
    private TapeTree() {}

    /** The node and what is inside it; null when a number is beyond the range of a double. */
    static @Nullable Tree of(JsonTape tape, int node) {
        return switch (tape.kind(node)) {
            case JsonTape.ARRAY -> items(tape, node);
            case JsonTape.OBJECT -> members(tape, node);
            case JsonTape.STRING, JsonTape.ESCAPED -> plain(new Value.Text(tape.text(node)));
            case JsonTape.TRUE -> plain(new Value.Bool(true));
            case JsonTape.FALSE -> plain(new Value.Bool(false));
            case JsonTape.NULL -> plain(new Value.None());
            default -> plain(NumberText.parse(tape.text(node)));
        };
    }

    private static @Nullable Tree plain(@Nullable Value value) {
        return value == null ? null : new Tree.Scalar(value, Tree.Kind.PLAIN);
    }

    private static @Nullable Tree items(JsonTape tape, int array) {
        List<Tree> items = new ArrayList<>();
        for (int node = array + 1; node < tape.after(array); node = tape.after(node)) {
            Tree item = of(tape, node);
            if (item == null) {
                return null;
            }
            items.add(item);
        }
        return new Tree.Items(items);
    }

    private static @Nullable Tree members(JsonTape tape, int object) {
        List<Tree.Member> members = new ArrayList<>();
        for (int key = object + 1; key < tape.after(object); key = tape.after(key + 1)) {
            Tree value = of(tape, key + 1);
            if (value == null) {
                return null;
            }
            members.add(new Tree.Member(tape.text(key), false, value));
        }
        return new Tree.Members(members);
    }
}
