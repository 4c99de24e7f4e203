package suimon.connector.mqtt;

import io.vertx.mqtt.MqttEndpoint;
import java.util.Arrays;

/**
 * The PUBACKs of one connection that a commit brought: written as one buffer with one flush, since
 * a flush is a system call and costs more than all else that is done for a message. The same four
 * bytes mean success in MQTT 3.1.1 (3.4) and MQTT 5 (3.4.2.1). Used on the event loop only.
 */
final class Pubacks {
    private static final byte TYPE = 0x40;
    private static final byte REMAINING_LENGTH = 2;
    private static final int BYTES = 4;

    private final MqttEndpoint endpoint;
    private byte[] bytes = new byte[BYTES];
    private int size;

    Pubacks(MqttEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(int packetId) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = TYPE;
        bytes[size++] = REMAINING_LENGTH;
        bytes[size++] = (byte) (packetId >> 8);
        bytes[size++] = (byte) packetId;
    }

    /** Sends what was added; nothing when the client has gone, who then sends its messages again. */
    void flush() {
        if (size > 0 && endpoint.isConnected()) {
            Sockets.write(endpoint, bytes, size);
        }
        size = 0;
    }
}
