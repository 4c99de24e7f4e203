package suimon.connector.sparkplug;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes payloads as an edge node would; fields may be left out by not calling them. */
final class Spoken {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Spoken payload(long millis, int sequence) {
        Spoken payload = new Spoken().number(1, millis);
        return sequence < 0 ? payload : payload.number(3, sequence);
    }

    Spoken metric(Spoken metric) {
        return bytes(2, metric.bytes());
    }

    static Spoken named(String name, int type) {
        return new Spoken().text(1, name).number(4, type);
    }

    static Spoken aliased(long alias) {
        return new Spoken().number(2, alias);
    }

    Spoken alias(long alias) {
        return number(2, alias);
    }

    Spoken whole(long value) {
        return number(10, value);
    }

    Spoken real(double value) {
        write(13 << 3 | 1);
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
        return this;
    }

    Spoken number(int field, long value) {
        write((long) field << 3);
        write(value);
        return this;
    }

    Spoken text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Spoken bytes(int field, byte[] bytes) {
        write((long) field << 3 | 2);
        write(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private void write(long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
