package suimon.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.store.DuplicateMessages;

/** The message that is being decoded, where it lies; used again for the next. For one thread. */
final class OpenMessage {
    private String source = "";
    private String address = "";
    private byte[] bytes = {};
    private int from;
    private int to;
    private long received;
    private @Nullable String client;
    private int packetId;
    private boolean isDuplicate;
    private boolean isAsked;
    private boolean isKnown;

    void open(Delivery.Message message) {
        source = message.source();
        address = message.address();
        bytes = message.payload();
        from = 0;
        to = bytes.length;
        received = message.receivedNanos();
        Delivery.RepeatMark mark = message.repeat();
        client = mark == null ? null : mark.client();
        packetId = mark == null ? 0 : mark.packetId();
        isDuplicate = mark != null && mark.duplicate();
        isAsked = false;
    }

    void open(MessageBatch batch, int row) {
        source = batch.source();
        address = batch.address(row);
        bytes = batch.payloads();
        from = batch.start(row);
        to = batch.end(row);
        received = batch.received(row);
        client = batch.client(row);
        packetId = batch.packetId(row);
        isDuplicate = batch.isDuplicate(row);
        isAsked = false;
    }

    String source() {
        return source;
    }

    String address() {
        return address;
    }

    long received() {
        return received;
    }

    Decoder.Outcome decode(Decoder decoder, Decoder.Sink sink) {
        return decoder.decode(address, bytes, from, to, received, sink);
    }

    /** A copy. */
    byte[] payload() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Whether a message whose readings get their time on arrival was stored before; asks once. */
    boolean isSentAgain(DuplicateMessages duplicates) {
        if (!isAsked) {
            isAsked = true;
            isKnown = client != null && duplicates.judge(client, packetId, isDuplicate, payload());
        }
        return isKnown;
    }
}
