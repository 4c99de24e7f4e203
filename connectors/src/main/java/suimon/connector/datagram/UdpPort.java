package suimon.connector.datagram;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** Datagrams over UDP. */
final class UdpPort implements Port {
    /** What the system holds while the receiver is at its keys; the system may give less. */
    private static final int BUFFER_BYTES = 4 << 20;

    private final DatagramChannel channel;
    private final @Nullable SocketAddress far;
    private final ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM_BYTES_MAX);

    private UdpPort(DatagramChannel channel, @Nullable SocketAddress far) {
        this.channel = channel;
        this.far = far;
    }

    /** Listens for everybody; port 0 for one that the system picks. */
    static UdpPort listen(String address, int port) throws IOException {
        return open(new InetSocketAddress(InetAddress.getByName(address), port), null);
    }

    /** To one far end, from that source address or, null, from the one the system's routes say. */
    static UdpPort to(String host, int port, @Nullable InetAddress source) throws IOException {
        InetSocketAddress hub = new InetSocketAddress(host, port);
        if (hub.isUnresolved()) {
            throw new UnknownHostException(host + " has no address; check the name and the resolver");
        }
        return open(source == null ? null : new InetSocketAddress(source, 0), hub);
    }

    private static UdpPort open(@Nullable SocketAddress here, @Nullable SocketAddress far) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.bind(here);
            if (far != null) {
                channel.connect(far);
            }
            return new UdpPort(channel, far);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    int port() throws IOException {
        return channel.getLocalAddress() instanceof InetSocketAddress at ? at.getPort() : 0;
    }

    @Override
    public Arrived receive() throws IOException {
        buffer.clear();
        SocketAddress from = channel.receive(buffer);
        if (from == null) {
            throw new ClosedChannelException();
        }
        byte[] datagram = new byte[buffer.flip().remaining()];
        buffer.get(datagram);
        return new Arrived(datagram, from);
    }

    @Override
    public void send(byte[] datagram, @Nullable Object to) throws IOException {
        SocketAddress whom = to instanceof SocketAddress given ? given : far;
        if (whom == null) {
            throw new IOException("nobody to send to");
        }
        channel.send(ByteBuffer.wrap(datagram), whom);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException unheard) {
            throw new IllegalStateException("closing a socket of UDP sends nothing that could fail", unheard);
        }
    }
}
