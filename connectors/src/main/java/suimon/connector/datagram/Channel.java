package suimon.connector.datagram;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of what goes between a gateway and its hub: messages out as sealed datagrams that are never longer than the
 * limit, datagrams in as messages. There is no handshake: both ends have the key, and each numbers its own datagrams.
 * Any thread sends; one thread takes.
 */
final class Channel implements AutoCloseable {
    private final Envelope envelope;
    private final Envelope.Way out;
    private final Envelope.Way in;
    private final Counters counters;
    private final Fragments fragments = new Fragments();
    private final Pace pace;
    private final int limit;
    private Tally tally = Tally.NONE;

    /** Sends one datagram. */
    interface Exit {
        void send(byte[] datagram) throws IOException;
    }

    /**
     * What came of a datagram.
     *
     * @param isNewest whether it was sent after all others so far, so that its sender's address is the newest too
     * @param message that it completed, or null
     */
    record Taken(boolean isNewest, byte @Nullable [] message) {}

    /** @param limit the longest datagram, bytes; UDP's and IP's headers come on top */
    Channel(Envelope envelope, Envelope.Way out, Path file, Clock clock, int limit, long bytesPerSecond)
            throws IOException {
        this.envelope = envelope;
        this.out = out;
        this.in = out == Envelope.Way.UP ? Envelope.Way.DOWN : Envelope.Way.UP;
        this.limit = limit;
        this.pace = new Pace(bytesPerSecond);
        this.counters = Counters.open(file, clock);
    }

    /** Cuts and sends; waits as the pace asks. */
    void send(byte[] message, Exit exit) throws IOException, InterruptedException {
        List<byte[]> cut = Fragments.cut(message, limit - envelope.overhead());
        long counter = counters.take(cut.size());
        long bytes = 0;
        for (byte[] fragment : cut) {
            byte[] datagram = envelope.seal(out, counter, fragment);
            pace.await(datagram.length);
            exit.send(datagram);
            counter++;
            bytes += datagram.length;
        }
        synchronized (this) {
            tally = tally.sent(cut.size(), bytes);
        }
    }

    /** Null for what is not authentic, of the other way, or a repeat. */
    @Nullable Taken take(byte[] datagram) throws IOException {
        Envelope.Opened opened = envelope.open(in, datagram);
        if (opened == null || !counters.accept(opened.counter())) {
            return null;
        }
        byte[] message = fragments.take(opened.counter(), opened.inside(), System.nanoTime());
        synchronized (this) {
            tally = tally.received(message == null ? 0 : 1, datagram.length);
        }
        return new Taken(opened.counter() == counters.newest(), message);
    }

    synchronized Tally tally() {
        return tally;
    }

    @Override
    public void close() throws IOException {
        counters.close();
    }
}
