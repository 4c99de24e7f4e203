package suimon.fault;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/**
 * MQTT 5 by hand on one socket: for senders that misbehave, and where a test must know byte for
 * byte what was sent and what was acknowledged. One thread writes; packets are read on {@link
 * #readOne} by whoever calls it.
 */
final class RawMqtt implements AutoCloseable {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBACK = 9;
    static final int DISCONNECT = 14;
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int SESSION_SECONDS = 3_600;

    private final Socket socket;
    private final DataInputStream input;
    private final DataOutputStream output;
    private boolean isSessionPresent;

    /** One packet as it came: its type, and its body after the fixed header. */
    record Packet(int type, int flags, byte[] body) {
        /** The packet identifier of a PUBACK. */
        int packetId() {
            return (body[0] & 0xff) << 8 | body[1] & 0xff;
        }

        /** The reason code of a PUBACK or DISCONNECT; 0 when it is left out. */
        int reason() {
            int at = type == DISCONNECT ? 0 : 2;
            return body.length > at ? body[at] & 0xff : 0;
        }
    }

    /** Opens the connection only. */
    RawMqtt(int port) throws IOException {
        this(new Socket(), port);
    }

    /** The same by a socket of another network. */
    RawMqtt(Socket unconnected, int port) throws IOException {
        socket = unconnected;
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
        input = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        output = new DataOutputStream(socket.getOutputStream());
    }

    /** Connects and waits for the CONNACK; the session outlives the connection for an hour. */
    static RawMqtt connected(int port, String client, boolean cleanStart) throws IOException {
        return connected(new Socket(), port, client, cleanStart);
    }

    static RawMqtt connected(Socket unconnected, int port, String client, boolean cleanStart) throws IOException {
        RawMqtt mqtt = new RawMqtt(unconnected, port);
        try {
            mqtt.connect(client, cleanStart);
            return mqtt;
        } catch (IOException refused) {
            mqtt.close();
            throw refused;
        }
    }

    void connect(String client, boolean cleanStart) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF("MQTT");
        body.writeByte(5);
        body.writeByte(cleanStart ? 2 : 0);
        body.writeShort(60);
        body.writeByte(5);
        body.writeByte(0x11);
        body.writeInt(SESSION_SECONDS);
        body.writeUTF(client);
        send(0x10, bytes.toByteArray());
        Packet answer = readOne();
        if (answer.type() != CONNACK || answer.body()[1] != 0) {
            throw new IOException("expected CONNACK 0, got " + answer);
        }
        isSessionPresent = answer.body()[0] == 1;
    }

    boolean isSessionPresent() {
        return isSessionPresent;
    }

    void publish(String topic, String payload, int packetId, boolean isDuplicate) throws IOException {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, packetId, isDuplicate);
    }

    void publish(String topic, byte[] payload, int quality, int packetId, boolean isDuplicate)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF(topic);
        if (quality > 0) {
            body.writeShort(packetId);
        }
        body.writeByte(0);
        body.write(payload);
        send(0x30 | quality << 1 | (isDuplicate ? 8 : 0), bytes.toByteArray());
    }

    void subscribe(String filter, int quality) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeShort(1);
        body.writeByte(0);
        body.writeUTF(filter);
        body.writeByte(quality);
        send(0x82, bytes.toByteArray());
    }

    /** Waits for one packet; EOFException at the end of the connection. */
    Packet readOne() throws IOException {
        int head = input.readUnsignedByte();
        int length = 0;
        for (int shift = 0, part = 0x80; (part & 0x80) != 0; shift += 7) {
            part = input.readUnsignedByte();
            length |= (part & 0x7f) << shift;
        }
        byte[] body = new byte[length];
        input.readFully(body);
        return new Packet(head >> 4, head & 0xf, body);
    }

    /** Reads acknowledgements until the connection ends; for a thread of its own. */
    void readAcknowledgements(IntConsumer acknowledged) {
        try {
            for (; ; ) {
                Packet packet = readOne();
                if (packet.type() == PUBACK && packet.reason() < 0x80) {
                    acknowledged.accept(packet.packetId());
                }
            }
        } catch (IOException end) {
            // The gateway was killed or has closed the connection: the caller asks what is missing.
        }
    }

    /** Fails reads that take longer, with SocketTimeoutException; 0 waits for ever. */
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    void send(int head, byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(head);
        int length = body.length;
        do {
            packet.write(length & 0x7f | (length > 0x7f ? 0x80 : 0));
            length >>= 7;
        } while (length > 0);
        packet.write(body);
        output.write(packet.toByteArray());
    }

    /** Ends the connection without a DISCONNECT, as a device that loses its power. */
    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
    }
}
