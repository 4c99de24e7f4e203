package suimon.connector.opcua;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.opcua.OpcUaSettings.ReverseSettings;
import suimon.pipeline.SourceLost;
import suimon.reading.Ticker;

/**
 * Where a server behind a firewall comes to: it opens the connection, says who it is, and waits there
 * to be used as if the gateway had opened it (Part 6, 7.1.3). Anybody can say anything here: who it
 * is proves the secure channel that follows, as on any other connection.
 */
final class ReverseDoor implements AutoCloseable {
    /** So many connections may not have said yet who they are; one more is closed at once. */
    static final int UNKNOWN_MAX = 16;

    /** So many wait to be used; the oldest is closed for one more. */
    static final int WAITING_MAX = 4;

    /** Who does not say within this time who it is, is closed. */
    static final Duration HELLO_PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ReverseDoor.class);

    private final OpcUaSettings settings;
    private final ReverseSettings reverse;
    private final ServerSocketChannel door;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<SocketChannel> waiting = new ArrayDeque<>();
    private final Set<SocketChannel> unknown = ConcurrentHashMap.newKeySet();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile String lastRefusal = "";

    private ReverseDoor(OpcUaSettings settings, ReverseSettings reverse, ServerSocketChannel door, Ticker ticker) {
        this.settings = settings;
        this.reverse = reverse;
        this.door = door;
        this.ticker = ticker;
    }

    /** Listens; SourceLost when the port can't be had. */
    static ReverseDoor open(OpcUaSettings settings, ReverseSettings reverse, Ticker ticker) throws SourceLost {
        InetSocketAddress at = new InetSocketAddress(reverse.bind(), reverse.port());
        try {
            ServerSocketChannel door = ServerSocketChannel.open();
            try {
                door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                door.bind(at);
            } catch (IOException | UnresolvedAddressException e) {
                door.close();
                throw new IOException(e);
            }
            ReverseDoor opened = new ReverseDoor(settings, reverse, door, ticker);
            Thread.ofVirtual().name("opcua-" + settings.name() + "-reverse").start(opened::accept);
            return opened;
        } catch (IOException e) {
            throw new SourceLost("source " + settings.name() + ": servers can't come to " + at
                    + " (" + Endpoints.reason(e) + "); choose a free port in reverse", e);
        }
    }

    private void accept() {
        while (door.isOpen()) {
            try {
                SocketChannel caller = door.accept();
                if (unknown.size() >= UNKNOWN_MAX) {
                    refused.incrementAndGet();
                    caller.close();
                } else {
                    unknown.add(caller);
                    Thread.ofVirtual().start(() -> greet(caller));
                }
            } catch (IOException e) {
                LOG.debug("source={} the door is closed", settings.name(), e);
            }
        }
    }

    private void greet(SocketChannel caller) {
        boolean isTaken = false;
        try {
            caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
            caller.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            ReverseHello hello = ReverseHello.read(new Patient(caller.socket(), ticker, HELLO_PATIENCE));
            String mismatch = hello.mismatch(reverse.serverUri(), settings.endpoint());
            if (mismatch.isEmpty()) {
                isTaken = true;
                keep(caller);
            } else {
                refuse(caller, mismatch);
                caller.write(ByteBuffer.wrap(ReverseHello.refusal(StatusCodes.Bad_TcpEndpointUrlInvalid, mismatch)));
            }
        } catch (ReverseHello.Malformed e) {
            refuse(caller, String.valueOf(e.getMessage()));
        } catch (InterruptedIOException e) {
            refuse(caller, "it did not say who it is within " + HELLO_PATIENCE.toSeconds() + " s");
        } catch (IOException e) {
            refuse(caller, "it went away before it said who it is");
        } finally {
            unknown.remove(caller);
            if (!isTaken) {
                closeQuietly(caller);
            }
        }
    }

    private void refuse(SocketChannel caller, String why) {
        refused.incrementAndGet();
        String from;
        try {
            from = String.valueOf(caller.getRemoteAddress());
        } catch (IOException e) {
            from = "somebody who is gone";
        }
        String message = "a connection from " + from.replaceAll(":\\d+$", "") + " was not taken: " + why;
        if (!message.equals(lastRefusal)) {
            lastRefusal = message;
            LOG.warn("source={} {}", settings.name(), message);
        }
    }

    private void keep(SocketChannel caller) {
        lock.lock();
        try {
            taken.incrementAndGet();
            if (waiting.size() >= WAITING_MAX) {
                closeQuietly(waiting.removeFirst());
            }
            waiting.addLast(caller);
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a server is there; false when none came in time. It stays for {@link #take}. */
    boolean await(long patienceMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitLiving(patienceMillis);
            return !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The newest connection that is alive; null when none came in time. */
    @Nullable SocketChannel take(long patienceMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            awaitLiving(patienceMillis);
            return waiting.pollLast();
        } finally {
            lock.unlock();
        }
    }

    private void awaitLiving(long patienceMillis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        dropDead();
        while (waiting.isEmpty() && left > 0) {
            left = arrived.awaitNanos(left);
            dropDead();
        }
    }

    private void dropDead() {
        waiting.removeIf(one -> {
            boolean isAlive = isAlive(one);
            if (!isAlive) {
                closeQuietly(one);
            }
            return !isAlive;
        });
    }

    /** A server that waits says nothing; one that ended, or said something, is of no use. */
    private static boolean isAlive(SocketChannel one) {
        try {
            one.configureBlocking(false);
            boolean isSilent = one.read(ByteBuffer.allocate(1)) == 0;
            one.configureBlocking(true);
            return isSilent;
        } catch (IOException e) {
            LOG.debug("a waiting connection ended", e);
            return false;
        }
    }

    /** Whom it waits for, and whom it did not take last. */
    String state() {
        String last = lastRefusal;
        return "waiting for the server " + reverse.serverUri() + " to connect to port " + reverse.port()
                + (last.isEmpty() ? "" : "; " + last);
    }

    /** How many servers came and how many were not taken. */
    Map<String, Long> counts() {
        return Map.of("reverse_taken", taken.get(), "reverse_refused", refused.get());
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("already closed", e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            LOG.debug("already closed", e);
        }
        unknown.forEach(ReverseDoor::closeQuietly);
        lock.lock();
        try {
            waiting.forEach(ReverseDoor::closeQuietly);
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Reads a channel and gives up when all of it takes too long, not just one byte. */
    private static final class Patient extends InputStream {
        private final InputStream in;
        private final Socket socket;
        private final Ticker ticker;
        private final long endNanos;

        Patient(Socket socket, Ticker ticker, Duration patience) throws IOException {
            this.socket = socket;
            this.ticker = ticker;
            in = socket.getInputStream();
            endNanos = ticker.nanos() + patience.toNanos();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - ticker.nanos());
            if (leftMillis <= 0) {
                throw new SocketTimeoutException("too slow");
            }
            socket.setSoTimeout((int) leftMillis);
            return in.read(bytes, offset, length);
        }
    }
}
