package suimon.connector.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole site: a pen and a greenhouse publish over MQTT, a water main is an OPC UA server with
 * history. It first delivers some days of the past, as fast as they are acknowledged, and then one
 * value a second. When the broker is away nothing is lost: the values follow with their own times.
 */
public final class SiteSimulator implements AutoCloseable {
    /** Nodes of the OPC UA server. */
    public static final String PRESSURE = "Main.Pressure";

    public static final String FLOW = "Main.Flow";
    private static final Logger LOG = LoggerFactory.getLogger(SiteSimulator.class);
    private static final Duration PAST_STEP = Duration.ofMinutes(10);
    private static final int CHUNK = 500;

    private final SimulatorOptions options;
    private final Clock clock;
    private final Instant live;
    private final Story story;
    private final Noise noise;
    private final Sender sender;
    private final HistorianServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** Starts the OPC UA server; throws an unchecked exception when its port is taken. */
    public SiteSimulator(SimulatorOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        long grid = options.every().toMillis();
        this.live = Instant.ofEpochMilli(clock.millis() / grid * grid);
        this.story = new Story(live, options.speed());
        this.noise = new Noise(options.seed());
        this.sender = new Sender(options.mqttUrl(), "simulated-site");
        this.server = new HistorianServer(
                HistorianServer.Setup.open(options.opcUaPort(), HistorianServer.Keys.make()), new Historian());
    }

    /** Runs until the process is ended. */
    public static void main(String[] arguments) throws InterruptedException {
        SimulatorOptions options;
        try {
            options = SimulatorOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        SiteSimulator site = new SiteSimulator(options, Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(site::close));
        site.start();
        System.out.println("simulated site: MQTT to " + options.mqttUrl()
                + ", OPC UA at opc.tcp://127.0.0.1:" + options.opcUaPort());
        site.closed.await();
    }

    /** Begins to deliver and returns at once. */
    public void start() {
        server.add(PRESSURE);
        server.add(FLOW);
        // At once, so that the history is whole before the first client comes.
        WaterMain main = new WaterMain(story, noise);
        for (Instant time = begin(); time.isBefore(live); time = time.plus(PAST_STEP.dividedBy(10))) {
            publish(main, time);
        }
        begin("mqtt", this::publishOverMqtt);
        begin("opcua", () -> tick(time -> publish(main, time)));
    }

    private void begin(String role, Work work) {
        threads.add(Thread.ofVirtual().name("simulator-" + role).start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /** A loop that ends by interruption. */
    private interface Work {
        void run() throws InterruptedException;
    }

    /** One moment of the simulation. */
    private interface Moment {
        void at(Instant time) throws InterruptedException;
    }

    /** The past begins on the grid of its step, so that a second run has the same times. */
    private Instant begin() {
        long step = PAST_STEP.toSeconds();
        long second = live.minus(options.history()).getEpochSecond();
        return Instant.ofEpochSecond(Math.floorDiv(second + step - 1, step) * step);
    }

    private void publishOverMqtt() throws InterruptedException {
        Pen pen = new Pen(begin().minus(Duration.ofDays(2)), story, noise);
        Greenhouse greenhouse = new Greenhouse(noise);
        List<Sender.Message> chunk = new ArrayList<>();
        for (Instant time = begin(); time.isBefore(live); time = time.plus(PAST_STEP)) {
            chunk.addAll(messages(pen, greenhouse, time));
            if (chunk.size() >= CHUNK) {
                sender.send(chunk);
                chunk.clear();
            }
        }
        sender.send(chunk);
        LOG.info("simulator: the past {} h are delivered", options.history().toHours());
        tick(time -> sender.send(messages(pen, greenhouse, time)));
    }

    /** Once per step from going live on; late steps follow at once with their own times. */
    private void tick(Moment moment) throws InterruptedException {
        Instant next = live;
        while (closed.getCount() > 0) {
            long wait = Duration.between(clock.instant(), next).toMillis();
            if (wait > 0 && closed.await(wait, TimeUnit.MILLISECONDS)) {
                return;
            }
            moment.at(next);
            next = next.plus(options.every());
        }
    }

    private static List<Sender.Message> messages(Pen pen, Greenhouse greenhouse, Instant time) {
        List<Sender.Message> messages = new ArrayList<>();
        for (Pen.Probe probe : pen.at(time)) {
            messages.add(new Sender.Message("pen/1/" + probe.depth() + "m", String.format(Locale.ROOT,
                    "{\"t\":\"%s\",\"do\":%.2f,\"temp\":%.2f,\"sal\":%.2f,\"chl\":%.2f}", time,
                    probe.oxygen(), probe.temperature(), probe.salinity(), probe.chlorophyll())));
        }
        Greenhouse.Air air = greenhouse.at(time);
        messages.add(new Sender.Message("greenhouse/1/air", String.format(Locale.ROOT,
                "{\"ts\":%d,\"temperature\":%.2f,\"humidity\":%.2f}",
                time.toEpochMilli(), air.temperature(), air.humidity())));
        return messages;
    }

    private void publish(WaterMain main, Instant time) {
        WaterMain.State state = main.at(time);
        server.publish(PRESSURE, value(state.pressure(), time));
        server.publish(FLOW, value(state.flow(), time));
    }

    private static DataValue value(double value, Instant time) {
        DateTime at = new DateTime(time);
        return new DataValue(Variant.ofDouble(value), StatusCode.GOOD, at, at);
    }

    @Override
    public void close() {
        closed.countDown();
        sender.stop();
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(3));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sender.close();
        server.close();
    }
}
