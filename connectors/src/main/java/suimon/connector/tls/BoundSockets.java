package suimon.connector.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** TLS sockets that come from one address of this box, so that they take one of its ways out. */
public final class BoundSockets extends SSLSocketFactory {
    private final SSLSocketFactory plain;
    private final InetAddress source;

    public BoundSockets(SSLSocketFactory plain, InetAddress source) {
        this.plain = plain;
        this.source = source;
    }

    @Override
    public Socket createSocket() throws IOException {
        return PlainSockets.bound(plain.createSocket(), source);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return plain.createSocket(host, port, source, 0);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return plain.createSocket(host, port, source, 0);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return plain.createSocket(host, port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return plain.createSocket(host, port, from, fromPort);
    }

    /** Over a connection that stands, which came from wherever it did. */
    @Override
    public Socket createSocket(Socket standing, String host, int port, boolean closesIt) throws IOException {
        return plain.createSocket(standing, host, port, closesIt);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return plain.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return plain.getSupportedCipherSuites();
    }
}
