package suimon.connector.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;

/**
 * The sockets behind the endpoints. Vert.x closes a connection only after all that is unsent was
 * read by the other side, and hands out no socket, so one that must go now is looked up on its
 * event loop. Used on the event loop only.
 */
final class Sockets {
    private final EventLoop loop;

    Sockets(Context loop) {
        this.loop = ((ContextInternal) loop).nettyEventLoop();
    }

    /** Closes the socket at once; what is unsent is dropped. */
    void cutOff(SocketAddress remote) {
        if (!(loop instanceof SingleThreadIoEventLoop registry)) {
            throw new IllegalStateException("an event loop of another kind: " + loop.getClass());
        }
        for (Iterator<Channel> each = registry.registeredChannelsIterator(); each.hasNext(); ) {
            Channel channel = each.next();
            if (channel.remoteAddress() instanceof InetSocketAddress address
                    && address.getPort() == remote.port()
                    && address.getAddress().getHostAddress().equals(remote.hostAddress())) {
                channel.unsafe().close(channel.unsafe().voidPromise());
                return;
            }
        }
    }
}
