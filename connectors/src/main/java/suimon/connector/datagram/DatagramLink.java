package suimon.connector.datagram;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;

/**
 * The uplink by datagrams. There is no connection that could be lost: what doesn't arrive is noticed by the uplink's
 * patience and sent again by it. A socket is open from the first message on; the system's complaint about it, such as
 * a port that nobody listens on, is the only thing that ends it.
 */
public final class DatagramLink implements Link {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramLink.class);
    private static final String COUNTERS = "datagram-counters";
    /** Two senders with one key and number would use a nonce twice. */
    private static final Set<SecretKey> IN_USE = new HashSet<>();

    private final DatagramLinkSettings settings;
    private final LinkContext context;
    private @Nullable Line line;
    private Tally before = Tally.NONE;
    private boolean isClosed;

    DatagramLink(DatagramLinkSettings settings, LinkContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public void send(byte[] message) throws LinkDown, InterruptedException {
        Line open = line();
        try {
            open.channel.send(message, datagram -> open.port.send(datagram, null));
        } catch (IOException e) {
            reset();
            throw new LinkDown(settings.hub() + ": " + reason(e) + "; check the link, the hub's address and its gate",
                    e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    @Override
    public synchronized void reset() {
        Line open = line;
        line = null;
        if (open != null) {
            before = tally(open);
            open.close();
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        reset();
        LOG.info("uplink {}: {}", context.client(), before);
    }

    /** Since it was made. */
    synchronized Tally tally() {
        return line == null ? before : tally(line);
    }

    private Tally tally(Line open) {
        return before.and(open.channel.tally());
    }

    private synchronized Line line() throws LinkDown {
        if (isClosed) {
            throw new LinkDown("the link is closed");
        }
        Line open = line;
        if (open == null) {
            try {
                open = new Line();
            } catch (IOException e) {
                throw new LinkDown(settings.hub() + ": " + reason(e), e);
            } catch (IllegalArgumentException e) {
                throw new LinkDown(settings.key() + ": " + e.getMessage(), e);
            }
            line = open;
        }
        return open;
    }

    /** One socket with its receiver. */
    private final class Line {
        private final Envelope envelope;
        private final Channel channel;
        private final Port port;

        Line() throws IOException, LinkDown {
            envelope = new Envelope(settings.key().read(), context.gateway(), settings.number());
            port = open(settings.hub());
            try {
                claim(envelope.identity());
                channel = openChannel();
            } catch (IOException failed) {
                port.close();
                throw failed;
            }
            Thread.ofVirtual().name("datagram-" + context.client()).start(this::receive);
        }

        private Channel openChannel() throws IOException {
            try {
                return new Channel(envelope, Envelope.Way.UP, context.folder().resolve(COUNTERS), context.clock(),
                        (int) settings.up().bytes(), settings.rate().bytes());
            } catch (IOException failed) {
                release(envelope.identity());
                throw failed;
            }
        }

        private Port open(URI hub) throws IOException, LinkDown {
            Path socket = UnixPort.pathOf(hub);
            return socket == null
                    ? UdpPort.to(hub.getHost(), hub.getPort(), context.way().source())
                    : UnixPort.to(socket);
        }

        private void receive() {
            try {
                while (true) {
                    Channel.Taken taken = channel.take(port.receive().datagram());
                    if (taken != null && taken.message() != null) {
                        context.answers().accept(taken.message());
                    }
                }
            } catch (IOException over) {
                // Hung up, or the system says that nobody listens there: the next message opens another socket.
                lost(this);
            }
        }

        void close() {
            port.close();
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("uplink {}: {}", context.client(), reason(e));
            }
            release(envelope.identity());
        }
    }

    private synchronized void lost(Line broken) {
        if (line == broken) {
            reset();
        }
    }

    private void claim(SecretKey identity) throws IOException {
        synchronized (IN_USE) {
            if (!IN_USE.add(identity)) {
                throw new IOException("number " + settings.number() + " with this key is another path's too;"
                        + " give each path its own number here and at the hub");
            }
        }
    }

    private static void release(SecretKey identity) {
        synchronized (IN_USE) {
            IN_USE.remove(identity);
        }
    }
}
