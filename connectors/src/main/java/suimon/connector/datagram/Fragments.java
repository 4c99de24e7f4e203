package suimon.connector.datagram;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Link;

/**
 * Cuts messages into fragments and puts them together again. A fragment begins with the varint of how many others
 * there are and, unless there are none, the varint of its index. Fragments of one message are sent with consecutive
 * counters, so that counter less index names the message. For one thread.
 *
 * <p>Messages that lack fragments are forgotten after {@link #PATIENCE}, when there are more than
 * {@value #PARTIALS_MAX} of them or when they hold more than one message may: the oldest first.
 */
final class Fragments {
    static final int PARTIALS_MAX = 8;
    /** As long as a network of short messages may hold one back. */
    static final Duration PATIENCE = Duration.ofHours(1);

    private static final int INSIDE_BYTES_MIN = 16;
    private static final int COUNT_MAX = Link.MESSAGE_BYTES_MAX / INSIDE_BYTES_MIN;

    private final TreeMap<Long, Partial> partials = new TreeMap<>();
    private long held;

    private static final class Partial {
        final byte[][] pieces;
        final long since;
        int missing;
        int bytes;

        Partial(int count, long since) {
            this.pieces = new byte[count][];
            this.missing = count;
            this.since = since;
        }
    }

    /** @param limit the longest fragment, its header included */
    static List<byte[]> cut(byte[] message, int limit) {
        if (message.length < limit) {
            return List.of(fragment(message, 0, message.length, 1, 0));
        }
        int length = 1;
        while (Varint.length(count(message, limit - 2 * length) - 1L) > length) {
            length++;
        }
        int part = limit - 2 * length;
        int count = count(message, part);
        List<byte[]> cut = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            cut.add(fragment(message, index * part, Math.min(part, message.length - index * part), count, index));
        }
        return cut;
    }

    private static int count(byte[] message, int part) {
        return (message.length + part - 1) / part;
    }

    private static byte[] fragment(byte[] message, int from, int bytes, int count, int index) {
        int header = Varint.length(count - 1) + (count == 1 ? 0 : Varint.length(index));
        ByteBuffer out = ByteBuffer.allocate(header + bytes);
        Varint.put(out, count - 1);
        if (count > 1) {
            Varint.put(out, index);
        }
        return out.put(message, from, bytes).array();
    }

    /**
     * Takes one that was never taken before.
     *
     * @param now in nanoseconds, of a clock that only runs forward
     * @return the message that it completes, or null
     */
    byte @Nullable [] take(long counter, byte[] fragment, long now) {
        ByteBuffer in = ByteBuffer.wrap(fragment);
        int count = (int) Varint.read(in, COUNT_MAX - 1) + 1;
        int index = count > 1 ? (int) Varint.read(in, count - 1) : 0;
        if (count == 0 || index < 0) {
            return null;
        }
        byte[] piece = new byte[in.remaining()];
        in.get(piece);
        if (count == 1) {
            return piece;
        }
        Partial partial = partials.computeIfAbsent(counter - index, first -> new Partial(count, now));
        if (partial.pieces.length != count || partial.pieces[index] != null) {
            return null;
        }
        partial.pieces[index] = piece;
        partial.bytes += piece.length;
        held += piece.length;
        partial.missing--;
        byte[] whole = partial.missing == 0 ? joined(counter - index, partial) : null;
        forget(now);
        return whole;
    }

    private byte @Nullable [] joined(long first, Partial partial) {
        partials.remove(first);
        held -= partial.bytes;
        ByteBuffer whole = ByteBuffer.allocate(partial.bytes);
        for (byte[] piece : partial.pieces) {
            whole.put(piece);
        }
        return whole.array();
    }

    private void forget(long now) {
        Iterator<Map.Entry<Long, Partial>> oldest = partials.entrySet().iterator();
        while (oldest.hasNext()) {
            Partial partial = oldest.next().getValue();
            boolean isTooMuch = partials.size() > PARTIALS_MAX || held > Link.MESSAGE_BYTES_MAX;
            if (!isTooMuch && now - partial.since < PATIENCE.toNanos()) {
                return;
            }
            held -= partial.bytes;
            oldest.remove();
        }
    }

    /** Of messages that lack fragments. */
    long heldBytes() {
        return held;
    }
}
