import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import suimon.backhaul.Content;
import suimon.backhaul.ContentWire;
import suimon.backhaul.Epoch;
import suimon.backhaul.Frame;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.config.UplinkConfig.Lane;
import suimon.reading.ClockStamp;
import suimon.reading.Grade;
import suimon.reading.Readings;
import suimon.reading.Series;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;
import suimon.reading.Words;

/**
 * Many gateways that deliver to one hub over MQTT 5 (Netty's codec) and, one of ten, by HTTP; called by
 * {@code hub}: {@code HubLoad MQTT-PORT HTTP-PORT GATEWAYS SERIES COLLECT-SECONDS WARM-SECONDS SECONDS}.
 * Each asks with a hello, then sends a frame of P3 every COLLECT seconds with SERIES readings per second
 * and, as often, one of P2. Prints what was confirmed and how long after it was sent.
 */
final class HubLoad {
    private static final ConcurrentHashMap<Long, Long> TOOK = new ConcurrentHashMap<>();
    private static final AtomicLong CONFIRMED = new AtomicLong();
    private static final AtomicLong SENT = new AtomicLong();
    private static final AtomicLong REFUSED = new AtomicLong();
    private static final AtomicLong GREETED = new AtomicLong();
    private static final AtomicLong TICKET = new AtomicLong();
    private static volatile boolean isMeasuring;

    public static void main(String[] arguments) throws Exception {
        int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        int gateways = numbers[2];
        int collect = numbers[4];
        long measured = numbers[6];
        MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        List<Sender> senders = new ArrayList<>();
        for (int number = 0; number < gateways; number++) {
            Sender sender = new Sender("gw-" + number, numbers[3], collect);
            sender.open(loop, numbers[0], numbers[1] > 0 && number % 10 == 9 ? http : null, numbers[1]);
            senders.add(sender);
        }
        while (GREETED.get() < gateways) {
            Thread.sleep(100);
        }
        System.out.println("greeted " + gateways);
        for (int number = 0; number < gateways; number++) {
            long first = number * collect * 1_000_000L / gateways;
            Sender sender = senders.get(number);
            clock.scheduleAtFixedRate(sender::send, first, collect * 1_000_000L, TimeUnit.MICROSECONDS);
        }
        Thread.sleep(numbers[5] * 1000L);
        System.out.println("begin");
        TOOK.clear();
        long before = CONFIRMED.get();
        long cpu = cpu();
        long begun = System.nanoTime();
        isMeasuring = true;
        Thread.sleep(measured * 1000);
        isMeasuring = false;
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.println("end");
        long[] took = TOOK.values().stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf("confirmed %.0f readings/s, %d refused; confirmation p50 %.1f p99 %.1f max %.1f ms"
                        + " of %d frames; load %.0f %% of a core%n",
                (CONFIRMED.get() - before) / seconds, REFUSED.get(), at(took, 0.5), at(took, 0.99), at(took, 1),
                took.length, (cpu() - cpu) / seconds / 1e7);
        clock.shutdownNow();
        clock.awaitTermination(5, TimeUnit.SECONDS);
        Thread.sleep(2000);
        System.out.printf("sent %d, confirmed in the end %d%n", SENT.get(), CONFIRMED.get());
        System.exit(SENT.get() == CONFIRMED.get() ? 0 : 1);
    }

