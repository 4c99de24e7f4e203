package suimon.pipeline;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/**
 * One CBOR data item (RFC 8949) as a {@link Tree}: all lengths and indefinite lengths, half floats,
 * bignums and decimal fractions. The whole payload is checked before anything is read from it.
 *
 * <p>A length is never believed further than the payload is long, so that a message takes memory by
 * its size and not by what it claims. For one thread.
 */
final class CborReader {
    /** Items, keys included; more is refused. */
    static final int ITEMS_MAX = 1 << 16;

    /** Arrays, maps and tags inside one another; deeper is refused. */
    static final int DEPTH_MAX = 64;

    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int OCTETS = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;

    private byte[] bytes = new byte[0];
    private int start;
    private int position;
    private int end;
    private int items;
    private long argument;
    private String refusal = "";

    /** Reads the item that these bytes are; null when they are none, and {@link #refusal} says where. */
    @Nullable Tree read(byte[] around, int first, int beyond) {
        bytes = around;
        start = first;
        position = first;
        end = beyond;
        items = 0;
        refusal = "";
        Tree tree = item(0);
        return tree != null && position < end ? refuse("more after the CBOR item at byte " + at()) : tree;
    }

    String refusal() {
        return refusal;
    }

    private @Nullable Tree item(int depth) {
        if (position >= end) {
            return refuse("not CBOR: it ends at byte " + at() + " where an item was expected");
        }
        if (++items > ITEMS_MAX) {
            return refuse("more than " + ITEMS_MAX + " items");
        }
        if (depth > DEPTH_MAX) {
            return refuse("nested deeper than " + DEPTH_MAX + " at byte " + at());
        }
        int head = bytes[position++] & 0xff;
        int major = head >> 5;
        int low = head & 31;
        boolean isOpen = low == INDEFINITE && major >= OCTETS && major <= MAP;
        if (!isOpen && !argument(low)) {
            return null;
        }
        return switch (major) {
            case UNSIGNED -> plain(argument >= 0 ? new Value.Int64(argument) : new Value.UInt64(argument));
            // -1 - n; below the range of 64 bits it is the nearest double.
            case NEGATIVE -> plain(argument >= 0 ? new Value.Int64(~argument)
                    : new Value.Float64(-1 - new Value.UInt64(argument).asDouble()));
            case OCTETS, TEXT -> string(major, isOpen);
            case ARRAY -> array(isOpen, depth);
            case MAP -> map(isOpen, depth);
            case TAG -> tagged(depth);
            default -> simple(low);
        };
    }

    /** Reads what follows the first byte; false when it is cut off or reserved. */
    private boolean argument(int low) {
        if (low < 24) {
            argument = low;
            return true;
        }
        int length = low <= 27 ? 1 << (low - 24) : 0;
        if (length == 0) {
            refuse("not CBOR at byte " + (at() - 1));
            return false;
        }
        if (length > end - position) {
            refuse("not CBOR: cut off at byte " + (end - start));
            return false;
        }
        long read = 0;
        for (int count = 0; count < length; count++) {
            read = read << 8 | (bytes[position++] & 0xff);
        }
        argument = read;
        return true;
    }

    private @Nullable Tree simple(int low) {
        return switch (low) {
            case 20, 21 -> plain(new Value.Bool(low == 21));
            case 22, 23 -> plain(new Value.None());
            // Every half float is a float exactly.
            case 25 -> plain(new Value.Float32(Float.float16ToFloat((short) argument)));
            case 26 -> plain(new Value.Float32(Float.intBitsToFloat((int) argument)));
            case 27 -> plain(new Value.Float64(Double.longBitsToDouble(argument)));
            default -> refuse("simple value " + argument + " before byte " + at()
                    + ", expected true, false, null, undefined or a float");
        };
    }

    private @Nullable Tree string(int major, boolean isOpen) {
        int begun = position;
        int length = isOpen ? 0 : length();
        if (length < 0) {
            return null;
        }
        byte[] source = bytes;
        int from = position;
        if (isOpen) {
            source = chunks(major);
            if (source == null) {
                return null;
            }
            from = 0;
            length = source.length;
        } else {
            position += length;
        }
        if (major == OCTETS) {
            byte[] octets = java.util.Arrays.copyOfRange(source, from, from + length);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
            return new Tree.Scalar(new Value.Text(text), Tree.Kind.OCTETS);
        }
        // In the payload itself; the chunks of an open text were checked one by one.
        if (!isOpen && Utf8.invalidAt(source, from, from + length) >= 0) {
            return refuse("text that is not UTF-8 at byte " + (begun - start));
        }
        return plain(new Value.Text(new String(source, from, length, StandardCharsets.UTF_8)));
    }

