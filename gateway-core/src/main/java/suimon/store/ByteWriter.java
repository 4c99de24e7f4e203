package suimon.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** Writes the log's binary forms into a growing array: integers as LEB128 varints. */
final class ByteWriter {
    private byte[] bytes;
    private int size;

    ByteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** The array itself, valid up to {@link #size} and until the next write. */
    byte[] array() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    ByteWriter putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** An unsigned varint; negative values take ten bytes. */
    ByteWriter putVarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** A signed varint, zigzag, small for small magnitudes. */
    ByteWriter putSigned(long value) {
        return putVarint((value << 1) ^ (value >> 63));
    }

    ByteWriter putLong(long value) {
        ensure(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    ByteWriter putInt(int value) {
        ensure(4);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    ByteWriter putDouble(double value) {
        return putLong(Double.doubleToRawLongBits(value));
    }

    ByteWriter putBoolean(boolean value) {
        return putByte(value ? 1 : 0);
    }

    ByteWriter putRaw(byte[] from, int offset, int length) {
        ensure(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
        return this;
    }

    ByteWriter putBytes(byte[] from) {
        putVarint(from.length);
        return putRaw(from, 0, from.length);
    }

    /** UTF-8, or UTF-16 where the text has lone surrogates that UTF-8 can't carry. */
    ByteWriter putString(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        boolean isExact = !hasSurrogate(text)
                || new String(encoded, StandardCharsets.UTF_8).equals(text);
        if (!isExact) {
            // Java's own UTF-16 encoder replaces lone surrogates too.
            encoded = charsOf(text);
        }
        putVarint((long) encoded.length << 1 | (isExact ? 0 : 1));
        return putRaw(encoded, 0, encoded.length);
    }

    ByteWriter putInstant(Instant instant) {
        return putSigned(instant.getEpochSecond()).putVarint(instant.getNano());
    }

    private static boolean hasSurrogate(String text) {
        for (int index = 0; index < text.length(); index++) {
            if (Character.isSurrogate(text.charAt(index))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] charsOf(String text) {
        byte[] chars = new byte[text.length() * 2];
        for (int index = 0; index < text.length(); index++) {
            chars[2 * index] = (byte) (text.charAt(index) >>> 8);
            chars[2 * index + 1] = (byte) text.charAt(index);
        }
        return chars;
    }

    private void ensure(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
