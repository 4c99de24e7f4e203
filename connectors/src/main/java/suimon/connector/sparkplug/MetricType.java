package suimon.connector.sparkplug;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Value;

/** The data types of metrics (Sparkplug 3.0, 6.4.16) and what their numbers mean. */
final class MetricType {
    static final int BOOLEAN = 11;
    static final int TEMPLATE = 19;

    /** An array with more elements is refused. */
    static final int ELEMENTS_MAX = 1000;

    private static final int INT8 = 1;
    private static final int INT32 = 3;
    private static final int UINT8 = 5;
    private static final int UINT32 = 7;
    private static final int UINT64 = 8;
    private static final int DATE_TIME = 13;
    private static final int INT8_ARRAY = 22;
    private static final int BOOLEAN_ARRAY = 32;

    private MetricType() {}

    /**
     * An integer as its type means it. Encoders write a negative one in 32 bits or sign-extended to
     * its width, so that only the type's own bits count.
     */
    static Value whole(int type, long bits) {
        return switch (type) {
            case INT8 -> new Value.Int64((byte) bits);
            case 2 -> new Value.Int64((short) bits);
            case INT32 -> new Value.Int64((int) bits);
            case UINT8 -> new Value.Int64(bits & 0xff);
            case 6 -> new Value.Int64(bits & 0xffff);
            case UINT32 -> new Value.Int64(bits & 0xffffffffL);
            case UINT64 -> new Value.UInt64(bits);
            case BOOLEAN -> new Value.Bool(bits != 0);
            default -> new Value.Int64(bits);
        };
    }

    /** Whether values of the type become readings: not data sets, files and property sets. */
    static boolean isReadable(int type) {
        return type >= INT8 && type <= 15 || type == TEMPLATE || type >= INT8_ARRAY && type <= BOOLEAN_ARRAY
                || type == 34;
    }

    /** The elements of a packed array; null where the type is no array of numbers. */
    static @Nullable List<Value> elements(int type, ByteBuffer packed) throws BadPayload {
        if (type == BOOLEAN_ARRAY) {
            return bits(packed);
        }
        int width = switch (type) {
            case INT8_ARRAY, 26 -> 1;
            case 23, 27 -> 2;
            case 24, 28, 30 -> 4;
            case 25, 29, 31, 34 -> 8;
            default -> 0;
        };
        if (width == 0) {
            return null;
        }
        if (packed.remaining() % width != 0 || packed.remaining() / width > ELEMENTS_MAX) {
            throw new BadPayload("an array of " + packed.remaining() + " bytes, expected a multiple of " + width
                    + " and at most " + ELEMENTS_MAX + " elements");
        }
        List<Value> elements = new ArrayList<>();
        while (packed.hasRemaining()) {
            elements.add(element(type, width, packed));
        }
        return elements;
    }

    private static Value element(int type, int width, ByteBuffer packed) {
        return switch (type) {
            case 30 -> new Value.Float32(packed.getFloat());
            case 31 -> new Value.Float64(packed.getDouble());
            case 34 -> whole(DATE_TIME, packed.getLong());
            // The types of arrays follow one another as those of their elements do.
            default -> whole(type - INT8_ARRAY + INT8, switch (width) {
                case 1 -> packed.get();
                case 2 -> packed.getShort();
                case 4 -> packed.getInt();
                default -> packed.getLong();
            });
        };
    }

    /** A count in 32 bits, then bits from the highest of each byte on. */
    private static List<Value> bits(ByteBuffer packed) throws BadPayload {
        int count = packed.remaining() < 4 ? -1 : packed.getInt();
        if (count < 0 || count > ELEMENTS_MAX || packed.remaining() != (count + 7) / 8) {
            throw new BadPayload("a Boolean array of another length than it says");
        }
        List<Value> elements = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            elements.add(new Value.Bool((packed.get(packed.position() + index / 8) >> 7 - index % 8 & 1) != 0));
        }
        return elements;
    }
}
