package suimon.connector.sparkplug;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes payloads as an edge node would; fields may be left out by not calling them. */
final class Uttered {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Uttered payload(long millis, int sequence) {
        Uttered payload = new Uttered().number(1, millis);
        return sequence < 0 ? payload : payload.number(3, sequence);
    }

    Uttered metric(Uttered metric) {
        return bytes(2, metric.bytes());
    }

    static Uttered named(String name, int type) {
        return new Uttered().text(1, name).number(4, type);
    }

    static Uttered aliased(long alias) {
        return new Uttered().number(2, alias);
    }

    Uttered alias(long alias) {
        return number(2, alias);
    }

    Uttered whole(long value) {
        return number(10, value);
    }

    Uttered real(double value) {
        write(13 << 3 | 1);
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
        return this;
    }

    Uttered number(int field, long value) {
        write((long) field << 3);
        write(value);
        return this;
    }

    Uttered text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Uttered bytes(int field, byte[] bytes) {
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
