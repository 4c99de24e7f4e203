package suimon.backhaul;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Reads one protobuf message from memory. Unknown fields are skipped, as a newer writer may add
 * some; a field of the wrong wire type is an error. Not safe for several threads.
 */
final class WireReader {
    private final CodedInputStream in;
    private int tag;

    WireReader(byte[] bytes) {
        in = CodedInputStream.newInstance(bytes);
    }

    /** The next field's number, 0 at the end. */
    int next() throws Malformed {
        try {
            tag = in.isAtEnd() ? 0 : in.readTag();
            return WireFormat.getTagFieldNumber(tag);
        } catch (IOException wrong) {
            throw malformed(wrong);
        }
    }

    void skip() throws Malformed {
        read(WireFormat.getTagWireType(tag), () -> in.skipField(tag) ? 1L : 0L);
    }

    long unsigned() throws Malformed {
        return read(WireFormat.WIRETYPE_VARINT, in::readUInt64);
    }

    /** An unsigned number that is to be at most so large. */
    int unsigned(int most) throws Malformed {
        long value = unsigned();
        if (value < 0 || value > most) {
            throw new Malformed("found " + Long.toUnsignedString(value) + " in field "
                    + WireFormat.getTagFieldNumber(tag) + ", expected at most " + most);
        }
        return (int) value;
    }

    long signed() throws Malformed {
        return read(WireFormat.WIRETYPE_VARINT, in::readSInt64);
    }

    int fixed32() throws Malformed {
        return read(WireFormat.WIRETYPE_FIXED32, in::readFixed32);
    }

    long fixed64() throws Malformed {
        return read(WireFormat.WIRETYPE_FIXED64, in::readFixed64);
    }

    double real() throws Malformed {
        return Double.longBitsToDouble(fixed64());
    }

    String text() throws Malformed {
        return read(WireFormat.WIRETYPE_LENGTH_DELIMITED, in::readStringRequireUtf8);
    }

    byte[] bytes() throws Malformed {
        return read(WireFormat.WIRETYPE_LENGTH_DELIMITED, in::readByteArray);
    }

    WireReader message() throws Malformed {
        return new WireReader(bytes());
    }

    /** The elements of a packed column; of one that is not packed, its one element. */
    Column column() throws Malformed {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            return new Column(CodedInputStream.newInstance(bytes()));
        }
        throw new Malformed("field " + WireFormat.getTagFieldNumber(tag) + " is not packed");
    }

    /** Elements without tags. */
    static final class Column {
        private final CodedInputStream elements;

        private Column(CodedInputStream elements) {
            this.elements = elements;
        }

        boolean isAtEnd() throws Malformed {
            return get(elements::isAtEnd);
        }

        long unsigned() throws Malformed {
            return get(elements::readUInt64);
        }

        long signed() throws Malformed {
            return get(elements::readSInt64);
        }

        long bits64() throws Malformed {
            return get(elements::readFixed64);
        }

        int bits32() throws Malformed {
            return get(elements::readFixed32);
        }
    }

    private <T> T read(int wireType, Read<T> reading) throws Malformed {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new Malformed("field " + WireFormat.getTagFieldNumber(tag) + " has the wire type "
                    + WireFormat.getTagWireType(tag) + ", expected " + wireType);
        }
        return get(reading);
    }

    private static <T> T get(Read<T> reading) throws Malformed {
        try {
            return reading.run();
        } catch (IOException wrong) {
            throw malformed(wrong);
        }
    }

    private static Malformed malformed(IOException wrong) {
        if (wrong instanceof InvalidProtocolBufferException) {
            return new Malformed("not a protobuf message: " + wrong.getMessage(), wrong);
        }
        return new Malformed("unreadable: " + wrong.getMessage(), wrong);
    }

    private interface Read<T> {
        T run() throws IOException;
    }
}
