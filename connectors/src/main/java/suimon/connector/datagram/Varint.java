package suimon.connector.datagram;

import java.nio.ByteBuffer;

/** Numbers of seven bits per byte, the lowest first, as protobuf writes them. */
final class Varint {
    private static final int BITS = 7;
    private static final int MORE = 0x80;

    private Varint() {}

    static int length(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + BITS - 1) / BITS);
    }

    static byte[] of(long value) {
        ByteBuffer out = ByteBuffer.allocate(length(value));
        put(out, value);
        return out.array();
    }

    static void put(ByteBuffer out, long value) {
        long rest = value;
        while (rest >= MORE) {
            out.put((byte) (rest | MORE));
            rest >>>= BITS;
        }
        out.put((byte) rest);
    }

    /** -1 when there is none, it is larger than {@code max} or longer than it need be. */
    static long read(ByteBuffer in, long max) {
        long value = 0;
        for (int shift = 0; in.hasRemaining() && shift < Integer.SIZE; shift += BITS) {
            byte next = in.get();
            value |= (long) (next & MORE - 1) << shift;
            if (next >= 0) {
                return value > max || next == 0 && shift > 0 ? -1 : value;
            }
        }
        return -1;
    }
}
