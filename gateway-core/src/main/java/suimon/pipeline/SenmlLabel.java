package suimon.pipeline;

import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/** The labels of SenML, their integers in CBOR and their types (RFC 8428, tables 1, 4 and 6). */
enum SenmlLabel {
    BASE_VERSION("bver", -1, Type.NUMBER),
    BASE_NAME("bn", -2, Type.TEXT),
    BASE_TIME("bt", -3, Type.NUMBER),
    BASE_UNIT("bu", -4, Type.TEXT),
    BASE_VALUE("bv", -5, Type.NUMBER),
    BASE_SUM("bs", -6, Type.NUMBER),
    NAME("n", 0, Type.TEXT),
    UNIT("u", 1, Type.TEXT),
    VALUE("v", 2, Type.NUMBER),
    STRING_VALUE("vs", 3, Type.TEXT),
    BOOLEAN_VALUE("vb", 4, Type.BOOLEAN),
    SUM("s", 5, Type.NUMBER),
    TIME("t", 6, Type.NUMBER),
    UPDATE_TIME("ut", 7, Type.NUMBER),
    OCTETS_VALUE("vd", 8, Type.OCTETS);

    final String label;
    private final String number;
    private final Type type;

    SenmlLabel(String label, int number, Type type) {
        this.label = label;
        this.number = Integer.toString(number);
        this.type = type;
    }

    /** The label that a key is, or null. Text labels are taken in CBOR too, as some encoders write them. */
    static @Nullable SenmlLabel of(Tree.Member member) {
        for (SenmlLabel known : values()) {
            if (member.key().equals(member.isNumber() ? known.number : known.label)) {
                return known;
            }
        }
        return null;
    }

    boolean isBase() {
        return ordinal() <= BASE_SUM.ordinal();
    }

    /** Whether a value has the label's type; in JSON octets are text. */
    boolean takes(Tree value) {
        if (!(value instanceof Tree.Scalar scalar) || scalar.kind() == Tree.Kind.TIME) {
            return false;
        }
        boolean isOctets = scalar.kind() == Tree.Kind.OCTETS;
        return switch (type) {
            case NUMBER -> Numbers.isNumber(scalar.value());
            case BOOLEAN -> scalar.value() instanceof Value.Bool;
            case TEXT -> scalar.value() instanceof Value.Text && !isOctets;
            case OCTETS -> isOctets || (scalar.value() instanceof Value.Text text && isBase64(text.value()));
        };
    }

    String expected() {
        return type.words;
    }

    /** Base64url without padding (RFC 4648, 5); a rest of one character is no byte. */
    private static boolean isBase64(String text) {
        return text.length() % 4 != 1 && text.chars().allMatch(
                next -> (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z')
                        || (next >= '0' && next <= '9') || next == '-' || next == '_');
    }

    private enum Type {
        NUMBER("a number"),
        TEXT("text"),
        BOOLEAN("true or false"),
        OCTETS("bytes, in JSON as base64url without padding");

        final String words;

        Type(String words) {
            this.words = words;
        }
    }
}
