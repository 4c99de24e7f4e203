import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.impl.MqttEndpointImpl;
import java.lang.reflect.Field;

/**
 * A listener that only counts: the same MQTT stack with one event loop, PUBACKs at once, those of a
 * round in one write, and nothing decoded or kept. What a gateway on this stack can't exceed.
 * {@code java -cp CLASSPATH deploy-arm64/src/bench/CountingListener.java PORT}; see sustained.sh.
 */
final class CountingListener {
    private static long counted;

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        MqttServerOptions options = new MqttServerOptions();
        options.setHost("127.0.0.1").setPort(Integer.parseInt(arguments[0])).setTcpNoDelay(true);
        MqttServer.create(vertx, options).endpointHandler(endpoint -> new Client(vertx, endpoint)).listen();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("counted " + counted)));
        Thread.currentThread().join();
    }

    private static final class Client {
        private final MqttEndpoint endpoint;
        private final Context loop;
        private byte[] bytes = new byte[1 << 16];
        private int size;

        Client(Vertx vertx, MqttEndpoint endpoint) {
            this.endpoint = endpoint;
            loop = vertx.getOrCreateContext();
            endpoint.publishHandler(message -> {
                counted++;
                if (message.qosLevel().value() == 1) {
                    acknowledge(message.messageId());
                }
            }).subscribeHandler(message -> endpoint.subscribeAcknowledge(message.messageId(),
                    message.topicSubscriptions().stream().map(one -> one.qualityOfService()).toList()));
            endpoint.accept(false);
        }

        private void acknowledge(int id) {
            if (size == 0) {
                loop.runOnContext(ignored -> flush());
            } else if (size == bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, 2 * size);
            }
            bytes[size++] = 0x40;
            bytes[size++] = 2;
            bytes[size++] = (byte) (id >> 8);
            bytes[size++] = (byte) id;
        }

        private void flush() {
            try {
                Field field = MqttEndpointImpl.class.getDeclaredField("conn");
                field.setAccessible(true);
                ((NetSocketInternal) field.get(endpoint)).channelHandlerContext()
                        .writeAndFlush(Unpooled.copiedBuffer(bytes, 0, size));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            size = 0;
        }
    }
}
