package suimon.connector.opcua;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.jspecify.annotations.Nullable;
import suimon.connector.opcua.OpcUaSettings.Mode;
import suimon.connector.opcua.OpcUaSettings.NodeSettings;
import suimon.connector.opcua.OpcUaSettings.Security;
import suimon.connector.opcua.OpcUaSettings.User;
import suimon.connector.opcua.OpcUaSettings.UserCertificate;
import suimon.connector.simulator.Historian;
import suimon.connector.simulator.HistorianServer;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.Sample;
import suimon.pipeline.Description;
import suimon.pipeline.FreePorts;
import suimon.pipeline.Inbox;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceLost;

/** A server, a folder and an inbox that commits at once, as the gateway's ingest thread would. */
final class OpcUaFixture implements AutoCloseable {
    static final HistorianServer.Keys KEYS = HistorianServer.Keys.make();
    static final Instant START = Instant.parse("2026-07-01T00:00:00Z");
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final int port;
    final Path folder;
    final Historian historian = new Historian();
    final Committed committed = new Committed();
    /** What was said of series; another unit than one that stands here is refused. */
    final Map<String, Description> described = new ConcurrentHashMap<>();
    HistorianServer.Setup setup;
    @Nullable HistorianServer server;
    @Nullable OpcUaSource source;

    OpcUaFixture(Path folder) {
        this.folder = folder;
        port = FreePorts.next();
        setup = HistorianServer.Setup.open(port, KEYS);
    }

    /** What a gateway would have on disk. */
    static final class Committed implements Inbox {
        private final List<Sample> samples = new ArrayList<>();
        private final List<Delivery.Lost> gaps = new ArrayList<>();
        private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
        private final List<Delivery.Alarm> alarms = new ArrayList<>();
        private long refused;
        private volatile boolean isStopped;
        private int room = Integer.MAX_VALUE;

        @Override
        public boolean offer(Delivery delivery) {
            synchronized (this) {
                switch (delivery) {
                    case Delivery.Samples found -> samples.addAll(found.samples());
                    case Delivery.Lost lost -> gaps.add(lost);
                    case Delivery.Refused refused -> throw new IllegalStateException("not from OPC UA");
                    case Delivery.Alarm alarm -> alarms.add(alarm);
                    case Delivery.Keep keep -> { }
                    case Delivery.Message message -> throw new IllegalStateException("not from OPC UA");
                    case suimon.pipeline.MessageBatch batch -> throw new IllegalStateException("not from OPC UA");
                }
                delivery.notes().forEach(note -> {
                    if (note.bytes().length == 0) {
                        kept.remove(note.key());
                    } else {
                        kept.put(note.key(), note.bytes());
                    }
                });
            }
            delivery.receipt().stored();
            return true;
        }

        @Override
        public void put(Delivery delivery) throws InterruptedException {
            synchronized (this) {
                while (isStopped || samples.size() >= room && isOfThePast(delivery)) {
                    wait();
                }
            }
            offer(delivery);
        }

        private boolean isOfThePast(Delivery delivery) {
            return delivery instanceof Delivery.Samples found
                    && found.samples().stream().allMatch(one -> one.measuredNanos() < newest(one.series()));
        }

        /** Once so many samples are there no more of the past are taken. */
        synchronized void room(int samplesMax) {
            room = samplesMax;
            notifyAll();
        }

        synchronized void stop(boolean stopped) {
            isStopped = stopped;
            notifyAll();
        }

        @Override
        public synchronized void refused(String source, long messages) {
            refused += messages;
        }

        synchronized long refused() {
            return refused;
        }

        synchronized List<Sample> of(String series) {
            return samples.stream().filter(one -> one.series().equals(series)).toList();
        }

        /** Distinct measured times of a series, in order: repeats count once, as in the log. */
        synchronized List<Long> times(String series) {
            return of(series).stream().map(Sample::measuredNanos).distinct().sorted().toList();
        }