    /** The chunks up to the break, joined; each is of the same type and has a length (3.2.3). */
    private byte @Nullable [] chunks(int major) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        while (!isBreak()) {
            boolean isChunk = position < end && (bytes[position] & 0xff) >> 5 == major;
            if (!isChunk) {
                refuse("not CBOR at byte " + at() + ", expected a chunk of the string or its end");
                return null;
            }
            if (++items > ITEMS_MAX) {
                refuse("more than " + ITEMS_MAX + " items");
                return null;
            }
            int low = bytes[position++] & 31;
            int length = argument(low) ? length() : -1;
            if (length < 0) {
                return null;
            }
            if (major == TEXT && Utf8.invalidAt(bytes, position, position + length) >= 0) {
                refuse("text that is not UTF-8 at byte " + at());
                return null;
            }
            joined.write(bytes, position, length);
            position += length;
        }
        return joined.toByteArray();
    }

    /** The argument as a length in bytes or items that the payload can hold; -1 when it can't. */
    private int length() {
        if (argument < 0 || argument > end - position) {
            refuse("not CBOR: a length of " + Long.toUnsignedString(argument) + " before byte " + at()
                    + ", where " + (end - position) + " bytes are left");
            return -1;
        }
        return (int) argument;
    }

    private boolean isBreak() {
        boolean isBreak = position < end && (bytes[position] & 0xff) == BREAK;
        position += isBreak ? 1 : 0;
        return isBreak;
    }

    private @Nullable Tree array(boolean isOpen, int depth) {
        int length = isOpen ? Integer.MAX_VALUE : length();
        List<Tree> elements = new ArrayList<>();
        for (int count = 0; count < length && !(isOpen && isBreak()); count++) {
            Tree element = item(depth + 1);
            if (element == null) {
                return null;
            }
            elements.add(element);
        }
        return length < 0 ? null : new Tree.Items(elements);
    }

    private @Nullable Tree map(boolean isOpen, int depth) {
        int length = isOpen ? Integer.MAX_VALUE : length();
        List<Tree.Member> members = new ArrayList<>();
        for (int count = 0; count < length && !(isOpen && isBreak()); count++) {
            int begun = at();
            Tree key = item(depth + 1);
            if (key == null) {
                return null;
            }
            String name = key instanceof Tree.Scalar scalar ? keyOf(scalar) : null;
            if (name == null) {
                return refuse("a key that is " + key.name() + " at byte " + begun + ", expected text or an integer");
            }
            Tree value = item(depth + 1);
            if (value == null) {
                return null;
            }
            boolean isNumber = !(key instanceof Tree.Scalar scalar && scalar.value() instanceof Value.Text);
            members.add(new Tree.Member(name, isNumber, value));
        }
        return length < 0 ? null : new Tree.Members(members);
    }

    private static @Nullable String keyOf(Tree.Scalar key) {
        return switch (key.value()) {
            case Value.Text text when key.kind() == Tree.Kind.PLAIN -> text.value();
            case Value.Int64 whole -> Long.toString(whole.value());
            case Value.UInt64 whole -> Long.toUnsignedString(whole.bits());
            default -> null;
        };
    }

    private @Nullable Tree tagged(int depth) {
        long tag = argument;
        int begun = at();
        Tree content = item(depth + 1);
        if (content == null) {
            return null;
        }
        Tree meant = CborTag.apply(tag, content);
        return meant != null ? meant
                : refuse("tag " + tag + " on " + content.name() + " before byte " + begun + ", expected "
                        + CborTag.expected(tag));
    }

    private static Tree plain(Value value) {
        return new Tree.Scalar(value, Tree.Kind.PLAIN);
    }

    private int at() {
        return position - start;
    }

    private @Nullable Tree refuse(String reason) {
        if (refusal.isEmpty()) {
            refusal = reason;
        }
        return null;
    }
}
