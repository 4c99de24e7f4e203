package suimon.fault;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A device that publishes numbered messages with QoS 1 and takes the protocol at its word: what was
 * not acknowledged is sent again, in order and with the DUP flag, when the gateway is back and has
 * kept the session; what was acknowledged is forgotten. Runs on a thread of its own until closed.
 */
final class Sender extends NumberedSender implements AutoCloseable {
    private static final int PACKET_ID_MAX = 0xffff;
    private static final Duration RETRY = Duration.ofMillis(25);

    /** One message, made from its number. */
    record Message(String topic, String payload) {}

    /** Makes unconnected sockets. */
    @FunctionalInterface
    interface Sockets {
        Socket make() throws IOException;
    }

    private final Sockets sockets;
    private final int port;
    private final String client;
    private final LongFunction<Message> messages;
    private final Duration pause;
    private final int window;
    private final Thread thread;

    /** Guarded by this: packet id to number in the order sent. */
    private final Map<Integer, Long> outstanding = new LinkedHashMap<>();
    private boolean isClosed;
    private @Nullable RawMqtt connection;

    /**
     * Starts to send.
     *
     * @param window how many messages may wait for their acknowledgement; below the gateway's
     *     receive maximum
     * @param pause between two messages
     */
    Sender(int port, String client, int window, Duration pause, LongFunction<Message> messages) {
        this(Socket::new, port, client, window, pause, messages);
    }

    /** The same in another network. */
    Sender(
            Sockets sockets, int port, String client, int window, Duration pause,
            LongFunction<Message> messages) {
        this.sockets = sockets;
        this.port = port;
        this.client = client;
        this.window = window;
        this.pause = pause;
        this.messages = messages;
        thread = Thread.ofVirtual().name("sender-" + client).start(this::run);
    }

    @Override
    boolean isNothingOpen() {
        return outstanding.isEmpty();
    }

    /** Sends on after {@link #finish}. */
    synchronized void resume() {
        isEnough = false;
        notifyAll();
    }

    @Override
    public void close() throws IOException {
        RawMqtt open;
        synchronized (this) {
            isClosed = true;
            open = connection;
            notifyAll();
        }
        if (open != null) {
            open.hangUp();
        }
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isFirst = true;
        while (!isClosed()) {
            try (RawMqtt mqtt = RawMqtt.connected(sockets.make(), port, client, isFirst)) {
                if (!isFirst && !mqtt.isSessionPresent()) {
                    complain("the session of " + client + " is gone");
                }
                isFirst = false;
                opened(mqtt);
                Thread reader = Thread.ofVirtual().start(() -> {
                    mqtt.readAcknowledgements(this::acknowledge);
                    closed(mqtt);
                });
                sendAgain(mqtt);
                sendNew(mqtt);
                mqtt.hangUp();
                reader.join();
            } catch (IOException gone) {
                await(RETRY);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void sendAgain(RawMqtt mqtt) throws IOException {
        Map<Integer, Long> open;
        synchronized (this) {
            open = new LinkedHashMap<>(outstanding);
            resent += open.size();
        }
        for (var entry : open.entrySet()) {
            Message message = messages.apply(entry.getValue());
            mqtt.publish(message.topic(), message.payload(), entry.getKey(), true);
        }
    }

    private void sendNew(RawMqtt mqtt) throws IOException, InterruptedException {
        for (int packetId = next(mqtt); packetId > 0; packetId = next(mqtt)) {
            Message message = messages.apply(sent());
            mqtt.publish(message.topic(), message.payload(), packetId, false);
            await(pause);
        }
    }

    /** Waits for room and gives the next message its packet id; 0 at the end of the connection. */
    private synchronized int next(RawMqtt mqtt) throws InterruptedException {
        while (!isClosed && connection == mqtt && (isEnough || outstanding.size() >= window)) {
            wait();
        }
        if (isClosed || connection != mqtt) {
            return 0;
        }
        sent++;
        int packetId = 1 + (int) (sent % PACKET_ID_MAX);
        outstanding.put(packetId, sent);
        return packetId;
    }

    private synchronized void acknowledge(int packetId) {
        Long number = outstanding.remove(packetId);
        if (number == null) {
            complain("PUBACK for packet " + packetId + " that was not open");
        } else {
            acknowledged.add(number);
        }
        notifyAll();
    }

    private synchronized void opened(RawMqtt mqtt) {
        connection = mqtt;
    }

    private synchronized void closed(RawMqtt mqtt) {
        if (connection == mqtt) {
            connection = null;
        }
        notifyAll();
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private static void await(Duration time) {
        java.util.concurrent.locks.LockSupport.parkNanos(time.toNanos());
    }
}
