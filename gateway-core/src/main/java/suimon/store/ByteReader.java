package suimon.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote. Anything that can't be right (an end too early, a length
 * beyond the end) is an IllegalArgumentException, so that damage never becomes a huge allocation.
 */
final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private int position;

    ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    ByteReader(byte[] bytes, int offset, int end) {
        this.bytes = bytes;
        this.position = offset;
        this.end = end;
    }

    int remaining() {
        return end - position;
    }

    int getByte() {
        need(1);
        return bytes[position++] & 0xFF;
    }

    long getVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = getByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint is longer than ten bytes at byte " + position);
    }

    long getSigned() {
        long value = getVarint();
        return (value >>> 1) ^ -(value & 1);
    }

    long getLong() {
        need(8);
        long value = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            value |= (bytes[position++] & 0xFFL) << shift;
        }
        return value;
    }

    int getInt() {
        need(4);
        int value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (bytes[position++] & 0xFF) << shift;
        }
        return value;
    }

    double getDouble() {
        return Double.longBitsToDouble(getLong());
    }

    boolean getBoolean() {
        return getByte() != 0;
    }

    /** A count of things that take at least so many bytes each, checked against what is left. */
    int getCount(int bytesEach) {
        long count = getVarint();
        if (count < 0 || count > remaining() / bytesEach) {
            throw new IllegalArgumentException(
                    "a count of " + count + " with " + remaining() + " bytes left at byte " + position);
        }
        return (int) count;
    }

    byte[] getBytes() {
        return getRaw(getCount(1));
    }

    byte[] getRaw(int length) {
        need(length);
        byte[] raw = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return raw;
    }

    String getString() {
        long head = getVarint();
        long length = head >>> 1;
        if (length > remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes at byte " + position);
        }
        int from = position;
        position += (int) length;
        if ((head & 1) == 0) {
            return new String(bytes, from, (int) length, StandardCharsets.UTF_8);
        }
        char[] chars = new char[(int) length / 2];
        for (int index = 0; index < chars.length; index++) {
            int at = from + 2 * index;
            chars[index] = (char) ((bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF);
        }
        return new String(chars);
    }

    Instant getInstant() {
        long seconds = getSigned();
        return Instant.ofEpochSecond(seconds, getVarint());
    }

    private void need(int length) {
        if (length < 0 || length > end - position) {
            throw new IllegalArgumentException(
                    "the bytes end at " + end + " where " + length + " more are expected");
        }
    }
}
