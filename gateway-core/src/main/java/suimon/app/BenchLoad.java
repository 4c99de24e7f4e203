package suimon.app;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sensors for {@code suimon bench}: publishes QoS 1 over MQTT 3.1.1 (OASIS, section 3) on some
 * connections at a given rate and measures how long acknowledgements take.
 */
final class BenchLoad implements AutoCloseable {
    /** Six quantities of a pen. */
    static final List<String> QUANTITIES =
            List.of("do", "temperature", "salinity", "turbidity", "current", "ph");
    /** Series that are sent to, as many as a gateway with a usual memory holds. */
    static final int PENS = 1000;

    private static final int CONNECTIONS = 8;
    /** A connection with so many messages not acknowledged waits; the step then misses its rate. */
    private static final int IN_FLIGHT_MAX = 8192;
    private static final int IDS = 65_535;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<Connection> connections = new ArrayList<>();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Random random;
    private long turn;

    /**
     * What one rate gave.
     *
     * @param asked messages per second that were wanted
     * @param reached messages per second that were acknowledged
     * @param p50 median from publish to PUBACK in nanoseconds
     * @param p99 99th percentile of the same
     */
    record Step(double asked, double reached, long p50, long p99) {}

    BenchLoad(int port, long seed) throws IOException {
        random = new Random(seed);
        for (int index = 0; index < CONNECTIONS; index++) {
            connections.add(new Connection(port, "suimon-bench-" + index));
        }
    }

    long published() {
        return published.get();
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Publishes at the rate for so long and waits for the acknowledgements. */
    Step run(double perSecond, Duration span) throws IOException, InterruptedException {
        connections.forEach(connection -> connection.used.set(0));
        long begin = System.nanoTime();
        long end = begin + span.toNanos();
        long sent = 0;
        for (long now = begin; now < end; now = System.nanoTime()) {
            long due = (long) ((now - begin) / 1e9 * perSecond);
            long most = Math.min(due, sent + (long) Math.max(1, perSecond / 10));
            for (; sent < most; sent++) {
                sensor();
            }
            for (Connection connection : connections) {
                connection.flush();
            }
            Thread.sleep(1);
        }
        settle();
        double seconds = (System.nanoTime() - begin) / 1e9;
        long[] took = connections.stream().flatMapToLong(Connection::latencies).sorted().toArray();
        if (took.length == 0) {
            throw new IOException("the gateway acknowledged nothing within " + PATIENCE.toSeconds() + " s");
        }
        // The last acknowledgements may rightly take their time: they don't make the rate smaller.
        double asked = span.toNanos() / 1e9;
        double reached = Math.min(sent / asked, took.length / Math.max(asked, seconds - 1));
        return new Step(perSecond, reached, took[took.length / 2], took[(int) (took.length * 99L / 100)]);
    }

    /** Publishes one value, and waits for nothing. */
    void publish(String topic, double value, long measuredMillis) throws IOException, InterruptedException {
        connections.get((int) (turn++ % connections.size())).publish(topic, value, measuredMillis);
        published.incrementAndGet();
    }

    /** Waits until all is acknowledged, at most {@link #PATIENCE}. */
    void settle() throws IOException, InterruptedException {
        for (Connection connection : connections) {
            connection.flush();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.get() < published.get() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        connections.forEach(Connection::close);
    }

    private void sensor() throws IOException, InterruptedException {
        long one = turn;
        int pen = (int) (one / QUANTITIES.size() % PENS);
        String quantity = QUANTITIES.get((int) (one % QUANTITIES.size()));
        double value = 8 + Math.sin(one * 1e-5 + pen) + random.nextGaussian() * 0.02;
        publish("bench/pen%04d/%s".formatted(pen, quantity), value, System.currentTimeMillis());
    }

    /** One MQTT connection; published to by one thread, read by another. */
    private final class Connection {
        private final Socket socket;
        private final OutputStream out;
        private final DataInputStream in;
        private final Semaphore window = new Semaphore(IN_FLIGHT_MAX);
        private final ByteArrayOutputStream packets = new ByteArrayOutputStream();
        private final long[] sentAt = new long[IDS + 1];
        private final AtomicInteger used = new AtomicInteger();
        private volatile long[] took = new long[1 << 16];
        private int lastId;

        Connection(int port, String client) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            byte[] name = client.getBytes(StandardCharsets.UTF_8);
            out.write(new byte[] {0x10, (byte) (12 + name.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0,
                (byte) name.length});
            out.write(name);
            in.readFully(new byte[4]);
            Thread.ofVirtual().name(client).start(this::read);
        }

        void publish(String topic, double value, long millis) throws IOException, InterruptedException {
            if (!window.tryAcquire()) {
                flush();
                if (!window.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IOException("the gateway acknowledged nothing for " + PATIENCE.toSeconds() + " s");
                }
            }
            lastId = lastId % IDS + 1;
            byte[] payload = String.format(Locale.ROOT, "{\"ts\":%d,\"v\":%.2f}", millis, value)
                    .getBytes(StandardCharsets.UTF_8);
            byte[] name = topic.getBytes(StandardCharsets.UTF_8);
            // Both lengths fit into a byte: topics and payloads are this class's own.
            packets.write(new byte[] {0x32, (byte) (4 + name.length + payload.length), 0, (byte) name.length});
            packets.write(name);
            packets.write(new byte[] {(byte) (lastId >> 8), (byte) lastId});
            packets.write(payload);
            sentAt[lastId] = System.nanoTime();
        }

        void flush() throws IOException {
            if (packets.size() > 0) {
                packets.writeTo(out);
                packets.reset();
            }
        }

        java.util.stream.LongStream latencies() {
            return Arrays.stream(took, 0, used.get());
        }

        private void read() {
            try {
                while (true) {
                    in.readUnsignedShort();
                    long latency = System.nanoTime() - sentAt[in.readUnsignedShort()];
                    int at = used.get();
                    if (at == took.length) {
                        took = Arrays.copyOf(took, at * 2);
                    }
                    took[at] = latency;
                    used.incrementAndGet();
                    window.release();
                    acknowledged.incrementAndGet();
                }
            } catch (IOException ended) {
                // The gateway or the bench has closed it; who waits for an acknowledgement says so.
                return;
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException ignored) {
                // Nothing is expected from it any more.
            }
        }
    }
}
