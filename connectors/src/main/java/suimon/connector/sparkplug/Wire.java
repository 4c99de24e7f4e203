package suimon.connector.sparkplug;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Protocol Buffers' wire format (encoding specification of protobuf.dev) over a part of an array: a
 * length is believed only as far as the bytes go. Used by one thread.
 */
final class Wire {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int tag;

    Wire(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Wire(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** The next field's number, 0 at the end. */
    int next() throws BadPayload {
        if (at >= end) {
            return 0;
        }
        long read = varint();
        tag = (int) read;
        if (read >>> 32 != 0 || tag >>> 3 == 0) {
            throw bad("no field begins here");
        }
        return tag >>> 3;
    }

    void skip() throws BadPayload {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> fixed(8);
            case LENGTH -> part();
            case FIXED32 -> fixed(4);
            default -> throw bad("the wire type " + (tag & 7));
        }
    }

    long number() throws BadPayload {
        expect(VARINT);
        return varint();
    }

    float real32() throws BadPayload {
        expect(FIXED32);
        return Float.intBitsToFloat((int) fixed(4));
    }

    double real64() throws BadPayload {
        expect(FIXED64);
        return Double.longBitsToDouble(fixed(8));
    }

    String text() throws BadPayload {
        Wire part = message();
        try {
            return StandardCharsets.UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, part.at, part.end - part.at)).toString();
        } catch (CharacterCodingException e) {
            throw bad("text that is not UTF-8");
        }
    }

    /** Little-endian, as Sparkplug packs arrays. */
    ByteBuffer packed() throws BadPayload {
        Wire part = message();
        return ByteBuffer.wrap(bytes, part.at, part.end - part.at).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    Wire message() throws BadPayload {
        expect(LENGTH);
        return part();
    }

    private Wire part() throws BadPayload {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw bad("a length of " + Long.toUnsignedString(length) + " where " + (end - at) + " bytes are left");
        }
        Wire part = new Wire(bytes, at, at + (int) length);
        at += (int) length;
        return part;
    }

    private long varint() throws BadPayload {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw bad("a number that ends too early");
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw bad("a number of more than ten bytes");
    }

    private long fixed(int size) throws BadPayload {
        if (end - at < size) {
            throw bad("a number that ends too early");
        }
        long value = 0;
        for (int offset = size - 1; offset >= 0; offset--) {
            value = value << 8 | bytes[at + offset] & 0xff;
        }
        at += size;
        return value;
    }

    private void expect(int wireType) throws BadPayload {
        if ((tag & 7) != wireType) {
            throw bad("field " + (tag >>> 3) + " with the wire type " + (tag & 7) + ", expected " + wireType);
        }
    }

    private BadPayload bad(String found) {
        return new BadPayload("not a Sparkplug payload: at byte " + at + " " + found);
    }

    /** The payload of a command that sets one metric to true. */
    static byte[] command(String metric, long nowMillis) {
        return new Proto().number(1, nowMillis).message(2, new Proto().text(1, metric).number(3, nowMillis)
                .number(4, MetricType.BOOLEAN).flag(14, true)).toBytes();
    }
}
