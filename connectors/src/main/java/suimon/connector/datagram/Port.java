package suimon.connector.datagram;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Carries single datagrams and may lose, repeat and reorder them. One thread receives, any thread sends.
 * A modem that takes short messages is attached behind {@link UnixPort}.
 */
interface Port extends AutoCloseable {
    /** No datagram is longer; what is longer is cut off by the port and then not authentic. */
    int DATAGRAM_BYTES_MAX = 65_507;

    /** @param from where an answer goes; of the port's own type */
    record Arrived(byte[] datagram, Object from) {}

    /** Waits for the next datagram; IOException once the port is closed or broken. */
    Arrived receive() throws IOException;

    /** @param to a sender that was received from; null for the one far end of a port that has but one */
    void send(byte[] datagram, @Nullable Object to) throws IOException;

    @Override
    void close();
}
