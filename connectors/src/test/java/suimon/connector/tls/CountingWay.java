package suimon.connector.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP way on loopback to a server that knows who came and how many bytes went each way. */
public final class CountingWay implements AutoCloseable {
    public final List<Passage> passages = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;

    /** One connection. */
    public record Passage(String from, AtomicLong up, AtomicLong down) {}

    public CountingWay(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                Passage passage = new Passage(
                        ((InetSocketAddress) near.getRemoteSocketAddress()).getAddress().getHostAddress(),
                        new AtomicLong(), new AtomicLong());
                passages.add(passage);
                Thread.ofVirtual().start(() -> pump(near, far, passage.up()));
                Thread.ofVirtual().start(() -> pump(far, near, passage.down()));
            } catch (IOException closed) {
                // The loop's condition tells whether this was the end.
                continue;
            }
        }
    }

    private static void pump(Socket from, Socket to, AtomicLong count) {
        byte[] some = new byte[8192];
        try (from; to; InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                count.addAndGet(length);
                out.write(some, 0, length);
            }
        } catch (IOException gone) {
            // Either end has hung up: both are closed by now, which is all a way does then.
            return;
        }
    }
}
