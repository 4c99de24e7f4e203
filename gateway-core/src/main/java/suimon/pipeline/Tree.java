package suimon.pipeline;

import java.util.List;
import suimon.reading.Value;

/** A payload of a format with types of its own, as values; JSON at full rate stays a {@link JsonTape}. */
sealed interface Tree {
    /** One value. */
    record Scalar(Value value, Kind kind) implements Tree {}

    /** An array. */
    record Items(List<Tree> items) implements Tree {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** An object or map, in the order of the payload; a key may be there twice. */
    record Members(List<Member> members) implements Tree {
        public Members {
            members = List.copyOf(members);
        }

        /** The value at a key, or why there is none. */
        Tree at(String key) {
            Tree found = Absent.MISSING;
            for (Member member : members) {
                if (member.key.equals(key)) {
                    if (found != Absent.MISSING) {
                        return Absent.TWICE;
                    }
                    found = member.value;
                }
            }
            return found;
        }
    }

    /**
     * A key and its value.
     *
     * @param isNumber the key is an integer, written here in decimal
     */
    record Member(String key, boolean isNumber, Tree value) {}

    /** What a path came to that led nowhere; never part of a payload. */
    enum Absent implements Tree {
        MISSING,
        /** The key is there twice, so that which value counts is anybody's guess. */
        TWICE
    }

    /** What the format says about a value beyond its type. */
    enum Kind {
        PLAIN,
        /** Bytes, here as text in base64url without padding (RFC 8949, 6.1). */
        OCTETS,
        /** A time: RFC 3339 text, or seconds since 1970. */
        TIME
    }

    /** For messages. */
    default String name() {
        return switch (this) {
            case Items ignored -> "an array";
            case Members ignored -> "an object";
            case Absent ignored -> "nothing";
            case Scalar scalar when scalar.kind == Kind.OCTETS -> "bytes";
            case Scalar scalar -> switch (scalar.value) {
                case Value.Text ignored -> "text";
                case Value.Bool ignored -> "true or false";
                case Value.None ignored -> "null";
                case Value.Int64 ignored -> "a number";
                case Value.UInt64 ignored -> "a number";
                case Value.Decimal ignored -> "a number";
                case Value.Float32 ignored -> "a number";
                case Value.Float64 ignored -> "a number";
            };
        };
    }
}
