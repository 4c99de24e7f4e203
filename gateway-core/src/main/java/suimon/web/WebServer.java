package suimon.web;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import suimon.access.CredentialFile;
import suimon.command.CommandDoor;
import suimon.command.RecordingDoor;
import suimon.config.GatewayConfig;
import suimon.pipeline.DeviceStatus;
import suimon.reading.Ticker;
import suimon.store.CaptureShelf;
import suimon.store.Log;
import suimon.store.StoreFailed;

/**
 * The operator page and the API on one port. Started once, closed once.
 *
 * <p>On loopback: HTTP without login, every change recorded as {@code local}. Beyond: HTTPS with the
 * box's own certificate, and login.
 */
public final class WebServer implements AutoCloseable {
    private final ApplicationContext context;
    private final LiveFeed feed;
    private final URI address;
    private final String fingerprint;

    private WebServer(ApplicationContext context, LiveFeed feed, URI address, String fingerprint) {
        this.context = context;
        this.feed = feed;
        this.address = address;
        this.fingerprint = fingerprint;
    }

    /** The devices behind one source, those in trouble first. */
    public record DevicesOf(String source, List<DeviceStatus> devices) {
        public DevicesOf {
            devices = List.copyOf(devices);
        }
    }

    /**
     * What the page shows and changes.
     *
     * @param status called from several threads, about every two seconds
     * @param captures null where none are kept
     * @param users who may log in; asked only where login is required
     * @param devices what the sources know of the devices behind them
     * @param recordings null where no captures are kept
     */
    public record Backstage(
            GatewayConfig config, Log log, Supplier<Status> status, CommandDoor door, CredentialFile users, Clock clock,
            Ticker ticker, @Nullable CaptureShelf captures, Supplier<List<DevicesOf>> devices,
            @Nullable RecordingDoor recordings) {
        /** Without recordings. */
        public Backstage(
                GatewayConfig config, Log log, Supplier<Status> status, CommandDoor door, CredentialFile users,
                Clock clock, Ticker ticker, @Nullable CaptureShelf captures, Supplier<List<DevicesOf>> devices) {
            this(config, log, status, door, users, clock, ticker, captures, devices, null);
        }

        /** Without devices. */
        public Backstage(
                GatewayConfig config, Log log, Supplier<Status> status, CommandDoor door, CredentialFile users,
                Clock clock, Ticker ticker, @Nullable CaptureShelf captures) {
            this(config, log, status, door, users, clock, ticker, captures, List::of);
        }

        /** Without captures. */
        public Backstage(
                GatewayConfig config, Log log, Supplier<Status> status, CommandDoor door, CredentialFile users,
                Clock clock, Ticker ticker) {
            this(config, log, status, door, users, clock, ticker, null);
        }
    }

    /**
     * Begins to serve.
     *
     * @throws IOException when no port is free or the certificate can't be kept; the message says which
     * @throws StoreFailed when the log can't be read
     */
    public static WebServer start(WebSettings settings, Backstage backstage) throws IOException, StoreFailed {
        boolean isLoginRequired = !settings.isLoopback();
        LiveBoard board = new LiveBoard(backstage.config(), backstage.log().epoch(), backstage.log().allSeries(),
                backstage.log()::series, backstage.clock());
        LiveFeed feed = new LiveFeed(backstage.log(), board, backstage.status(), backstage.ticker());
        Entrance entrance = new Entrance(isLoginRequired, backstage.users(), new Sessions(backstage.clock()),
                new LoginLimit(backstage.ticker()));
        Charts charts = new Charts(backstage.log(), board, backstage.clock());
        Map<String, Object> properties = properties(settings);
        String fingerprint = "";
        if (isLoginRequired) {
            Certificate certificate = Certificate.in(settings.folder(), backstage.clock());
            fingerprint = certificate.fingerprint();
            secure(properties, certificate);
        }
        feed.start();
        ApplicationContext context = ApplicationContext.builder()
                .deduceEnvironment(false)
                .banner(false)
                .properties(properties)
                .singletons(backstage, board, feed, charts, entrance, new Pages.Front("index.html"))
                .start();
        EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
        return new WebServer(context, feed, address(settings, server), fingerprint);
    }

    /** Where the page is, with the port that was found. */
    public URI address() {
        return address;
    }

    /** SHA-256 of the certificate, for a person to compare; empty without TLS. */
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public void close() {
        feed.close();
        context.close();
    }

    static Map<String, Object> properties(WebSettings settings) throws IOException {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("micronaut.server.host", settings.address());
        properties.put("micronaut.server.port", freePort(settings));
        properties.put("micronaut.server.max-request-size", "64KB");
        properties.put("micronaut.server.idle-timeout", "60s");
        properties.put("micronaut.server.netty.worker.threads", 2);
        properties.put("micronaut.server.date-header", true);
        return properties;
    }

    static void secure(Map<String, Object> properties, Certificate certificate) {
        properties.put("micronaut.server.ssl.enabled", true);
        properties.put("micronaut.server.ssl.port", properties.get("micronaut.server.port"));
        properties.put("micronaut.server.ssl.key-store.path", "file:" + certificate.store());
        properties.put("micronaut.server.ssl.key-store.password", certificate.password());
        properties.put("micronaut.server.ssl.key-store.type", "PKCS12");
        properties.put("micronaut.server.ssl.protocols", new String[] {"TLSv1.3", "TLSv1.2"});
    }

    /** The wanted port, or the next one that nobody has. */
    private static int freePort(WebSettings settings) throws IOException {
        for (int port = settings.port(); port <= settings.port() + WebSettings.PORTS_MAX && port < 65536; port++) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getByName(settings.address()), port));
                return probe.getLocalPort();
            } catch (java.net.BindException taken) {
                if (port == 0) {
                    throw taken;
                }
            }
        }
        throw new IOException("web: no free port from " + settings.port() + " to "
                + (settings.port() + WebSettings.PORTS_MAX) + " on " + settings.address() + "; set web.port");
    }

    static URI address(WebSettings settings, EmbeddedServer server) throws IOException {
        String host = InetAddress.getByName(settings.address()).isAnyLocalAddress()
                ? InetAddress.getLocalHost().getHostName() : settings.address();
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return URI.create((settings.isLoopback() ? "http" : "https") + "://" + shown + ":" + server.getPort() + "/");
    }
}