    private static double at(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, part * sorted.length)] / 1e6;
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** One gateway. */
    private static final class Sender extends SimpleChannelInboundHandler<MqttMessage> {
        private final String id;
        private final int series;
        private final int collect;
        private final Epoch epoch;
        private final Random random;
        private final long[] values;
        private final Map<Lane, Long> numbers = new HashMap<>();
        private final Map<Lane, Map<Long, long[]>> waiting = new ConcurrentHashMap<>();
        private Channel channel;
        private HttpClient http;
        private int httpPort;
        private int packet;
        private long reached;

        Sender(String id, int series, int collect) {
            this.id = id;
            this.series = series;
            this.collect = collect;
            this.random = new Random(id.hashCode());
            this.epoch = new Epoch(random.nextLong() | 1);
            this.values = random.longs(series, 500, 1500).toArray();
        }

        void open(MultiThreadIoEventLoopGroup loop, int port, HttpClient client, int postPort) throws Exception {
            byte[] hello = Messages.write(new Messages.Hello(id, epoch, 1));
            if (client != null) {
                http = client;
                httpPort = postPort;
                post(hello);
                return;
            }
            Sender sender = this;
            channel = new Bootstrap().group(loop).channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel opened) {
                            opened.pipeline().addLast(new MqttDecoder(1 << 20), MqttEncoder.INSTANCE, sender);
                        }
                    }).connect("127.0.0.1", port).sync().channel();
            channel.writeAndFlush(MqttMessageBuilders.connect().clientId(id).username(id)
                    .password("t".getBytes()).protocolVersion(MqttVersion.MQTT_5).keepAlive(0).cleanSession(true)
                    .build());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, MqttMessage message) throws Exception {
            if (message instanceof MqttConnAckMessage) {
                channel.writeAndFlush(MqttMessageBuilders.subscribe().messageId(1)
                        .addSubscription(MqttQoS.AT_MOST_ONCE, "suimon/down/" + id).build());
            } else if (message.fixedHeader().messageType() == MqttMessageType.SUBACK) {
                publish(Messages.write(new Messages.Hello(id, epoch, 1)));
            } else if (message instanceof MqttPublishMessage publish) {
                answered(ByteBufUtil.getBytes(publish.payload()));
            }
        }

        private void publish(byte[] message) {
            packet = packet % 65535 + 1;
            channel.writeAndFlush(MqttMessageBuilders.publish().topicName("suimon/up/" + id).messageId(packet)
                    .qos(MqttQoS.AT_LEAST_ONCE).payload(Unpooled.wrappedBuffer(message)).build());
        }

        private void post(byte[] message) {
            http.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/v1/frames"))
                            .header("Suimon-Gateway", id).header("Content-Type", "application/x-protobuf")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(message)).build(),
                    HttpResponse.BodyHandlers.ofByteArray()).thenAccept(answer -> answered(answer.body()));
        }

        private void answered(byte[] answer) {
            try {
                Receipt receipt = Messages.readReceipt(answer);
                if (receipt.call() == 1) {
                    GREETED.incrementAndGet();
                } else if (receipt.refusal() != null && REFUSED.getAndIncrement() < 10) {
                    System.out.println(id + " refused: " + receipt.refusal());
                }
                for (Receipt.Confirmed confirmed : receipt.confirmed()) {
                    waiting.getOrDefault(confirmed.lane(), Map.of()).entrySet().removeIf(entry -> {
                        if (entry.getKey() > confirmed.number()) {
                            return false;
                        }
                        CONFIRMED.addAndGet(entry.getValue()[1]);
                        if (isMeasuring) {
                            TOOK.put(TICKET.incrementAndGet(), System.nanoTime() - entry.getValue()[0]);
                        }
                        return true;
                    });
                }
            } catch (Exception defect) {
                defect.printStackTrace();
            }
        }

        void send() {
            try {
                long now = System.currentTimeMillis();
                long from = Math.max(reached, now / 1000 - collect);
                Readings.Builder rows = new Readings.Builder(series * collect);
                long to = from + collect;
                for (long second = from; second < to; second++) {
                    for (int one = 0; one < series; one++) {
                        values[one] += random.nextInt(3) - 1;
                        long at = second * 1_000_000_000L;
                        rows.add(one + 1, at, at + 3_000_000, new Value.Decimal(values[one], 2), Grade.GOOD, 0,
                                TimeOrigin.SOURCE);
                    }
                }
                reached = to;
                Readings readings = rows.build();
                send(Lane.P3, new Content(numbers.containsKey(Lane.P3) ? List.of() : definitions(),
                        List.of(new Content.Block(new ClockStamp("boot", from * 1_000_000_000L, from * 1_000_000_000L,
                                ClockStamp.Trust.SYNCHRONISED), readings)), List.of(), List.of(), null),
                        readings.size());
                send(Lane.P1, new Content(List.of(), List.of(), List.of(), List.of(),
                        new Content.Heartbeat(java.time.Instant.ofEpochMilli(now), List.of(0L, 0L, 0L, 0L))), 0);
            } catch (RuntimeException defect) {
                defect.printStackTrace();
            }
        }

        private void send(Lane lane, Content content, int readings) {
            long number = numbers.merge(lane, 1L, Long::sum);
            byte[] message = Messages.write(new Frame(id, epoch, lane, number, 0, 1, ContentWire.pack(content)));
            waiting.computeIfAbsent(lane, missing -> new ConcurrentHashMap<>())
                    .put(number, new long[] {System.nanoTime(), readings});
            SENT.addAndGet(readings);
            if (http != null) {
                post(message);
            } else {
                publish(message);
            }
        }

        private List<Series> definitions() {
            List<Series> definitions = new ArrayList<>();
            for (int one = 0; one < series; one++) {
                definitions.add(new Series(one + 1, id + "/s" + one, new Words("計測 " + one, "sensor " + one), "Cel",
                        1_000_000_000L));
            }
            return definitions;
        }
    }

    private HubLoad() {}
}
