package suimon.connector.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import suimon.pipeline.MessageBatch;
import suimon.pipeline.Receipt;

/**
 * The messages that one read from a broker brought, handed over as one batch. For the thread that
 * reads the connection.
 */
final class BrokerArrivals implements PublishTap.Sink {
    private static final int DUP = 8;
    private static final int RETAIN = 1;

    private final MqttClientSource source;
    private final BrokerConnection connection;
    private final String client;
    private final MessageBatch.Builder open;
    private int[] waiting = new int[16];
    private int waitingCount;
    private long now;

    BrokerArrivals(MqttClientSource source, BrokerConnection connection, String client) {
        this.source = source;
        this.connection = connection;
        this.client = client;
        open = new MessageBatch.Builder(source.name());
    }

    @Override
    public void take(
            int flags, int packetId, byte[] bytes, int topicAt, int topicBytes, int payloadAt, int end) {
        boolean isAcknowledged = (flags >> 1 & 3) > 0;
        if ((flags & RETAIN) != 0 && !source.takesRetained()) {
            if (isAcknowledged) {
                source.stored(connection, new int[] {packetId});
            }
            return;
        }
        if (open.isFull()) {
            roundEnds();
        }
        now = open.size() == 0 ? source.nowNanos() : now;
        String topic = new String(bytes, topicAt, topicBytes, StandardCharsets.UTF_8);
        int length = end - payloadAt;
        int at = isAcknowledged
                ? open.add(topic, now, length, client, packetId, (flags & DUP) != 0)
                : open.add(topic, now, length);
        System.arraycopy(bytes, payloadAt, open.bytes(), at, length);
        if (isAcknowledged) {
            if (waitingCount == waiting.length) {
                waiting = Arrays.copyOf(waiting, 2 * waitingCount);
            }
            waiting[waitingCount++] = packetId;
        }
    }

    @Override
    public void roundEnds() {
        if (open.size() == 0) {
            return;
        }
        int[] ids = Arrays.copyOf(waiting, waitingCount);
        waitingCount = 0;
        Receipt receipt = ids.length == 0 ? source::moved : () -> source.stored(connection, ids);
        source.hand(connection, open.build(receipt), ids.length > 0);
    }
}
