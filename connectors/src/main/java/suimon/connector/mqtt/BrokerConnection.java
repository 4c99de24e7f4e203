package suimon.connector.mqtt;

import java.io.IOException;
import java.util.List;

/**
 * One connection to a broker, used once: after it is lost a new one is made, since Paho's own
 * reconnect loses its place. Blocking; {@link #acknowledge} may be called from another thread.
 */
interface BrokerConnection extends AutoCloseable {
    /** Paho's answers are waited for so long. */
    long ANSWER_WITHIN_MILLIS = 30_000;

    /** Connects and subscribes; returns the filters that the broker refused, each with its reason. */
    List<String> open() throws IOException;

    /** Tells the broker that it need not send the message again. */
    void acknowledge(int packetId) throws IOException;

    /** Publishes with QoS 0; may wait for the socket. */
    void publish(String topic, byte[] payload) throws IOException;

    @Override
    void close();

    /** Called on Paho's thread. */
    interface Listener {
        void arrived(BrokerConnection by, Arrival arrival);

        void lost(BrokerConnection connection, String why);
    }

    /** A message from the broker. */
    record Arrival(
            String topic, byte[] payload, int qos, int packetId, boolean isDuplicate, boolean isRetained) {}
}
