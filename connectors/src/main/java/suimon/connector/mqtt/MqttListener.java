package suimon.connector.mqtt;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.pipeline.Inbox;
import suimon.pipeline.Outlet;
import suimon.pipeline.Progress;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceLost;

/**
 * The built-in MQTT listener. One event loop owns all connections and sessions, so nothing here
 * needs a lock; the log's writer hands receipts over by batch, see {@link Receipts}.
 */
public final class MqttListener implements Source, Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(MqttListener.class);
    private static final int CONNECT_WITHIN_SECONDS = 10;
    private static final long SWEEP_EVERY_MILLIS = 60_000;
    private static final int START_WITHIN_SECONDS = 15;

    private final MqttListenerSettings settings;
    private final SourceContext gateway;
    private final Vertx vertx;
    private final Context loop;
    private final Sessions sessions;
    private final Receipts receipts;
    private final Outbox outbox;
    private final Wills wills;
    private final Admission admission;
    private final Set<Connection> connections = new LinkedHashSet<>();
    private volatile int clients;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile boolean hasMoved;
    private volatile long movedNanos;
    private volatile int port;

    MqttListener(MqttListenerSettings settings, SourceContext gateway, Login login) {
        this.settings = settings;
        this.gateway = gateway;
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
        vertx.exceptionHandler(this::failed);
        loop = vertx.getOrCreateContext();
        sessions = new Sessions(settings.name(), gateway.inbox(), gateway.ticker(),
                settings.sessionExpiry().toSeconds(), gateway.kept().of(settings.name()));
        receipts = new Receipts(loop, this::moved);
        outbox = new Outbox(loop, () -> connections);
        wills = new Wills(this, vertx);
        admission = new Admission(this, vertx, login);
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() throws SourceLost {
        MqttServer server = MqttServer.create(vertx, options())
                .endpointHandler(admission::arrived)
                .exceptionHandler(error -> LOG.info("source={} {}", name(), error.getMessage()));
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(START_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            String why = e.getCause() == null ? "no answer" : e.getCause().getMessage();
            vertx.close();
            throw new SourceLost("source " + name() + ": can't listen on " + settings.address() + ":"
                    + settings.port() + " (" + why + "); stop what uses the port, or set another", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            vertx.close();
            throw new SourceLost("source " + name() + ": interrupted while starting", e);
        }
        port = server.actualPort();
        vertx.setPeriodic(SWEEP_EVERY_MILLIS, id -> sessions.sweep());
        LOG.info("source={} listening on {}:{}{}", name(), settings.address(), port, settings.tls() == null ? "" : " with TLS");
    }

    /** The port it listens on; the configured one, or the one found when that is 0. */
    public int port() {
        return port;
    }

    @Override
    public Progress progress() {
        long ago = gateway.ticker().nanos() - movedNanos;
        Instant last = hasMoved ? gateway.clock().instant().minusNanos(ago) : null;
        return new Progress(clients + (clients == 1 ? " client" : " clients"), true, last);
    }

    @Override
    public boolean publish(String topic, byte[] payload, boolean retained) {
        return outbox.publish(topic, payload, retained);
    }

    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(START_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("source={} did not close in time", name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    MqttListenerSettings settings() {
        return settings;
    }

    Inbox inbox() {
        return gateway.inbox();
    }

    long nowNanos() {
        Instant now = gateway.clock().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Something was stored; called on any thread, for every message with QoS 0. */
    void moved() {
        movedNanos = gateway.ticker().nanos();
        hasMoved = true;
    }

    Sessions sessions() {
        return sessions;
    }

    Receipts receipts() {
        return receipts;
    }

    Outbox outbox() {
        return outbox;
    }

    Wills wills() {
        return wills;
    }

    Collection<Connection> connections() {
        return connections;
    }

    void entered(Connection connection) {
        connections.add(connection);
        clients = connections.size();
    }

    void left(Connection connection) {
        connections.remove(connection);
        clients = connections.size();
        if (connection.session().connection() == connection) {
            sessions.away(connection.session());
        }
    }

    private void failed(Throwable error) {
        String message = String.valueOf(error.getMessage());
        boolean isTheirs = error instanceof IllegalArgumentException && message.contains("not connected client");
        if (isTheirs) {
            LOG.info("source={} cut off a client whose first packet was no CONNECT", name());
        } else {
            LOG.error("source={} defect in Suimon", name(), error);
        }
    }

    private MqttServerOptions options() {
        MqttServerOptions options = new MqttServerOptions();
        options.setHost(settings.address());
        options.setPort(settings.port());
        options.setMaxMessageSize((int) settings.packet().bytes());
        options.setMaxClientIdLength(Admission.CLIENT_CHARACTERS_MAX + 1);
        options.setAutoClientId(false);
        options.setTimeoutOnConnect(CONNECT_WITHIN_SECONDS);
        options.setTcpNoDelay(true);
        TlsFiles tls = settings.tls();
        if (tls != null) {
            options.setSsl(true);
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(String.valueOf(tls.certificate())).addKeyPath(String.valueOf(tls.key())));
            if (tls.trusted() != null) {
                options.setTrustOptions(new PemTrustOptions().addCertPath(tls.trusted().toString()));
                options.setClientAuth(ClientAuth.REQUIRED);
            }
        }
        return options;
    }
}
