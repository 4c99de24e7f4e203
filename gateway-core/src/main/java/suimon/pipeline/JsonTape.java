package suimon.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One JSON text (RFC 8259) as a flat list of nodes that point into the payload's bytes.
 *
 * <p>The whole text is checked before anything is read from it, so that half a message never makes
 * a reading. Nodes are in the order of the text; {@link #after} jumps over a subtree. An object's
 * children are key, value, key, value. The arrays are used again for the next text: nothing is
 * allocated per message. Not safe for several threads.
 */
final class JsonTape {
    /** Values and keys in one text; more is refused. */
    static final int NODES_MAX = 1 << 16;

    /** Arrays and objects inside one another; deeper is refused. */
    static final int DEPTH_MAX = 64;

    static final byte OBJECT = 1;
    static final byte ARRAY = 2;
    static final byte STRING = 3;
    /** A string with backslashes. */
    static final byte ESCAPED = 4;
    static final byte NUMBER = 5;
    static final byte TRUE = 6;
    static final byte FALSE = 7;
    static final byte NULL = 8;

    private byte[] bytes = new byte[0];
    private int start;
    private int position;
    private int end;
    private boolean isLenient;
    private int size;
    private String refusal = "";

    private byte[] kind = new byte[64];
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] after = new int[64];

    /**
     * Reads a text; false when it is none, and {@link #refusal} says where.
     *
     * @param lenient also take NaN, Infinity and -Infinity as numbers, as Python's json writes them
     */
    boolean read(byte[] payload, boolean lenient) {
        return read(payload, 0, payload.length, lenient);
    }

    /** Reads a text that lies among other bytes; refusals count from where it begins. */
    boolean read(byte[] around, int first, int beyond, boolean lenient) {
        bytes = around;
        start = first;
        end = beyond;
        isLenient = lenient;
        size = 0;
        refusal = "";
        boolean hasByteOrderMark = end - first > 2 && (around[first] & 0xff) == 0xef
                && (around[first + 1] & 0xff) == 0xbb && (around[first + 2] & 0xff) == 0xbf;
        position = hasByteOrderMark ? first + 3 : first;
        skipSpace();
        if (!value(0)) {
            return false;
        }
        skipSpace();
        return position == end || refuse("more after the JSON text at byte " + (position - start));
    }

    String refusal() {
        return refusal;
    }

    byte kind(int node) {
        return kind[node];
    }

    /** The first byte; of a string the first one inside the quotes. */
    int from(int node) {
        return from[node];
    }

    /** One beyond the last byte; of a string the closing quote. */
    int to(int node) {
        return to[node];
    }

    /** The node that follows this one and everything inside it. */
    int after(int node) {
        return after[node];
    }

    boolean isText(int node) {
        return kind[node] == STRING || kind[node] == ESCAPED;
    }

    /** Whether a key or string is the given one. */
    boolean isSame(int node, byte[] utf8) {
        if (kind[node] == ESCAPED) {
            return Arrays.equals(text(node).getBytes(StandardCharsets.UTF_8), utf8);
        }
        return Arrays.equals(bytes, from[node], to[node], utf8, 0, utf8.length);
    }

    /** A string's text with escapes resolved; of other nodes the bytes as written. */
    String text(int node) {
        String raw = new String(bytes, from[node], to[node] - from[node], StandardCharsets.UTF_8);
        return kind[node] == ESCAPED ? resolve(raw) : raw;
    }

    private boolean value(int depth) {
        if (position >= end) {
            return refuseHere();
        }
        return switch (bytes[position]) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", TRUE);
            case 'f' -> word("false", FALSE);
            case 'n' -> word("null", NULL);
            case 'N' -> isLenient ? word("NaN", NUMBER) : refuseHere();
            case 'I' -> isLenient ? word("Infinity", NUMBER) : refuseHere();
            default -> number();
        };
    }

    private boolean object(int depth) {
        int node = begin(OBJECT, depth);
        if (node < 0) {
            return false;
        }
        if (is('}')) {
            return finish(node);
        }
        while (true) {
            if (position >= end || bytes[position] != '"') {
                return refuseHere();
            }
            if (!string()) {
                return false;
            }
            skipSpace();
            if (!is(':')) {
                return refuseHere();
            }
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
            if (is('}')) {
                return finish(node);
            }
            if (!is(',')) {
                return refuseHere();
            }
        }
    }

    private boolean array(int depth) {
        int node = begin(ARRAY, depth);
        if (node < 0) {
            return false;
        }
        if (is(']')) {
            return finish(node);
        }
        while (true) {
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
            if (is(']')) {
                return finish(node);
            }
            if (!is(',')) {
                return refuseHere();
            }
        }
    }

    /** Enters an array or object; -1 when it is too deep. */
    private int begin(byte of, int depth) {
        if (depth >= DEPTH_MAX) {
            refuse("nested deeper than " + DEPTH_MAX + " at byte " + (position - start));
            return -1;
        }
        int node = add(of, position);
        position++;
        skipSpace();
        return node;
    }

    private boolean finish(int node) {
        to[node] = position;
        after[node] = size;
        return node < NODES_MAX || refuse("more than " + NODES_MAX + " values");
    }

    private boolean string() {
        int begun = ++position;
        byte of = STRING;
        while (position < end) {
            byte next = bytes[position];
            if (next == '"') {
                int node = add(of, begun);
                finish(node);
                position++;
                return node < NODES_MAX || refuse("more than " + NODES_MAX + " values");
            }
            if (next == '\\') {
                of = ESCAPED;
                if (!escape()) {
                    return false;
                }
            } else if (next >= ' ') {
                position++;
            } else if (next >= 0) {
                return refuseHere();
            } else {
                int length = Utf8.sequence(bytes, position, end);
                if (length == 0) {
                    return refuse("not UTF-8 at byte " + (position - begun));
                }
                position += length;
            }
        }
        return refuseHere();
    }

    private boolean escape() {
        int code = position + 1 < end ? bytes[position + 1] : 0;
        if (code == 'u') {
            int unit = unit(position);
            boolean isPair = unit >= 0 && Character.isHighSurrogate((char) unit)
                    && position + 7 < end && bytes[position + 6] == '\\' && bytes[position + 7] == 'u'
                    && unit(position + 6) >= 0 && Character.isLowSurrogate((char) unit(position + 6));
            // Half of a pair is no character: kept as text it would come back as another one.
            if (unit < 0 || (!isPair && Character.isSurrogate((char) unit))) {
                return refuseHere();
            }
            position += isPair ? 12 : 6;
            return true;
        }
        if (code == 0 || "\"\\/bfnrt".indexOf(code) < 0) {
            return refuseHere();
        }
        position += 2;
        return true;
    }

    /** The UTF-16 unit of the escape that begins here, or -1. */
    private int unit(int at) {
        if (at + 6 > end) {
            return -1;
        }
        int unit = 0;
        for (int offset = 2; offset < 6; offset++) {
            int digit = Character.digit(bytes[at + offset], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private boolean word(String expected, byte of) {
        int begun = position;
        for (int index = 0; index < expected.length(); index++) {
            if (!is0(expected.charAt(index))) {
                position = begun;
                return refuseHere();
            }
        }
        return finish(add(of, begun));
    }

    private boolean number() {
        int begun = position;
        is0('-');
        if (isLenient && position < end && bytes[position] == 'I') {
            int node = size;
            boolean isWord = word("Infinity", NUMBER);
            from[node] = begun;
            return isWord;
        }
        boolean isZeroFirst = is0('0');
        if (!isZeroFirst && digits() == 0) {
            return refuseHere();
        }
        if (is0('.') && digits() == 0) {
            return refuseHere();
        }
        if (is0('e') || is0('E')) {
            if (!is0('+')) {
                is0('-');
            }
            if (digits() == 0) {
                return refuseHere();
            }
        }
        return finish(add(NUMBER, begun));
    }

    private int digits() {
        int begun = position;
        while (position < end && bytes[position] >= '0' && bytes[position] <= '9') {
            position++;
        }
        return position - begun;
    }

    private boolean is0(char expected) {
        boolean isNext = position < end && bytes[position] == expected;
        if (isNext) {
            position++;
        }
        return isNext;
    }

    private boolean is(char expected) {
        boolean isNext = is0(expected);
        if (isNext) {
            skipSpace();
        }
        return isNext;
    }

    private void skipSpace() {
        while (position < end
                && (bytes[position] == ' ' || bytes[position] == '\n' || bytes[position] == '\r'
                        || bytes[position] == '\t')) {
            position++;
        }
    }

    private int add(byte of, int begun) {
        if (size == kind.length) {
            int capacity = 2 * size;
            kind = Arrays.copyOf(kind, capacity);
            from = Arrays.copyOf(from, capacity);
            to = Arrays.copyOf(to, capacity);
            after = Arrays.copyOf(after, capacity);
        }
        kind[size] = of;
        from[size] = begun;
        return size++;
    }

    private boolean refuseHere() {
        return refuse("not JSON at byte " + (position - start));
    }

    private boolean refuse(String reason) {
        if (refusal.isEmpty()) {
            refusal = reason;
        }
        return false;
    }

    private static String resolve(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        for (int at = 0; at < raw.length(); at++) {
            char next = raw.charAt(at);
            if (next != '\\') {
                text.append(next);
                continue;
            }
            at++;
            switch (raw.charAt(at)) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw.substring(at + 1, at + 5), 16));
                    at += 4;
                }
                default -> text.append(raw.charAt(at));
            }
        }
        return text.toString();
    }
}
