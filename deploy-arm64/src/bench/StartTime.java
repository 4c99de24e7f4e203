import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Starts a gateway again and again and tells how long after the exec its listener accepted, its first
 * reading was acknowledged, its first result came and its page answered; called by {@code start}:
 * {@code java StartTime.java MQTT-PORT PAGE-PORT ROUNDS LOG COMMAND...}. A sensor tries to connect from
 * the exec on and sends 64 readings of one series at once, of which a model takes every sixteenth.
 */
final class StartTime {
    private static final int READINGS = 64;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final String[] MOMENTS =
            {"listener accepts", "reading acknowledged", "first result", "page answers", "CPU till all of it"};

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[2]);
        double[][] took = new double[MOMENTS.length][rounds];
        for (int round = -1; round < rounds; round++) {
            double[] one = start(arguments);
            System.out.print(round < 0 ? "empty folder:" : "start " + (round + 1) + ":");
            for (int moment = 0; moment < MOMENTS.length; moment++) {
                System.out.printf("  %s %.3f s", MOMENTS[moment], one[moment]);
                if (round >= 0) {
                    took[moment][round] = one[moment];
                }
            }
            System.out.println();
        }
        System.out.print("median:");
        for (int moment = 0; moment < MOMENTS.length; moment++) {
            Arrays.sort(took[moment]);
            System.out.printf("  %s %.3f s", MOMENTS[moment], took[moment][rounds / 2]);
        }
        System.out.println();
    }

    private static double[] start(String[] arguments) throws Exception {
        AtomicLong page = new AtomicLong();
        ProcessBuilder builder = new ProcessBuilder(Arrays.copyOfRange(arguments, 4, arguments.length))
                .redirectErrorStream(true).redirectOutput(Path.of(arguments[3]).toFile());
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            Thread visitor = Thread.ofVirtual().start(() -> page.set(visit(Integer.parseInt(arguments[1]), begin)));
            long[] moments = sense(Integer.parseInt(arguments[0]), begin, process);
            visitor.join();
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double cpu = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
            return new double[] {moments[0] / 1e9, moments[1] / 1e9, moments[2] / 1e9, page.get() / 1e9, cpu};
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static long[] sense(int port, long begin, Process process) throws Exception {
        long[] moments = new long[3];
        try (Socket socket = connect(port, begin, process)) {
            moments[0] = System.nanoTime() - begin;
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out.write(new byte[] {0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 5, 's', 't', 'a', 'r', 't'});
            in.readFully(new byte[4]);
            String filter = "suimon/results/#";
            ByteArrayOutputStream packets = new ByteArrayOutputStream();
            packets.write(new byte[] {(byte) 0x82, (byte) (5 + filter.length()), 0, 1, 0, (byte) filter.length()});
            packets.write(filter.getBytes(StandardCharsets.UTF_8));
            packets.write(0);
            for (int id = 2; id < 2 + READINGS; id++) {
                publish(packets, id, System.currentTimeMillis() - READINGS + id);
            }
            packets.writeTo(out);
            while (moments[1] == 0 || moments[2] == 0) {
                int kind = in.readUnsignedByte() >> 4;
                in.readFully(new byte[length(in)]);
                if (kind == 4 && moments[1] == 0) {
                    moments[1] = System.nanoTime() - begin;
                } else if (kind == 3 && moments[2] == 0) {
                    moments[2] = System.nanoTime() - begin;
                }
            }
        }
        return moments;
    }

    private static void publish(ByteArrayOutputStream packets, int id, long millis) throws IOException {
        byte[] topic = "in/s00000".getBytes(StandardCharsets.UTF_8);
        byte[] payload = "{\"id\":\"s00000\",\"ts\":%d,\"v\":%.2f}".formatted(millis, 20 + id % 37 * 0.1)
                .getBytes(StandardCharsets.UTF_8);
        packets.write(new byte[] {0x32, (byte) (4 + topic.length + payload.length), 0, (byte) topic.length});
        packets.write(topic);
        packets.write(new byte[] {(byte) (id >> 8), (byte) id});
        packets.write(payload);
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int part = in.readUnsignedByte();
            length |= (part & 127) << shift;
            if (part < 128) {
                return length;
            }
        }
    }

    private static Socket connect(int port, long begin, Process process) throws Exception {
        while (true) {
            try {
                Socket socket = new Socket("127.0.0.1", port);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout((int) (PATIENCE_NANOS / 1_000_000));
                return socket;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw new IOException("the gateway does not listen on " + port, notYet);
                }
                Thread.sleep(2);
            }
        }
    }

    private static long visit(int port, long begin) {
        while (System.nanoTime() - begin < PATIENCE_NANOS) {
            try {
                HttpURLConnection page = (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
                page.setReadTimeout((int) (PATIENCE_NANOS / 1_000_000));
                if (page.getResponseCode() == 200) {
                    return System.nanoTime() - begin;
                }
                Thread.sleep(2);
            } catch (IOException notYet) {
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            } catch (InterruptedException ended) {
                return 0;
            }
        }
        return 0;
    }
}
