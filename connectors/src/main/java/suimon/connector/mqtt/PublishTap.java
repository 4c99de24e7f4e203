package suimon.connector.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A broker's packets on their way to Paho, from which the messages (PUBLISH with QoS 0 or 1) are
 * taken: Paho makes a dozen objects of each and hands it through a queue of ten. Everything else,
 * and what is too long or malformed, passes to Paho as it came. A packet passes only when its header
 * is complete, so that a read that times out loses nothing. For one thread.
 */
final class PublishTap extends InputStream {
    /** A longer packet passes to Paho. */
    static final int PACKET_BYTES_MAX = 2 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int PUBLISH = 3;
    private static final int LENGTH_BYTES_MAX = 4;

    private final InputStream from;
    private final Sink sink;
    private final boolean isFive;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private long passing;

    /** Takes the messages. */
    interface Sink {
        /**
         * One message.
         *
         * @param flags the low four bits of the fixed header (MQTT 3.1.1, 3.3.1): DUP, QoS, RETAIN
         * @param bytes holds the topic's UTF-8 and the payload; not to be kept
         */
        void take(int flags, int packetId, byte[] bytes, int topicAt, int topicBytes, int payloadAt, int end);

        /** What was read is used up: hand it over before the next read waits. */
        void roundEnds();
    }

    PublishTap(InputStream from, boolean isFive, Sink sink) {
        this.from = from;
        this.isFive = isFive;
        this.sink = sink;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        boolean isOver = passing == 0 && !awaitOther() || start == end && fill() < 0;
        if (isOver) {
            return -1;
        }
        int count = (int) Math.min(length, Math.min(passing, end - start));
        System.arraycopy(buffer, start, into, at, count);
        start += count;
        passing -= count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(passing, end - start);
    }

    @Override
    public void close() throws IOException {
        from.close();
    }

    /** Takes messages until something else comes; false at the end of the stream. */
    private boolean awaitOther() throws IOException {
        while (true) {
            int header = headerBytes();
            if (header > 0) {
                long packet = header + remaining(header);
                boolean isWhole = end - start >= packet;
                boolean isTaken = isMessage() && packet <= PACKET_BYTES_MAX && (!isWhole || take(header, (int) packet));
                if (!isTaken) {
                    sink.roundEnds();
                    passing = packet;
                    return true;
                }
                if (isWhole) {
                    start += (int) packet;
                    continue;
                }
            }
            sink.roundEnds();
            if (fill() < 0) {
                return false;
            }
        }
    }

    /** How long the fixed header at the start is; 0 while it is not complete. */
    private int headerBytes() {
        for (int at = start + 1; at < end; at++) {
            if (buffer[at] >= 0 || at - start == LENGTH_BYTES_MAX) {
                return at - start + 1;
            }
        }
        return 0;
    }

    private long remaining(int header) {
        long length = 0;
        for (int at = header - 1; at > 0; at--) {
            length = length << 7 | buffer[start + at] & 0x7f;
        }
        return length;
    }

    private boolean isMessage() {
        int first = buffer[start] & 0xff;
        return first >> 4 == PUBLISH && (first >> 1 & 3) < 2;
    }

    /** False for what only Paho should judge. */
    private boolean take(int header, int packet) {
        int flags = buffer[start] & 0xf;
        int beyond = start + packet;
        int at = start + header;
        if (at + 2 > beyond) {
            return false;
        }
        int topicBytes = number(at);
        int topicAt = at + 2;
        at = topicAt + topicBytes;
        boolean hasId = (flags >> 1 & 3) > 0;
        if (topicBytes == 0 || at + (hasId ? 2 : 0) > beyond) {
            return false;
        }
        int packetId = hasId ? number(at) : 0;
        at += hasId ? 2 : 0;
        if (isFive) {
            at = afterProperties(at, beyond);
            if (at < 0) {
                return false;
            }
        }
        sink.take(flags, packetId, buffer, topicAt, topicBytes, at, beyond);
        return true;
    }

    private int number(int at) {
        return (buffer[at] & 0xff) << 8 | buffer[at + 1] & 0xff;
    }

    /** Properties of a message (MQTT 5, 3.3.2.3) say nothing that a reading needs; -1 when they don't fit. */
    private int afterProperties(int from, int beyond) {
        int length = 0;
        int at = from;
        for (int shift = 0; shift <= 21 && at < beyond; shift += 7) {
            byte next = buffer[at++];
            length |= (next & 0x7f) << shift;
            if (next >= 0) {
                return length <= beyond - at ? at + length : -1;
            }
        }
        return -1;
    }

    private int fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
            if (buffer.length > BUFFER_BYTES) {
                buffer = new byte[BUFFER_BYTES];
            }
        } else if (end == buffer.length && start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        } else if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * end);
        }
        int count = from.read(buffer, end, buffer.length - end);
        end += Math.max(0, count);
        return count;
    }
}