        synchronized List<Delivery.Lost> gaps() {
            return List.copyOf(gaps);
        }

        synchronized List<Delivery.Alarm> alarms() {
            return List.copyOf(alarms);
        }

        synchronized Map<String, byte[]> kept() {
            return Map.copyOf(kept);
        }

        synchronized long newest(String series) {
            return of(series).stream().mapToLong(Sample::measuredNanos).max().orElse(Long.MIN_VALUE);
        }
    }

    HistorianServer serve(String... doubles) {
        // The server is in this process too and offers the policy only where it can be had.
        Signatures.providePss();
        HistorianServer fresh = new HistorianServer(setup, historian);
        for (String name : doubles) {
            fresh.add(name);
        }
        server = fresh;
        return fresh;
    }

    void stopServer() {
        HistorianServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }

    /** Settings with fast defaults for these series; the node of a series has the series' name. */
    Draft draft(String... series) {
        Draft draft = new Draft();
        draft.endpoint = URI.create("opc.tcp://127.0.0.1:" + port);
        for (String one : series) {
            draft.nodes.add(new NodeSettings("nsu=urn:suimon:simulator;s=" + one, one));
        }
        return draft;
    }

    /** Settings under construction. */
    static final class Draft {
        String name = "main";
        URI endpoint = URI.create("opc.tcp://127.0.0.1:4840");
        Security security = Security.NONE;
        Mode mode = Mode.SIGN_AND_ENCRYPT;
        @Nullable User user;
        @Nullable UserCertificate userCertificate;
        Duration publishing = Duration.ofMillis(50);
        int queueSize = 1000;
        boolean discardOldest = true;
        double deadband;
        boolean history = true;
        Duration firstHistory = Duration.ZERO;
        int historyPage = 100;
        Duration silentAfter = Duration.ofMinutes(1);
        Duration warnBeforeExpiry = Duration.ofDays(30);
        OpcUaSettings.@Nullable AlarmSettings alarms;
        OpcUaSettings.@Nullable ReverseSettings reverse;
        final List<NodeSettings> nodes = new ArrayList<>();

        OpcUaSettings settings() {
            return new OpcUaSettings(name, endpoint, security, mode, user, userCertificate, publishing,
                    Duration.ZERO, queueSize, discardOldest, deadband, history, firstHistory, historyPage,
                    silentAfter, warnBeforeExpiry, reverse, alarms, nodes);
        }
    }

    OpcUaSource start(Draft draft) {
        SourceContext context = new SourceContext(committed, any -> committed.kept(), committed::newest,
                folder, Clock.systemUTC(), System::nanoTime, "test-site", this::describe);
        OpcUaSource fresh = new OpcUaSource(draft.settings(), context);
        source = fresh;
        try {
            fresh.start();
        } catch (SourceLost e) {
            throw new IllegalStateException(e);
        }
        return fresh;
    }

    private String describe(String series, Description said) {
        Description before = described.putIfAbsent(series, said);
        return before == null || before.unit().equals(said.unit()) ? ""
                : "its unit is " + said.unit() + " at the source and " + before.unit() + " here";
    }

    void stopSource() {
        OpcUaSource running = source;
        source = null;
        if (running != null) {
            running.close();
        }
    }

    static DataValue value(Object value, Instant sourceTime) {
        DateTime time = new DateTime(sourceTime);
        return new DataValue(new Variant(value), StatusCode.GOOD, time, time);
    }

    /** The value n at START + n seconds. */
    static DataValue nth(int n) {
        return value((double) n, START.plusSeconds(n));
    }

    static long nanos(int n) {
        return START.plusSeconds(n).getEpochSecond() * 1_000_000_000L;
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what + "; "
                        + (source == null ? "no source" : source.progress()) + "; gaps " + committed.gaps());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    @Override
    public void close() {
        stopSource();
        stopServer();
    }
}
