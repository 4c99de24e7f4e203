package suimon.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import suimon.fault.RawMqtt.Packet;

/**
 * A device that publishes numbers with QoS 2 and takes the protocol at its word: after a
 * reconnection what has no PUBREC is sent again, what has one is only released (MQTT 5, 4.4). Runs
 * on a thread of its own until closed.
 */
final class QosTwoSender extends NumberedSender implements AutoCloseable {
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int WINDOW = 8;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final Duration RETRY = Duration.ofMillis(25);

    private final int port;
    private final String client;
    private final String topic;
    private final Thread thread;

    /** Guarded by this: packet ids in the order sent. */
    private final Map<Integer, Exchange> open = new LinkedHashMap<>();
    private boolean isClosed;

    /** A number on its way; received once its PUBREC has come. */
    private record Exchange(long number, boolean isReceived) {}

    QosTwoSender(int port, String client, String topic) {
        this.port = port;
        this.client = client;
        this.topic = topic;
        thread = Thread.ofVirtual().name("qos-two-" + client).start(this::run);
    }

    @Override
    boolean isNothingOpen() {
        return open.isEmpty();
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isFirst = true;
        while (!isOver()) {
            try (RawMqtt mqtt = RawMqtt.connected(port, client, isFirst)) {
                mqtt.patience(PATIENCE_MILLIS);
                if (!isFirst && !mqtt.isSessionPresent()) {
                    complain("the session of " + client + " is gone");
                }
                isFirst = false;
                sendAgain(mqtt);
                while (!isOver()) {
                    sendNew(mqtt);
                    answer(mqtt, mqtt.readOne());
                }
            } catch (IOException gone) {
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private void sendAgain(RawMqtt mqtt) throws IOException {
        for (Map.Entry<Integer, Exchange> each : snapshot().entrySet()) {
            if (each.getValue().isReceived()) {
                release(mqtt, each.getKey());
            } else {
                publish(mqtt, each.getKey(), each.getValue().number(), true);
            }
            wasSentAgain();
        }
    }

    private void sendNew(RawMqtt mqtt) throws IOException {
        for (long number = next(); number > 0; number = next()) {
            publish(mqtt, idOf(number), number, false);
        }
    }

    private void publish(RawMqtt mqtt, int id, long number, boolean isAgain) throws IOException {
        mqtt.publish(topic, "{\"v\": %d}".formatted(number).getBytes(StandardCharsets.UTF_8), 2, id, isAgain);
    }

    private static void release(RawMqtt mqtt, int id) throws IOException {
        mqtt.send(0x62, new byte[] {(byte) (id >> 8), (byte) id});
    }

    private void answer(RawMqtt mqtt, Packet packet) throws IOException {
        if (packet.type() == PUBREC) {
            if (received(packet)) {
                release(mqtt, packet.packetId());
            }
        } else if (packet.type() == PUBCOMP) {
            completed(packet.packetId());
        } else {
            complain("expected PUBREC or PUBCOMP, got type " + packet.type());
        }
    }

    private synchronized boolean received(Packet packet) {
        Exchange exchange = open.get(packet.packetId());
        if (exchange == null || packet.reason() >= 0x80) {
            complain("PUBREC for packet " + packet.packetId() + " with reason " + packet.reason());
            return false;
        }
        open.put(packet.packetId(), new Exchange(exchange.number(), true));
        return true;
    }

    private synchronized void completed(int id) {
        Exchange exchange = open.remove(id);
        if (exchange == null || !exchange.isReceived()) {
            complain("PUBCOMP for packet " + id + " that was not released");
        } else {
            acknowledged.add(exchange.number());
        }
        notifyAll();
    }

    private static int idOf(long number) {
        return 1 + (int) (number % 0xffff);
    }

    /** The next number, from now on open; 0 while there is no room. */
    private synchronized long next() {
        if (isEnough || open.size() >= WINDOW) {
            return 0;
        }
        sent++;
        open.put(idOf(sent), new Exchange(sent, false));
        return sent;
    }

    private synchronized Map<Integer, Exchange> snapshot() {
        return new LinkedHashMap<>(open);
    }

    private synchronized void wasSentAgain() {
        resent++;
    }

    private synchronized boolean isOver() {
        return isClosed || isEnough && open.isEmpty();
    }
}
