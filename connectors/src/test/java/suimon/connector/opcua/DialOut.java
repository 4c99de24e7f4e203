package suimon.connector.opcua;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes a server that only waits for clients one that comes to its client: opens a connection, says
 * the ReverseHello, and joins it to the server once the client uses it; then opens the next.
 */
final class DialOut implements AutoCloseable {
    final AtomicInteger used = new AtomicInteger();

    private final int clientPort;
    private final int serverPort;
    private final ReverseHello hello;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    DialOut(int clientPort, int serverPort, ReverseHello hello) {
        this.clientPort = clientPort;
        this.serverPort = serverPort;
        this.hello = hello;
        Thread.ofVirtual().start(this::dial);
    }

    private void dial() {
        while (!isClosed) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), clientPort)) {
                open.add(client);
                client.getOutputStream().write(hello.toBytes());
                int first = client.getInputStream().read();
                if (first >= 0) {
                    used.incrementAndGet();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                    open.add(server);
                    server.getOutputStream().write(first);
                    Thread own = Thread.ofVirtual().start(() -> pump(server, client));
                    Thread.ofVirtual().start(this::dial);
                    pump(client, server);
                    own.join();
                    return;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(50_000_000);
            } catch (InterruptedException e) {
                return;
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // The other direction ended it.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    /** Ends all connections, as a firewall does that forgot them. */
    void cut() throws IOException {
        for (Socket one : List.copyOf(open)) {
            one.close();
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        cut();
    }
}
