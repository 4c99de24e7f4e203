package suimon.connector.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** MQTT byte by byte, for what a well-behaved client would never do. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final int version;

    /** One packet: the first byte and what follows the length. */
    record Packet(int first, byte[] body) {
        int type() {
            return first >> 4;
        }

        int id() {
            return (body[0] & 0xff) << 8 | body[1] & 0xff;
        }

        @Override
        public String toString() {
            return "type " + type() + " " + HexFormat.of().formatHex(body);
        }
    }

    RawClient(int port, int version) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
        this.version = version;
    }

    /** Sends CONNECT; properties as hexadecimal, for version 5 only. */
    RawClient connect(String client, boolean clean, String properties) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeUTF("MQTT");
        fields.writeByte(version);
        fields.writeByte(clean ? 2 : 0);
        fields.writeShort(60);
        properties(fields, properties);
        fields.writeUTF(client);
        return send(0x10, body.toByteArray());
    }

    RawClient publish(String topic, int qos, int id, boolean duplicate, String properties, String payload)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeUTF(topic);
        if (qos > 0) {
            fields.writeShort(id);
        }
        properties(fields, properties);
        fields.write(payload.getBytes(StandardCharsets.UTF_8));
        return send(0x30 | qos << 1 | (duplicate ? 8 : 0), body.toByteArray());
    }

    RawClient subscribe(int id, String filter, int qos) throws IOException {
        return subscribe(id, filter, qos, "");
    }

    /** Subscribes with all options in one byte (MQTT 5, 3.8.3.1); properties as hexadecimal. */
    RawClient subscribe(int id, String filter, int options, String properties) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(body);
        fields.writeShort(id);
        properties(fields, properties);
        fields.writeUTF(filter);
        fields.writeByte(options);
        return send(0x82, body.toByteArray());
    }

    RawClient acknowledge(int id) throws IOException {
        return send(0x40, new byte[] {(byte) (id >> 8), (byte) id});
    }

    /** PUBREL. */
    RawClient release(int id) throws IOException {
        return send(0x62, new byte[] {(byte) (id >> 8), (byte) id});
    }

    RawClient send(int first, byte[] body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int length = body.length;
        do {
            packet.write(length % 128 | (length >= 128 ? 128 : 0));
            length /= 128;
        } while (length > 0);
        packet.write(body);
        return bytes(packet.toByteArray());
    }

    RawClient bytes(byte[] raw) throws IOException {
        out.write(raw);
        out.flush();
        return this;
    }

    Packet read() throws IOException {
        int first = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int next;
        do {
            next = in.readUnsignedByte();
            length |= (next & 127) << shift;
            shift += 7;
        } while (next > 127);
        byte[] body = new byte[length];
        in.readFully(body);
        return new Packet(first, body);
    }

    /** Whether the other side closed, with nothing before but an MQTT 5 DISCONNECT; its reason or 0. */
    int readClosed() throws IOException {
        int reason = 0;
        try {
            while (true) {
                Packet packet = read();
                if (packet.type() == 14 && packet.body().length > 0) {
                    reason = packet.body()[0] & 0xff;
                }
            }
        } catch (EOFException | java.net.SocketException e) {
            return reason;
        }
    }

    /** Sends no more, and reads until the other side, which has read all of it, has closed too. */
    void finish() throws IOException {
        socket.shutdownOutput();
        socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    }

    /** Whether nothing comes for so long. */
    boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.mark(1);
            int next = socket.getInputStream().read();
            throw new IllegalStateException("expected silence, got " + next);
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void properties(DataOutputStream fields, String hex) throws IOException {
        if (version == 5) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            fields.writeByte(bytes.length);
            fields.write(bytes);
        }
    }

    static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }
}
