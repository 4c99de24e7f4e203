package suimon.connector.datagram;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.Link;
import suimon.hub.Reception;

/**
 * One gateway as its gate knows it. Messages are received one after the other on a virtual thread, since the hub waits
 * for its disk; answers go to where the newest datagram came from, which may change with every one.
 */
final class Counterpart implements AutoCloseable {
    /** Messages that may wait for the hub, and their bytes; what comes then is dropped, and sent again. */
    static final int WAITING_MAX = 256;
    static final int WAITING_BYTES_MAX = Link.MESSAGE_BYTES_MAX;

    private static final Logger LOG = LoggerFactory.getLogger(Counterpart.class);

    private final String gateway;
    private final Channel channel;
    private final Port port;
    private final Reception reception;
    private final Thread worker;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable Object address;

    Counterpart(String gateway, Channel channel, Port port, Reception reception) {
        this.gateway = gateway;
        this.channel = channel;
        this.port = port;
        this.reception = reception;
        worker = Thread.ofVirtual().name("gate-" + gateway).start(this::receive);
    }

    /** Takes a datagram that says it is this gateway's; what is not, and who is not admitted any more, goes unheard. */
    void arrived(Port.Arrived arrived) throws IOException {
        Channel.Taken taken = channel.take(arrived.datagram());
        if (taken == null || !reception.knows(gateway)) {
            return;
        }
        if (taken.isNewest()) {
            follow(arrived.from());
        }
        if (taken.message() != null) {
            offer(taken.message());
        }
    }

    private synchronized void follow(Object from) {
        if (!from.equals(address)) {
            LOG.info("gateway={} is now at {}", gateway, from);
            address = from;
        }
    }

    private synchronized void offer(byte[] message) {
        if (waiting.size() < WAITING_MAX && waitingBytes + message.length <= WAITING_BYTES_MAX) {
            waiting.add(message);
            waitingBytes += message.length;
            notifyAll();
        }
    }

    /** What came is not received any more, and nothing is said until it speaks again. */
    synchronized void forget() {
        waiting.clear();
        waitingBytes = 0;
        address = null;
    }

    private void receive() {
        try {
            while (true) {
                byte[] answer = reception.receive(gateway, next());
                answer(answer);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized byte[] next() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        byte[] message = waiting.remove();
        waitingBytes -= message.length;
        return message;
    }

    private void answer(byte[] answer) throws InterruptedException {
        Object to = address();
        if (to == null) {
            return;
        }
        try {
            channel.send(answer, datagram -> port.send(datagram, to));
        } catch (IOException e) {
            LOG.info("gateway={} at {} can't be answered: {}", gateway, to, e.getMessage());
        }
    }

    private synchronized @Nullable Object address() {
        return address;
    }

    Tally tally() {
        return channel.tally();
    }

    @Override
    public void close() throws IOException {
        worker.interrupt();
        channel.close();
        LOG.info("gateway={} {}", gateway, channel.tally());
    }
}
