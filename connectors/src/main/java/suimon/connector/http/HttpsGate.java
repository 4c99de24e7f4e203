package suimon.connector.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.backhaul.Epoch;
import suimon.backhaul.Link;
import suimon.backhaul.Messages;
import suimon.backhaul.Receipt;
import suimon.connector.tls.PemFiles;
import suimon.connector.tls.TlsFiles;
import suimon.backhaul.Receipt.Reason;
import suimon.backhaul.Receipt.Refusal;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.GateFailed;

/**
 * Takes posted messages and answers each with the hub's answer, on a virtual thread per request.
 * Who is not admitted is told so before a byte of the message is read.
 */
final class HttpsGate implements Gate {
    static final String PATH = "/v1/frames";
    static final String TYPE = "application/x-protobuf";
    static final String GATEWAY = "Suimon-Gateway";
    /** Requests at work; one more is answered with status 503, and the gateway comes again. */
    static final int REQUESTS_MAX = 128;

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpsGate.class);

    private final HttpsGateSettings settings;
    private final GateContext context;
    private final Semaphore room = new Semaphore(REQUESTS_MAX);
    private final RequestThreads threads = new RequestThreads(RequestThreads.HEAD_WITHIN);
    private @Nullable HttpServer server;

    HttpsGate(HttpsGateSettings settings, GateContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() throws GateFailed {
        try {
            HttpServer opened = open(new InetSocketAddress(settings.address(), settings.port()));
            opened.setExecutor(threads);
            opened.createContext(PATH, this::handle);
            opened.start();
            server = opened;
            LOGGER.info("gate {}: gateways can reach this hub at {}", name(), address());
        } catch (IOException failed) {
            throw new GateFailed("gate " + name() + " can't listen on " + settings.address() + ":"
                    + settings.port() + ": " + failed.getMessage(), failed);
        }
    }

    private HttpServer open(InetSocketAddress address) throws IOException {
        ServerBounds.set();
        Path certificate = settings.certificate();
        Path key = settings.key();
        if (certificate == null || key == null) {
            return HttpServer.create(address, 0);
        }
        HttpsServer opened = HttpsServer.create(address, 0);
        opened.setHttpsConfigurator(new HttpsConfigurator(
                PemFiles.serving(name(), new TlsFiles(certificate, key, settings.trusted()))) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setNeedClientAuth(settings.trusted() != null);
                parameters.setSSLParameters(wanted);
            }
        });
        return opened;
    }

    @Override
    public String address() {
        HttpServer open = server;
        int port = open == null ? settings.port() : open.getAddress().getPort();
        return (settings.certificate() == null ? "http://" : "https://")
                + settings.address() + ":" + port;
    }

    @Override
    public void cutOff(String gateway) {
        // Each request is admitted anew, and the hub refuses those that are being received.
    }

    private void handle(HttpExchange exchange) throws IOException {
        threads.headIsRead();
        if (!room.tryAcquire()) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        try {
            answer(exchange);
        } finally {
            room.release();
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.sendResponseHeaders(405, -1);
            return;
        }
        String gateway = headerOf(exchange, GATEWAY);
        boolean isLoopback = exchange.getRemoteAddress().getAddress().isLoopbackAddress();
        if (!context.reception().admits(gateway, tokenOf(exchange), Peers.shown(exchange), isLoopback)) {
            LOGGER.warn("gate {}: {} from {} was not admitted", name(), shown(gateway),
                    exchange.getRemoteAddress());
            respond(exchange, 403, denied());
            return;
        }
        byte[] message = exchange.getRequestBody().readNBytes(Link.MESSAGE_BYTES_MAX + 1);
        if (message.length > Link.MESSAGE_BYTES_MAX) {
            exchange.sendResponseHeaders(413, -1);
            return;
        }
        try {
            respond(exchange, 200, context.reception().receive(gateway, message));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", TYPE);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static byte[] denied() {
        return Messages.write(new Receipt(new Epoch(-1), List.of(), new Refusal(
                Reason.DENIED, null, 0, "unknown gateway or wrong token; check site.id and token"), 0));
    }

    private static String headerOf(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static String tokenOf(HttpExchange exchange) {
        String value = headerOf(exchange, "Authorization");
        return value.startsWith("Bearer ") ? value.substring("Bearer ".length()) : "";
    }

    /** What a stranger sent, fit for a line of the log. */
    private static String shown(String gateway) {
        String cut = gateway.length() > 64 ? gateway.substring(0, 64) : gateway;
        return "gateway \"" + cut.replaceAll("[^A-Za-z0-9._-]", "?") + "\"";
    }

    @Override
    public void close() {
        HttpServer open = server;
        if (open != null) {
            // At once: what was not answered is sent again.
            open.stop(0);
        }
        threads.close();
    }
}
