package suimon.connector.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.milo.opcua.stack.transport.client.tcp.OpcTcpClientTransportConfigBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.SourceLost;

/**
 * Lets Milo's client, which only knows connections that it opens itself, use those that a server
 * opened: wherever it means to connect to, it comes to a loopback port here, and its bytes go to
 * and from the server's connection unchanged. The URL it names in its Hello stays the server's own.
 */
final class Relay implements AutoCloseable {
    /** So long a server may take to come again once its waiting connection was used. */
    static final Duration PATIENCE = Duration.ofSeconds(14);

    /** More connections at once than a source ever has (discovery, session, one that is being replaced). */
    static final int PAIRS_MAX = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BUFFER_BYTES = 64 * 1024;

    private final String source;
    private final ReverseDoor door;
    private final ServerSocketChannel local;
    private final InetSocketAddress address;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Detour detour = new Detour();

    private Relay(String source, ReverseDoor door, ServerSocketChannel local) throws IOException {
        this.source = source;
        this.door = door;
        this.local = local;
        this.address = (InetSocketAddress) local.getLocalAddress();
    }

    static Relay open(String source, ReverseDoor door) throws SourceLost {
        try {
            ServerSocketChannel local = ServerSocketChannel.open();
            local.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Relay relay = new Relay(source, door, local);
            Thread.ofVirtual().name("opcua-" + source + "-relay").start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new SourceLost("source " + source + ": no loopback port can be had: " + e, e);
        }
    }

    /** Makes a connection of Milo's come here; it may have to wait for the server. */
    void through(OpcTcpClientTransportConfigBuilder transport) {
        transport.setBootstrapCustomizer(bootstrap -> bootstrap.resolver(detour));
        transport.setAcknowledgeTimeout(uint(PATIENCE.toMillis() + 1_000));
    }

    private void accept() {
        while (local.isOpen()) {
            try {
                SocketChannel client = local.accept();
                if (open.size() >= 2 * PAIRS_MAX) {
                    client.close();
                } else {
                    open.add(client);
                    Thread.ofVirtual().name("opcua-" + source + "-relay-out").start(() -> join(client));
                }
            } catch (IOException e) {
                LOG.debug("source={} the relay is closed", source, e);
            }
        }
    }

    private void join(SocketChannel client) {
        try {
            SocketChannel server = door.take(PATIENCE.toMillis());
            if (server == null) {
                end(client);
                return;
            }
            open.add(server);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Thread.ofVirtual().name("opcua-" + source + "-relay-in").start(() -> pump(server, client));
            pump(client, server);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(client);
        } catch (IOException e) {
            LOG.debug("source={} the client went away", source, e);
            end(client);
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            LOG.debug("source={} a relayed connection ended", source, e);
        } finally {
            // What is left to send the other way is of no use to a secure channel that has ended.
            end(from);
            end(to);
        }
    }

    private void end(SocketChannel channel) {
        open.remove(channel);
        ReverseDoor.closeQuietly(channel);
    }

    @Override
    public void close() {
        try {
            local.close();
        } catch (IOException e) {
            LOG.debug("already closed", e);
        }
        List.copyOf(open).forEach(this::end);
    }

    /** Resolves any address to the relay's own. */
    private final class Detour extends AddressResolverGroup<InetSocketAddress> {
        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new AbstractAddressResolver<>(executor, InetSocketAddress.class) {
                @Override
                protected boolean doIsResolved(InetSocketAddress wanted) {
                    return wanted.equals(address);
                }

                @Override
                protected void doResolve(InetSocketAddress wanted, Promise<InetSocketAddress> promise) {
                    promise.setSuccess(address);
                }

                @Override
                protected void doResolveAll(InetSocketAddress wanted, Promise<List<InetSocketAddress>> promise) {
                    promise.setSuccess(List.of(address));
                }
            };
        }
    }
}
