package suimon.connector.datagram;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Passes datagrams between links and a gate, loses, repeats and reorders them by a seed, and keeps a copy of each. */
final class LossyRelay implements AutoCloseable {
    private static final double REPEATED = 0.1;
    private static final double REORDERED = 0.1;

    final List<byte[]> up = new CopyOnWriteArrayList<>();
    final List<byte[]> down = new CopyOnWriteArrayList<>();
    private final DatagramSocket front;
    private final SocketAddress gate;
    private final double lost;
    private final Random random;
    private volatile DatagramSocket back;
    private volatile @Nullable SocketAddress client;

    LossyRelay(int gatePort, double lost, long seed) throws IOException {
        gate = new InetSocketAddress(InetAddress.getLoopbackAddress(), gatePort);
        front = open();
        back = open();
        this.lost = lost;
        random = new Random(seed);
        Thread.ofVirtual().start(() -> carry(front, up));
        listen();
    }

    private static DatagramSocket open() throws IOException {
        return new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }

    private void listen() {
        DatagramSocket from = back;
        Thread.ofVirtual().start(() -> carry(from, down));
    }

    int port() {
        return front.getLocalPort();
    }

    /** From now on the gate sees another address, as when a NAT has forgotten the old one. */
    void rebind() throws IOException {
        DatagramSocket old = back;
        back = open();
        listen();
        old.close();
    }

    private void carry(DatagramSocket from, List<byte[]> copies) {
        byte[] held = {};
        byte[] buffer = new byte[Port.DATAGRAM_BYTES_MAX];
        while (!from.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                from.receive(packet);
                byte[] datagram = java.util.Arrays.copyOf(buffer, packet.getLength());
                copies.add(datagram);
                if (copies == up) {
                    client = packet.getSocketAddress();
                }
                if (held.length > 0) {
                    pass(datagram, copies);
                    pass(held, copies);
                    held = new byte[0];
                } else if (happens(lost)) {
                    continue;
                } else if (lost > 0 && happens(REORDERED)) {
                    held = datagram;
                } else {
                    pass(datagram, copies);
                    if (lost > 0 && happens(REPEATED)) {
                        pass(datagram, copies);
                    }
                }
            } catch (IOException closedOrUnreachable) {
                // Nobody there just now: lost like others.
                continue;
            }
        }
    }

    private synchronized boolean happens(double share) {
        return random.nextDouble() < share;
    }

    private void pass(byte[] datagram, List<byte[]> copies) throws IOException {
        SocketAddress to = copies == up ? gate : client;
        if (to != null) {
            (copies == up ? back : front).send(new DatagramPacket(datagram, datagram.length, to));
        }
    }

    @Override
    public void close() {
        front.close();
        back.close();
    }
}
