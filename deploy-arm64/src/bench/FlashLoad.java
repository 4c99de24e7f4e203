import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the gateway writes to the device per reading, and how long acknowledgements take meanwhile:
 * {@code java deploy-arm64/src/bench/FlashLoad.java PORT PID SENDERS IN_FLIGHT HERTZ SECONDS}. Each
 * sender publishes QoS 1 at HERTZ and waits while IN_FLIGHT messages are not acknowledged; a sender
 * that sent a second too late fell behind. Values
 * wander by some hundredths, as a sensor's do. Bytes are {@code write_bytes} of /proc/PID/io. For
 * docs/performance.md.
 */
final class FlashLoad {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final Semaphore window;
    private final String topic = "in/s%05d".formatted(NEXT.get());
    private final java.util.Random random = new java.util.Random(NEXT.get());
    private double value = 20;
    private final long[] sentAt = new long[65_536];
    private final AtomicInteger acknowledged = new AtomicInteger();
    /** Milliseconds. */
    private final AtomicLong behindMost = new AtomicLong();
    private final long[] took;

    private FlashLoad(int port, int inFlight, int total) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        window = new Semaphore(inFlight);
        took = new long[total];
        byte[] client = ("flash-" + NEXT.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
        out.write(new byte[] {0x10, (byte) (12 + client.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0,
            (byte) client.length});
        out.write(client);
        in.readFully(new byte[4]);
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        Path io = Path.of("/proc", arguments[1], "io");
        int senders = Integer.parseInt(arguments[2]);
        int inFlight = Integer.parseInt(arguments[3]);
        double hertz = Double.parseDouble(arguments[4]);
        int seconds = Integer.parseInt(arguments[5]);
        List<FlashLoad> all = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            all.add(new FlashLoad(port, inFlight, (int) (hertz * seconds)));
        }
        long before = written(io);
        for (int sender = 0; sender < senders; sender++) {
            FlashLoad one = all.get(sender);
            long phase = (long) (1e9 / hertz * sender / senders);
            threads.add(Thread.ofVirtual().start(() -> one.send(hertz, phase)));
            threads.add(Thread.ofVirtual().start(one::read));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        print(all, seconds, written(io) - before);
    }

    private static void print(List<FlashLoad> all, int seconds, long bytes) {
        long[] took = all.stream().flatMapToLong(one -> Arrays.stream(one.took, 0, one.acknowledged.get()))
                .sorted().toArray();
        long behind = all.stream().filter(one -> one.behindMost.get() > 1_000).count();
        System.out.printf("%d senders, %d messages acknowledged in %d s, publish to PUBACK p50 %.0f p99 %.0f"
                        + " max %.0f ms%n", all.size(), took.length, seconds, took[took.length / 2] / 1e6,
                took[took.length * 99 / 100] / 1e6, took[took.length - 1] / 1e6);
        System.out.printf("%.1f bytes written to the device per reading, %.0f MB a day; %d senders fell behind%n",
                bytes / (double) took.length, bytes / (double) seconds * 86_400 / 1e6, behind);
    }

    private void send(double hertz, long phase) {
        long begin = System.nanoTime() + phase + 200_000_000L;
        try {
            for (int sent = 0; sent < took.length; sent++) {
                long due = begin + (long) (sent * 1e9 / hertz);
                java.util.concurrent.locks.LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
                window.acquire();
                behindMost.accumulateAndGet((System.nanoTime() - due) / 1_000_000, Math::max);
                publish(sent);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("the gateway hung up: " + e);
        }
    }

    private void publish(int sent) throws IOException {
        int id = sent % 65_535 + 1;
        value += random.nextGaussian() * 0.03 + (20 - value) * 0.001;
        byte[] payload = "{\"id\":\"s\",\"ts\":%d,\"v\":%.2f}".formatted(
                System.currentTimeMillis(), value).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(new byte[] {0x32, (byte) (4 + topic.length() + payload.length), 0, (byte) topic.length()});
        packet.write(topic.getBytes(StandardCharsets.UTF_8));
        packet.write(new byte[] {(byte) (id >> 8), (byte) id});
        packet.write(payload);
        sentAt[id] = System.nanoTime();
        out.write(packet.toByteArray());
    }

    private void read() {
        try {
            while (acknowledged.get() < took.length) {
                in.readUnsignedShort();
                took[acknowledged.get()] = System.nanoTime() - sentAt[in.readUnsignedShort()];
                acknowledged.incrementAndGet();
                window.release();
            }
        } catch (IOException e) {
            System.out.println("the gateway hung up: " + e);
        }
    }

    private static long written(Path io) throws IOException {
        return Files.readAllLines(io).stream().filter(line -> line.startsWith("write_bytes"))
                .mapToLong(line -> Long.parseLong(line.split(": ")[1])).findFirst().orElseThrow();
    }
}
