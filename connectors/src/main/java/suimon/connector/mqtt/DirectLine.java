package suimon.connector.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Outlet;

/**
 * The socket of one connection, shared with Paho, which opens it, keeps it alive, subscribes and
 * ends it: messages are taken from it and acknowledgements and results put onto it without Paho,
 * many at a time. Paho sends each acknowledgement by itself, which is a system call and more CPU
 * than all else a message needs here. Not for TLS, whose sockets Paho insists on.
 */
final class DirectLine extends SocketFactory {
    private static final byte PUBACK = 0x40;
    private static final byte PUBLISH = 0x30;
    private static final int PUBACK_BYTES = 4;
    private static final int BUFFER_BYTES = 4096;
    private static final int BUFFER_KEPT_MAX = 1 << 18;

    private final boolean isFive;
    private final PublishTap.Sink sink;
    private volatile @Nullable PacketOutput output;
    private byte[] packets = new byte[BUFFER_BYTES];
    private int size;

    DirectLine(boolean isFive, PublishTap.Sink sink) {
        this.isFive = isFive;
        this.sink = sink;
    }

    /** Acknowledges messages with QoS 1; the same four bytes in MQTT 3.1.1 (3.4) and 5 (3.4.2.1). */
    synchronized void acknowledge(int[] packetIds, int count) throws IOException {
        makeRoom(count * PUBACK_BYTES);
        for (int index = 0; index < count; index++) {
            put(PUBACK);
            put(2);
            put(packetIds[index] >> 8);
            put(packetIds[index]);
        }
        send();
    }

    /** Publishes with QoS 0 (MQTT 3.1.1, 3.3; with MQTT 5 there are no properties). */
    synchronized void publish(List<Outlet.Message> messages) throws IOException {
        for (Outlet.Message message : messages) {
            byte[] topic = message.topic().getBytes(StandardCharsets.UTF_8);
            int length = 2 + topic.length + (isFive ? 1 : 0) + message.payload().length;
            makeRoom(1 + 4 + length);
            put(PUBLISH);
            for (int rest = length; ; rest >>>= 7) {
                put(rest > 0x7f ? rest & 0x7f | 0x80 : rest);
                if (rest <= 0x7f) {
                    break;
                }
            }
            put(topic.length >> 8);
            put(topic.length);
            putAll(topic);
            if (isFive) {
                put(0);
            }
            putAll(message.payload());
        }
        send();
    }

    private void makeRoom(int bytes) {
        if (size + bytes > packets.length) {
            packets = Arrays.copyOf(packets, Math.max(size + bytes, 2 * packets.length));
        }
    }

    private void put(int one) {
        packets[size++] = (byte) one;
    }

    private void putAll(byte[] bytes) {
        System.arraycopy(bytes, 0, packets, size, bytes.length);
        size += bytes.length;
    }

    private void send() throws IOException {
        PacketOutput to = output;
        if (to == null) {
            throw new IOException("not connected");
        }
        int length = size;
        size = 0;
        to.send(packets, length);
        if (packets.length > BUFFER_KEPT_MAX) {
            packets = new byte[BUFFER_BYTES];
        }
    }

    /** What Paho asks for before it connects. */
    @Override
    public Socket createSocket() {
        return new Shared();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw unconnected();
    }

    private static IOException unconnected() {
        return new IOException("only sockets that are not connected yet are made here");
    }

    private final class Shared extends Socket {
        private @Nullable PublishTap tap;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            PublishTap known = tap;
            if (known == null) {
                known = new PublishTap(super.getInputStream(), isFive, sink);
                tap = known;
            }
            return known;
        }

        @Override
        public synchronized OutputStream getOutputStream() throws IOException {
            PacketOutput known = output;
            if (known == null) {
                known = new PacketOutput(super.getOutputStream());
                output = known;
            }
            return known;
        }
    }
}
