package suimon.pipeline;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one source in the order they came, handed over at once: each counts in the books as a
 * {@link Delivery.Message} does. Columns and one array of bytes instead of objects, since at full
 * rate the objects cost more than reading what is in them. Immutable; made by a {@link Builder}.
 */
public final class MessageBatch implements Delivery {
    /** So many messages make a batch full. */
    public static final int MESSAGES_MAX = 1024;

    /** At so many payload bytes a batch is full. */
    public static final int BYTES_MAX = 1 << 20;

    private final String source;
    private final Receipt receipt;
    private final int size;
    private final byte[] bytes;
    private final int[] starts;
    private final String[] addresses;
    private final long[] received;
    private final @Nullable String[] clients;
    private final int[] packetIds;
    private final boolean[] duplicates;

    private MessageBatch(Builder from, Receipt receipt) {
        this.source = from.source;
        this.receipt = receipt;
        this.size = from.size;
        this.bytes = Arrays.copyOf(from.bytes, from.starts[size]);
        this.starts = Arrays.copyOf(from.starts, size + 1);
        this.addresses = Arrays.copyOf(from.addresses, size);
        this.received = Arrays.copyOf(from.received, size);
        this.clients = Arrays.copyOf(from.clients, size);
        this.packetIds = Arrays.copyOf(from.packetIds, size);
        this.duplicates = Arrays.copyOf(from.duplicates, size);
    }

    @Override
    public String source() {
        return source;
    }

    /** Called back once for the whole batch. */
    @Override
    public Receipt receipt() {
        return receipt;
    }

    @Override
    public int messages() {
        return size;
    }

    @Override
    public int bytes() {
        return starts[size];
    }

    /** One message by itself, without a receipt of its own. */
    Delivery.Message message(int row) {
        String client = clients[row];
        Delivery.RepeatMark mark =
                client == null ? null : new Delivery.RepeatMark(client, packetIds[row], duplicates[row]);
        byte[] payload = Arrays.copyOfRange(bytes, starts[row], starts[row + 1]);
        return new Delivery.Message(
                source, addresses[row], payload, received[row], mark, List.of(), Receipt.NONE);
    }

    /** All payloads, one behind the other. */
    byte[] payloads() {
        return bytes;
    }

    /** Where the payload begins; it ends where the next one does. */
    int start(int row) {
        return starts[row];
    }

    int end(int row) {
        return starts[row + 1];
    }

    String address(int row) {
        return addresses[row];
    }

    /** The wall clock on arrival, nanoseconds since the epoch. */
    long received(int row) {
        return received[row];
    }

    /** Who sent it, where it may be sent again; else null. */
    @Nullable String client(int row) {
        return clients[row];
    }

    int packetId(int row) {
        return packetIds[row];
    }

    /** The DUP flag. */
    boolean isDuplicate(int row) {
        return duplicates[row];
    }

    /** Collects messages for one batch after the other; for one thread. */
    public static final class Builder {
        private static final int ROWS = 16;
        private static final int BYTES = 1024;
        /** A longer array is given up after its batch. */
        private static final int BYTES_KEPT_MAX = 1 << 17;

        private final String source;
        private int size;
        private byte[] bytes = new byte[BYTES];
        private int[] starts = new int[ROWS + 1];
        private String[] addresses = new String[ROWS];
        private long[] received = new long[ROWS];
        private @Nullable String[] clients = new String[ROWS];
        private int[] packetIds = new int[ROWS];
        private boolean[] duplicates = new boolean[ROWS];

        public Builder(String source) {
            this.source = source;
        }

        public int size() {
            return size;
        }

        /** A full batch should be handed over before more is added. */
        public boolean isFull() {
            return size >= MESSAGES_MAX || starts[size] >= BYTES_MAX;
        }

        /** Adds a message that can't come again; returns where in {@link #bytes} its payload goes. */
        public int add(String address, long receivedNanos, int payloadBytes) {
            return add(address, receivedNanos, payloadBytes, null, 0, false);
        }

        /** Adds a message that may come again, see {@link Delivery.RepeatMark}. */
        public int add(
                String address, long receivedNanos, int payloadBytes, @Nullable String client, int packetId,
                boolean duplicate) {
            if (size == addresses.length) {
                growRows(size * 2);
            }
            int start = starts[size];
            if (start + payloadBytes > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, start + payloadBytes));
            }
            addresses[size] = address;
            received[size] = receivedNanos;
            clients[size] = client;
            packetIds[size] = packetId;
            duplicates[size] = duplicate;
            starts[++size] = start + payloadBytes;
            return start;
        }

        /** The payloads; valid until the next message is added. */
        public byte[] bytes() {
            return bytes;
        }

        /** The batch, in arrays just as long as it is; the builder begins the next. */
        public MessageBatch build(Receipt receipt) {
            MessageBatch batch = new MessageBatch(this, receipt);
            size = 0;
            if (bytes.length > BYTES_KEPT_MAX) {
                bytes = new byte[BYTES];
            }
            return batch;
        }

        private void growRows(int rows) {
            starts = Arrays.copyOf(starts, rows + 1);
            addresses = Arrays.copyOf(addresses, rows);
            received = Arrays.copyOf(received, rows);
            clients = Arrays.copyOf(clients, rows);
            packetIds = Arrays.copyOf(packetIds, rows);
            duplicates = Arrays.copyOf(duplicates, rows);
        }
    }
}
