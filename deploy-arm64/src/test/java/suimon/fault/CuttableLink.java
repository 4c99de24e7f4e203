package suimon.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP way on loopback that can be cut, silenced and mended; what is under way when it is cut is lost. A silent one
 * takes connections and bytes and passes nothing.
 */
final class CuttableLink implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> open = new ArrayList<>();
    private final AtomicLong passed = new AtomicLong();
    private boolean isCut;
    private volatile boolean isSilent;

    CuttableLink(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    synchronized void cut() {
        isCut = true;
        open.forEach(CuttableLink::closeQuietly);
        open.clear();
    }

    void silence() {
        isSilent = true;
    }

    /** What was taken in silence is lost: such connections end. */
    synchronized void mend() {
        if (isSilent) {
            cut();
        }
        isSilent = false;
        isCut = false;
    }

    /** Bytes passed both ways. */
    long passed() {
        return passed.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                connect(near);
            } catch (IOException closed) {
                // The loop's condition tells whether this was the end.
                continue;
            }
        }
    }

    private synchronized void connect(Socket near) throws IOException {
        if (isCut) {
            near.close();
            return;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> pump(near, far));
        Thread.ofVirtual().start(() -> pump(far, near));
    }

    private void pump(Socket from, Socket to) {
        byte[] some = new byte[8192];
        try (InputStream in = from.getInputStream(); OutputStream out = to.getOutputStream()) {
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                if (!isSilent) {
                    passed.addAndGet(length);
                    out.write(some, 0, length);
                }
            }
        } catch (IOException cut) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closing a socket that is gone is what was wanted.
            return;
        }
    }
}
