package suimon.connector.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.impl.MqttEndpointImpl;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The socket behind an endpoint. Vert.x closes a connection only after the other side has read all
 * that is unsent, flushes every packet by itself, and hands out no socket; so that a subscriber
 * that never reads can be cut off and the PUBACKs of a commit leave together, the endpoint's private
 * field is read. A test notices when another version moves it.
 */
final class Sockets {
    private static final VarHandle SOCKET = socket();

    private Sockets() {}

    /** Closes the socket at once; what is unsent is dropped. On the event loop only. */
    static void cutOff(MqttEndpoint endpoint) {
        NetSocketInternal socket = (NetSocketInternal) SOCKET.get((MqttEndpointImpl) endpoint);
        Channel channel = socket.channelHandlerContext().channel();
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    /** Writes whole packets past Vert.x's encoder, which would flush each. On the event loop only. */
    static void write(MqttEndpoint endpoint, byte[] packets, int length) {
        NetSocketInternal socket = (NetSocketInternal) SOCKET.get((MqttEndpointImpl) endpoint);
        ChannelHandlerContext context = socket.channelHandlerContext();
        ByteBuf buffer = context.alloc().buffer(length).writeBytes(packets, 0, length);
        context.writeAndFlush(buffer);
    }

    /** Leaves what the client sends next in its socket, from the next message on. On the event loop only. */
    static void holdBack(MqttEndpoint endpoint) {
        ((NetSocketInternal) SOCKET.get((MqttEndpointImpl) endpoint)).pause();
    }

    /** Takes what the client has sent meanwhile. On the event loop only. */
    static void readOn(MqttEndpoint endpoint) {
        keepAlive(endpoint);
        ((NetSocketInternal) SOCKET.get((MqttEndpointImpl) endpoint)).resume();
    }

    /** Counts the client's keep-alive from now on. On the event loop only. */
    static void keepAlive(MqttEndpoint endpoint) {
        NetSocketInternal socket = (NetSocketInternal) SOCKET.get((MqttEndpointImpl) endpoint);
        IdleStateHandler idle = socket.channelHandlerContext().pipeline().get(IdleStateHandler.class);
        if (idle != null) {
            idle.resetReadTimeout();
        }
    }

    /** Looks at every packet before Vert.x does. On the event loop only. */
    static void guard(MqttEndpoint endpoint, PacketGuard guard) {
        NetSocketInternal socket = (NetSocketInternal) SOCKET.get((MqttEndpointImpl) endpoint);
        // "handler" is Vert.x's own.
        socket.channelHandlerContext().pipeline().addBefore("handler", "guard", guard);
    }

    private static VarHandle socket() {
        try {
            return MethodHandles.privateLookupIn(MqttEndpointImpl.class, MethodHandles.lookup())
                    .findVarHandle(MqttEndpointImpl.class, "conn", NetSocketInternal.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Vert.x MQTT keeps its socket elsewhere", e);
        }
    }
}
