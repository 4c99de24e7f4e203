package suimon.pipeline;

import java.util.ArrayList;
import java.util.List;

/** A {@link JsonPath} on a {@link Tree}; an integer key is written as in {@code $['-2']}. */
final class TreePath {
    private static final int KEYS_NAMED_MAX = 8;
    private static final int KEY_CHARACTERS_MAX = 40;

    private final JsonPath path;

    private TreePath(JsonPath path) {
        this.path = path;
    }

    static TreePath of(JsonPath path) {
        return new TreePath(path);
    }

    /** What is there, or {@link Tree.Absent}. */
    Tree find(Tree payload, Tree record) {
        Tree node = path.isFromPayload() ? payload : record;
        for (int step = 0; step < path.steps() && !(node instanceof Tree.Absent); step++) {
            node = next(node, step);
        }
        return node;
    }

    /** Why {@link #find} found nothing. */
    String refusal(Tree payload, Tree record) {
        Tree node = path.isFromPayload() ? payload : record;
        for (int step = 0; step < path.steps(); step++) {
            Tree next = next(node, step);
            if (next == Tree.Absent.TWICE) {
                return path + " is there twice in the payload";
            }
            if (next == Tree.Absent.MISSING) {
                break;
            }
            node = next;
        }
        return "no " + path + " in the payload (" + contents(node) + ")";
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private Tree next(Tree node, int step) {
        int index = path.index(step);
        if (index < 0) {
            return node instanceof Tree.Members members ? members.at(path.key(step)) : Tree.Absent.MISSING;
        }
        return node instanceof Tree.Items items && index < items.items().size()
                ? items.items().get(index) : Tree.Absent.MISSING;
    }

    private static String contents(Tree node) {
        if (!(node instanceof Tree.Members members)) {
            return "found " + node.name();
        }
        List<String> keys = new ArrayList<>();
        for (Tree.Member member : members.members()) {
            if (keys.size() == KEYS_NAMED_MAX) {
                keys.add("...");
                break;
            }
            keys.add(Excerpt.of(member.key(), KEY_CHARACTERS_MAX));
        }
        return keys.isEmpty() ? "an empty object" : "found keys: " + String.join(", ", keys);
    }
}
