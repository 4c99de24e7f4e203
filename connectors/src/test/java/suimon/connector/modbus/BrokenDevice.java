package suimon.connector.modbus;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks Modbus TCP by hand, so that it can do it wrong: silent, half open, rubbish. */
final class BrokenDevice implements AutoCloseable {
    final Set<Integer> silentUnits = ConcurrentHashMap.newKeySet();
    final AtomicInteger connections = new AtomicInteger();
    volatile Manner manner = Manner.GOOD;
    /** Connections up to this number never answer again, as half open ones do. */
    volatile int halfOpenUpTo;
    private final ServerSocket server;
    private final Random random;

    /** How it answers. */
    enum Manner {
        GOOD,
        RUBBISH,
        SHORT,
        OTHER_TRANSACTION
    }

    BrokenDevice(long seed) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        random = new Random(seed);
        Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                int number = connections.incrementAndGet();
                Thread.ofPlatform().daemon().start(() -> serve(socket, number));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int transaction = in.readUnsignedShort();
                in.readUnsignedShort();
                byte[] rest = in.readNBytes(in.readUnsignedShort());
                if (number > halfOpenUpTo && !silentUnits.contains(rest[0] & 0xff)) {
                    answer(socket.getOutputStream(), transaction, rest);
                }
            }
        } catch (IOException closed) {
            // The client left.
        }
    }

    /** Every register holds 7. */
    private void answer(OutputStream out, int transaction, byte[] request) throws IOException {
        int count = ByteBuffer.wrap(request).getShort(4);
        int claimed = manner == Manner.SHORT ? 1 : count;
        ByteBuffer bytes = ByteBuffer.allocate(9 + claimed * 2);
        bytes.putShort((short) (manner == Manner.OTHER_TRANSACTION ? transaction + 77 : transaction));
        bytes.putShort((short) 0).putShort((short) (3 + claimed * 2));
        bytes.put(request[0]).put(request[1]).put((byte) (claimed * 2));
        for (int at = 0; at < claimed; at++) {
            bytes.putShort((short) 7);
        }
        byte[] whole = bytes.array();
        if (manner == Manner.RUBBISH) {
            whole = new byte[random.nextInt(1, 300)];
            random.nextBytes(whole);
        }
        out.write(whole);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
