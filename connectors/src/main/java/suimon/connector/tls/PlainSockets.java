package suimon.connector.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Sockets without TLS that come from one address of this box; see {@link BoundSockets}. */
public final class PlainSockets extends SocketFactory {
    private final InetAddress source;

    public PlainSockets(InetAddress source) {
        this.source = source;
    }

    static Socket bound(Socket socket, InetAddress source) throws IOException {
        try {
            socket.bind(new InetSocketAddress(source, 0));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("can't send from " + source.getHostAddress() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return bound(new Socket(), source);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return new Socket(host, port, source, 0);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return new Socket(host, port, source, 0);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return new Socket(host, port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return new Socket(host, port, from, fromPort);
    }
}
