package suimon.connector.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Stands before Vert.x, which passes over some packets that are well formed and that no client may
 * send, and leaves their connection open. On the event loop only.
 */
final class PacketGuard extends ChannelInboundHandlerAdapter {
    private final Breach breach;

    /** Whom to tell. */
    interface Breach {
        /** The packet, described, was dropped; the connection must end (MQTT 5, 4.13). */
        void found(String what);
    }

    PacketGuard(Breach breach) {
        this.breach = breach;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        String what = message instanceof MqttMessage packet && packet.decoderResult().isSuccess() ? wrong(packet) : null;
        if (what == null) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
            breach.found(what);
        }
    }

    private static @Nullable String wrong(MqttMessage packet) {
        return switch (packet.fixedHeader().messageType()) {
            case CONNECT -> "a second CONNECT";
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> "a " + packet.fixedHeader().messageType()
                    + ", which only a server sends";
            case AUTH -> "an AUTH, though no authentication method was agreed on";
            case SUBSCRIBE -> ((MqttSubscribeMessage) packet).payload().topicSubscriptions().isEmpty()
                    ? "a SUBSCRIBE without a filter" : null;
            case UNSUBSCRIBE -> ((MqttUnsubscribeMessage) packet).payload().topics().isEmpty()
                    ? "an UNSUBSCRIBE without a filter" : null;
            case PUBLISH -> wrongTopic(((MqttPublishMessage) packet).variableHeader().topicName());
            case PUBACK, PUBREC, PUBREL, PUBCOMP, PINGREQ, DISCONNECT -> null;
        };
    }

    /** U+0000 is in no topic (MQTT 5, 1.5.4), and what was no UTF-8 arrives as U+FFFD. */
    private static @Nullable String wrongTopic(String topic) {
        boolean isWrong = topic.indexOf('\0') >= 0 || topic.indexOf('\ufffd') >= 0;
        return isWrong ? "a topic that is no valid UTF-8" : null;
    }
}
