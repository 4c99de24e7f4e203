package suimon.connector.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Lets two write whole packets to one socket: Paho, which flushes after each, and who has many to
 * send at once.
 */
final class PacketOutput extends OutputStream {
    private final OutputStream to;
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();

    PacketOutput(OutputStream to) {
        this.to = to;
    }

    @Override
    public synchronized void write(int one) {
        open.write(one);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        open.write(bytes, from, length);
    }

    /** Paho's packet is complete. */
    @Override
    public synchronized void flush() throws IOException {
        if (open.size() > 0) {
            open.writeTo(to);
            open.reset();
        }
        to.flush();
    }

    /** Sends whole packets at once, before Paho's next. */
    synchronized void send(byte[] packets, int length) throws IOException {
        to.write(packets, 0, length);
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}
