package suimon.backhaul;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Writes one protobuf message to memory, fields in the order of the calls, so that the same content
 * is always the same bytes. Default values are left out. Not safe for several threads.
 *
 * <p>Written by hand instead of generated: frames are packed to the byte and compared by hash, a
 * generator may order and group as it likes, and its compiler isn't to be had on every machine
 * that builds Suimon.
 */
final class WireWriter {
    private static final int BUFFER_BYTES = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER_BYTES);

    byte[] toBytes() {
        run(out::flush);
        return bytes.toByteArray();
    }

    WireWriter unsigned(int field, long value) {
        if (value != 0) {
            run(() -> out.writeUInt64(field, value));
        }
        return this;
    }

    WireWriter signed(int field, long value) {
        if (value != 0) {
            run(() -> out.writeSInt64(field, value));
        }
        return this;
    }

    /** Written even when it is 0: for optional fields. */
    WireWriter present(int field, long value) {
        run(() -> out.writeSInt64(field, value));
        return this;
    }

    WireWriter plain(int field, long value) {
        if (value != 0) {
            run(() -> out.writeInt64(field, value));
        }
        return this;
    }

    WireWriter fixed32(int field, int value) {
        if (value != 0) {
            run(() -> out.writeFixed32(field, value));
        }
        return this;
    }

    WireWriter fixed64(int field, long value) {
        if (value != 0) {
            run(() -> out.writeFixed64(field, value));
        }
        return this;
    }

    /** All bits are kept, a NaN's payload and the sign of zero included. */
    WireWriter real(int field, double value) {
        return fixed64(field, Double.doubleToRawLongBits(value));
    }

    WireWriter text(int field, String value) {
        if (!value.isEmpty()) {
            run(() -> out.writeString(field, value));
        }
        return this;
    }

    /** An element of a list of texts, which is written even when it is empty. */
    WireWriter element(int field, String value) {
        run(() -> out.writeString(field, value));
        return this;
    }

    WireWriter bytes(int field, byte[] value) {
        if (value.length > 0) {
            run(() -> out.writeByteArray(field, value));
        }
        return this;
    }

    /** A message or a packed column, written even when it is empty. */
    WireWriter message(int field, byte[] value) {
        run(() -> out.writeByteArray(field, value));
        return this;
    }

    WireWriter message(int field, Consumer<WireWriter> content) {
        WireWriter nested = new WireWriter();
        content.accept(nested);
        return message(field, nested.toBytes());
    }

    /** A packed column; left out when it has no element. */
    WireWriter packed(int field, Consumer<Column> elements) {
        WireWriter nested = new WireWriter();
        elements.accept(nested.new Column());
        return bytes(field, nested.toBytes());
    }

    /** Elements without tags. */
    final class Column {
        void unsigned(long value) {
            run(() -> out.writeUInt64NoTag(value));
        }

        void signed(long value) {
            run(() -> out.writeSInt64NoTag(value));
        }

        void bits64(long value) {
            run(() -> out.writeFixed64NoTag(value));
        }

        void bits32(int value) {
            run(() -> out.writeFixed32NoTag(value));
        }
    }

    private static void run(Write write) {
        try {
            write.run();
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory can't fail", impossible);
        }
    }

    private interface Write {
        void run() throws IOException;
    }
}
