package suimon.connector.mqtt;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.tls.FreshKey;
import suimon.connector.tls.FreshTrust;
import suimon.connector.tls.TlsFiles;

/** What the listener and the hub's gate share: one event loop, a socket, TLS, and an end. */
final class MqttServers {
    private static final Logger LOG = LoggerFactory.getLogger(MqttServers.class);
    private static final int CONNECT_WITHIN_SECONDS = 10;
    private static final int WITHIN_SECONDS = 15;

    private MqttServers() {}

    /** A Vert.x with one event loop and no files of its own. */
    static Vertx oneLoop(String name) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
        vertx.exceptionHandler(error -> failed(name, error));
        return vertx;
    }

    /** Listens; IOException says what is in the way. */
    static MqttServer listen(
            Vertx vertx, String name, String address, int port, @Nullable TlsFiles tls, int packetBytes,
            Handler<MqttEndpoint> arrivals) throws IOException {
        MqttServer server = MqttServer.create(vertx, optionsOrClose(vertx, name, address, port, tls, packetBytes))
                .endpointHandler(arrivals)
                .exceptionHandler(error -> LOG.info("name={} {}", name, error.getMessage()));
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(WITHIN_SECONDS, TimeUnit.SECONDS);
            LOG.info("name={} listening on {}:{}{}", name, address, server.actualPort(),
                    tls == null ? "" : " with TLS");
            return server;
        } catch (ExecutionException | TimeoutException e) {
            String why = e.getCause() == null ? "no answer" : e.getCause().getMessage();
            close(vertx, name);
            throw new IOException("can't listen on " + address + ":" + port + " (" + why
                    + "); stop what uses the port, or set another", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close(vertx, name);
            throw new IOException("interrupted while starting", e);
        }
    }

    static boolean isLoopback(String address) {
        return address.equals("localhost") || address.equals("::1") || address.matches("127(\\.\\d{1,3}){3}");
    }

    static void close(Vertx vertx, String name) {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("name={} did not close in time", name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void failed(String name, Throwable error) {
        String message = String.valueOf(error.getMessage());
        boolean isTheirs = error instanceof IllegalArgumentException && message.contains("not connected client");
        if (isTheirs) {
            LOG.info("name={} cut off a client whose first packet was no CONNECT", name);
        } else if (error instanceof IllegalArgumentException && message.matches("unknown \\w+ reason code.*")) {
            LOG.info("name={} a client's packet was passed over: {}", name, message);
        } else {
            LOG.error("name={} defect in Suimon", name, error);
        }
    }

    private static MqttServerOptions optionsOrClose(
            Vertx vertx, String name, String address, int port, @Nullable TlsFiles tls, int packetBytes)
            throws IOException {
        try {
            return options(name, address, port, tls, packetBytes);
        } catch (IOException e) {
            close(vertx, name);
            throw e;
        }
    }

    private static MqttServerOptions options(
            String name, String address, int port, @Nullable TlsFiles tls, int packetBytes)
            throws IOException {
        MqttServerOptions options = new MqttServerOptions();
        options.setHost(address);
        options.setPort(port);
        options.setMaxMessageSize(packetBytes);
        options.setMaxClientIdLength(Admission.CLIENT_CHARACTERS_MAX + 1);
        options.setAutoClientId(false);
        options.setTimeoutOnConnect(CONNECT_WITHIN_SECONDS);
        options.setTcpNoDelay(true);
        if (tls != null) {
            options.setSsl(true);
            options.setKeyCertOptions(KeyCertOptions.wrap(new FreshKey(name, tls)));
            if (tls.trusted() != null) {
                options.setTrustOptions(TrustOptions.wrap(new FreshTrust(name, tls.trusted())));
                options.setClientAuth(ClientAuth.REQUIRED);
            }
        }
        return options;
    }
}
