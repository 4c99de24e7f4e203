package suimon.connector.datagram;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams to and from the driver of a modem or a ground station over a Unix domain socket: two bytes of length, the
 * highest first, then the datagram, both ways. Who writes a driver needs nothing else of Suimon. What comes from the
 * driver waits in the socket until it is received.
 */
final class UnixPort implements Port {
    private final @Nullable ServerSocketChannel server;
    private volatile @Nullable SocketChannel driver;
    private volatile boolean isClosed;

    private UnixPort(@Nullable ServerSocketChannel server, @Nullable SocketChannel driver) {
        this.server = server;
        this.driver = driver;
    }

    /** The path in {@code unix:/PATH}; null in everything else. */
    static @Nullable Path pathOf(URI uri) {
        return "unix".equals(uri.getScheme()) && uri.getPath() != null && uri.getPath().startsWith("/")
                ? Path.of(uri.getPath())
                : null;
    }

    /** To a driver that listens there. */
    static UnixPort to(Path socket) throws IOException {
        return new UnixPort(null, SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Listens for a driver; the next is heard once the one before has hung up. */
    static UnixPort listen(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            return new UnixPort(server, null);
        } catch (IOException failed) {
            server.close();
            throw failed;
        }
    }

    @Override
    public Arrived receive() throws IOException {
        while (true) {
            SocketChannel from = driver;
            if (from == null) {
                if (server == null || isClosed) {
                    throw new IOException("the driver has hung up");
                }
                from = server.accept();
                driver = from;
            }
            byte[] datagram = read(from);
            if (datagram != null) {
                return new Arrived(datagram, from);
            }
            from.close();
            driver = null;
        }
    }

    private static byte @Nullable [] read(SocketChannel from) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Short.BYTES);
        if (!isFilled(from, length)) {
            return null;
        }
        ByteBuffer datagram = ByteBuffer.allocate(length.getShort(0) & 0xFFFF);
        return isFilled(from, datagram) ? datagram.array() : null;
    }

    private static boolean isFilled(SocketChannel from, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (from.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void send(byte[] datagram, @Nullable Object to) throws IOException {
        SocketChannel whom = driver;
        if (whom == null) {
            throw new IOException("no driver is connected");
        }
        ByteBuffer out = ByteBuffer.allocate(Short.BYTES + datagram.length)
                .putShort((short) datagram.length).put(datagram).flip();
        while (out.hasRemaining()) {
            whom.write(out);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            if (server != null) {
                server.close();
            }
            SocketChannel connected = driver;
            if (connected != null) {
                connected.close();
            }
        } catch (IOException unheard) {
            throw new IllegalStateException("closing a Unix domain socket", unheard);
        }
    }
}
