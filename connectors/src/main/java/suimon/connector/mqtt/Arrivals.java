package suimon.connector.mqtt;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Delivery;
import suimon.pipeline.MessageBatch;
import suimon.pipeline.Receipt;

/**
 * What the event loop reads in one round, whoever sent it, goes into the inbox as one batch: the
 * ingest thread is woken once per round and not once per message. Used on the event loop only.
 */
final class Arrivals {
    private final MqttListener listener;
    private final Context loop;
    private final MessageBatch.Builder open;
    private @Nullable Connection[] senders = new Connection[16];
    private int[] packetIds = new int[16];
    private int[] lengths = new int[16];
    private boolean isScheduled;

    Arrivals(MqttListener listener, Context loop) {
        this.listener = listener;
        this.loop = loop;
        open = new MessageBatch.Builder(listener.name());
    }

    /** A message with QoS 0: nobody waits for an acknowledgement, but it counts as its sender's share. */
    void add(String topic, Buffer payload, Connection sender) {
        makeRoom();
        int row = open.size();
        senders[row] = sender;
        packetIds[row] = 0;
        int at = open.add(topic, listener.nowNanos(), payload.length());
        payload.getBytes(open.bytes(), at);
        sender.inflow().offered();
        schedule();
    }

    /** A message with QoS 1; its sender is told when it is stored, or refused. */
    void add(String topic, Buffer payload, Connection sender, int packetId, boolean isDuplicate) {
        makeRoom();
        int row = open.size();
        senders[row] = sender;
        packetIds[row] = packetId;
        lengths[row] = payload.length();
        int at = open.add(topic, listener.nowNanos(), payload.length(), sender.session().client(), packetId,
                isDuplicate);
        payload.getBytes(open.bytes(), at);
        schedule();
    }

    /** Hands over what has collected; before anything else goes into the inbox, to keep the order. */
    void flush() {
        isScheduled = false;
        int size = open.size();
        if (size == 0) {
            return;
        }
        Handed handed = new Handed(Arrays.copyOf(senders, size), Arrays.copyOf(packetIds, size),
                Arrays.copyOf(lengths, size));
        MessageBatch batch = open.build(handed);
        Arrays.fill(senders, 0, size, null);
        if (!listener.inbox().offer(batch)) {
            handed.refuse();
        }
    }

    /** Hands over something else after what came before it; false when there is no room. */
    boolean offer(Delivery delivery) {
        flush();
        return listener.inbox().offer(delivery);
    }

    private void makeRoom() {
        if (open.isFull()) {
            flush();
        } else if (open.size() == senders.length) {
            senders = Arrays.copyOf(senders, open.size() * 2);
            packetIds = Arrays.copyOf(packetIds, open.size() * 2);
            lengths = Arrays.copyOf(lengths, open.size() * 2);
        }
    }

    private void schedule() {
        if (!isScheduled) {
            isScheduled = true;
            // Runs after all sockets that were readable in this round have been read.
            loop.runOnContext(ignored -> flush());
        }
    }

    /** Whom to tell about each message of a batch; packet id 0 for QoS 0. */
    private final class Handed implements Receipt {
        private final @Nullable Connection[] waiting;
        private final int[] ids;
        private final int[] bytes;

        Handed(@Nullable Connection[] waiting, int[] ids, int[] bytes) {
            this.waiting = waiting;
            this.ids = ids;
            this.bytes = bytes;
        }

        @Override
        public void stored() {
            listener.receipts().add(this::acknowledge);
        }

        @Override
        public void failed() {
            listener.receipts().add(() -> {
                for (int row = 0; row < ids.length; row++) {
                    Connection sender = waiting[row];
                    if (sender != null && ids[row] == 0) {
                        sender.inflow().settled();
                    } else if (sender != null) {
                        sender.notStored();
                    }
                }
            });
        }

        private void acknowledge() {
            for (int row = 0; row < ids.length; row++) {
                Connection sender = waiting[row];
                if (sender != null && ids[row] == 0) {
                    sender.inflow().settled();
                } else if (sender != null) {
                    sender.stored(ids[row], bytes[row]);
                }
            }
        }

        void refuse() {
            for (int row = 0; row < ids.length; row++) {
                Connection sender = waiting[row];
                if (sender != null && ids[row] > 0) {
                    sender.overflow();
                    continue;
                }
                listener.inbox().refused(listener.name(), 1);
                if (sender != null) {
                    sender.inflow().settled();
                }
            }
        }
    }
}
