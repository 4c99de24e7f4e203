import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Publishes with QoS 1 at a steady rate and prints how long acknowledgements took:
 * {@code java deploy-arm64/src/bench/PubackLatency.java PORT RATE SECONDS}. For docs/figures.md.
 */
final class PubackLatency {
    private static final int IDS = 65_535;
    private static final long[] SENT = new long[IDS + 1];

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        int rate = Integer.parseInt(arguments[1]);
        int total = rate * Integer.parseInt(arguments[2]);
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            byte[] client = "latency".getBytes(StandardCharsets.UTF_8);
            out.write(new byte[] {0x10, (byte) (12 + client.length), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0,
                (byte) client.length});
            out.write(client);
            in.readFully(new byte[4]);
            long[] took = new long[total];
            Thread acknowledgements = Thread.ofPlatform().start(() -> read(in, took));
            send(out, rate, total);
            acknowledgements.join(20_000);
            Arrays.sort(took);
            System.out.printf("rate %d/s, %d messages, publish to PUBACK p50 %.2f p99 %.2f max %.2f ms%n", rate, total,
                    took[total / 2] / 1e6, took[total * 99 / 100] / 1e6, took[total - 1] / 1e6);
        }
    }

    private static void send(OutputStream out, int rate, int total) throws Exception {
        long begin = System.nanoTime();
        for (int sent = 0; sent < total; ) {
            long due = Math.min(total, (System.nanoTime() - begin) * rate / 1_000_000_000L);
            var packets = new java.io.ByteArrayOutputStream();
            for (; sent < due; sent++) {
                int id = sent % IDS + 1;
                String topic = "in/s%05d".formatted(sent % 100);
                byte[] payload = "{\"id\":\"s\",\"ts\":%d,\"v\":%.2f}".formatted(
                        System.currentTimeMillis(), 20 + sent % 37 * 0.1).getBytes(StandardCharsets.UTF_8);
                packets.write(new byte[] {0x32, (byte) (4 + topic.length() + payload.length), 0, (byte) topic.length()});
                packets.write(topic.getBytes(StandardCharsets.UTF_8));
                packets.write(new byte[] {(byte) (id >> 8), (byte) id});
                packets.write(payload);
                SENT[id] = System.nanoTime();
            }
            packets.writeTo(out);
            Thread.sleep(0, 500_000);
        }
    }

    private static void read(DataInputStream in, long[] took) {
        try {
            for (int count = 0; count < took.length; count++) {
                in.readUnsignedShort();
                took[count] = System.nanoTime() - SENT[in.readUnsignedShort()];
            }
        } catch (java.io.IOException e) {
            System.out.println("the gateway hung up: " + e);
        }
    }
}
