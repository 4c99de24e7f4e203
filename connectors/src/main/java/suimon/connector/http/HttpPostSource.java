package suimon.connector.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.connector.http.Callers.Caller;
import suimon.connector.tls.PemFiles;
import suimon.connector.tls.TlsFiles;
import suimon.pipeline.Delivery;
import suimon.pipeline.Delivery.RepeatMark;
import suimon.pipeline.Inbox;
import suimon.pipeline.Progress;
import suimon.pipeline.Receipt;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceLost;
import suimon.pipeline.TokenBucket;

/**
 * Takes what devices post (RFC 9110) and answers 204 when it is on disk, on a virtual thread per
 * request. Whoever gets no answer, or 429 or 503, sends again; with an Idempotency-Key header a body
 * that was stored before is dropped, as MQTT's repeats are.
 */
public final class HttpPostSource implements Source {
    /** Requests at work; one more is answered with 503. */
    static final int REQUESTS_MAX = 256;

    /** Requests at work of one user, or one address where there are none; one more is answered with 429. */
    static final int CALLER_REQUESTS_MAX = REQUESTS_MAX / 4;

    static final int KEY_CHARACTERS_MAX = 256;
    static final String KEY = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(HttpPostSource.class);
    private static final long STORED_WITHIN_SECONDS = 30;
    private static final long RETRY_SECONDS = 5;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final HttpPostSettings settings;
    private final SourceContext context;
    private final Callers callers;
    private final @Nullable Rates rates;
    private final Semaphore room = new Semaphore(REQUESTS_MAX);
    private final RequestThreads threads;
    private final Map<String, Integer> atWork = new ConcurrentHashMap<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile @Nullable HttpServer server;
    private volatile @Nullable Instant lastProgressAt;

    public HttpPostSource(HttpPostSettings settings, SourceContext context) {
        this(settings, context, RequestThreads.HEAD_WITHIN);
    }

    /** For tests, which can't wait a minute. */
    HttpPostSource(HttpPostSettings settings, SourceContext context, Duration headWithin) {
        threads = new RequestThreads(headWithin);
        this.settings = settings;
        this.context = context;
        callers = new Callers(settings.users());
        Integer most = settings.messagesPerSecond();
        Integer burst = settings.burst();
        rates = most == null ? null : new Rates(most, burst == null ? TokenBucket.usualBurst(most) : burst, context.ticker());
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void start() throws SourceLost {
        try {
            HttpServer opened = open(new InetSocketAddress(settings.address(), settings.port()));
            opened.setExecutor(threads);
            opened.createContext("/", this::handle);
            opened.start();
            server = opened;
        } catch (IOException failed) {
            throw new SourceLost("source " + name() + " can't listen on " + settings.address() + ":"
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
                PemFiles.serving(name(), new TlsFiles(certificate, key, null))));
        return opened;
    }

    /** The port it listens on; the configured one, or the one found when that is 0. */
    public int port() {
        HttpServer open = server;
        return open == null ? settings.port() : open.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        threads.headIsRead();
        if (!room.tryAcquire()) {
            later(exchange, 503, "too many requests at once");
            exchange.close();
            return;
        }
        try {
            answer(exchange);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
            exchange.close();
        }
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        Caller caller = callers.of(exchange);
        String topic = exchange.getRequestURI().getPath().replaceFirst("^/+", "");
        String key = exchange.getRequestHeaders().getFirst(KEY);
        if (!exchange.getRequestMethod().equals("POST")) {
            exchange.getResponseHeaders().set("Allow", "POST");
            say(exchange, 405, "readings are posted");
        } else if (caller.verdict() == Callers.Verdict.UNKNOWN) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"suimon\", charset=\"UTF-8\"");
            say(exchange, 401, "unknown user or wrong password");
        } else if (caller.verdict() == Callers.Verdict.FORBIDDEN) {
            say(exchange, 403, "the user's role may not post readings; it must be device or installer");
        } else if (topic.isEmpty()) {
            say(exchange, 404, "post to a path that a rule of decode names, such as /logger/3");
        } else if (key != null && (key.isEmpty() || key.length() > KEY_CHARACTERS_MAX)) {
            say(exchange, 400, KEY + " has from 1 to " + KEY_CHARACTERS_MAX + " characters");
        } else {
            inTurn(exchange, caller.name(), topic, key);
        }
    }

    /** One caller leaves room for the others. */
    private void inTurn(HttpExchange exchange, String caller, String topic, @Nullable String key)
            throws IOException, InterruptedException {
        Rates limits = rates;
        long wait = limits == null ? 0 : limits.waitNanos(caller);
        if (wait > 0) {
            later(exchange, 429, "more than " + settings.messagesPerSecond() + " requests a second from one sender",
                    (wait + SECOND_NANOS - 1) / SECOND_NANOS);
            return;
        }
        try {
            if (atWork.merge(caller, 1, Integer::sum) > CALLER_REQUESTS_MAX) {
                later(exchange, 429, "more than " + CALLER_REQUESTS_MAX + " requests at once from one sender");
            } else {
                take(exchange, caller, topic, key);
            }
        } finally {
            atWork.computeIfPresent(caller, (name, count) -> count == 1 ? null : count - 1);
        }
    }

    private void take(HttpExchange exchange, String caller, String topic, @Nullable String key)
            throws IOException, InterruptedException {
        int max = (int) settings.body().bytes();
        byte[] body = read(exchange, max + 1);
        if (body.length > max) {
            say(exchange, 413, "the body is larger than " + settings.body() + "; send fewer readings at once");
            return;
        }
        CompletableFuture<Boolean> stored = new CompletableFuture<>();
        Instant now = context.clock().instant();
        RepeatMark mark = key == null ? null : markOf(caller, key);
        Delivery.Message message = new Delivery.Message(name(), topic, body,
                now.getEpochSecond() * 1_000_000_000L + now.getNano(), mark, List.of(), told(stored));
        Inbox inbox = context.inbox();
        if (isClosed.get() || !inbox.offer(message)) {
            inbox.refused(name(), 1);
            later(exchange, 429, "the gateway takes no more just now");
            return;
        }
        switch (stored.completeOnTimeout(null, STORED_WITHIN_SECONDS, TimeUnit.SECONDS).join()) {
            case null -> later(exchange, 503,
                    "not on disk within " + STORED_WITHIN_SECONDS + " s; it may still come there");
            case Boolean isStored when isStored -> exchange.sendResponseHeaders(204, -1);
            case Boolean ignored -> later(exchange, 503, "it could not be written to disk");
        }
    }

    private Receipt told(CompletableFuture<Boolean> stored) {
        return new Receipt() {
            @Override
            public void stored() {
                lastProgressAt = context.clock().instant();
                stored.complete(true);
            }

            @Override
            public void failed() {
                stored.complete(false);
            }
        };
    }

    /** Reads at most so many bytes; who sends them too slowly loses the connection, which ends the read. */
    private byte[] read(HttpExchange exchange, int most) throws IOException {
        Future<?> end = threads.interruptAfter(settings.bodyWithin());
        try {
            return exchange.getRequestBody().readNBytes(most);
        } finally {
            end.cancel(false);
        }
    }

    /** A key says which body it is, so every body with one may be a repeat. */
    static RepeatMark markOf(String caller, String key) {
        return new RepeatMark("http/" + caller, key.hashCode() & Integer.MAX_VALUE, true);
    }

    private static void later(HttpExchange exchange, int status, String why) throws IOException {
        later(exchange, status, why, RETRY_SECONDS);
    }

    private static void later(HttpExchange exchange, int status, String why, long seconds) throws IOException {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(seconds));
        say(exchange, status, why + "; send it again");
    }

    private static void say(HttpExchange exchange, int status, String why) throws IOException {
        byte[] text = (why + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
    }

    @Override
    public Progress progress() {
        boolean isUp = server != null && !isClosed.get();
        return new Progress(isUp ? "listening on port " + port() : "not listening", isUp, lastProgressAt);
    }

    @Override
    public void close() {
        HttpServer open = server;
        if (!isClosed.getAndSet(true) && open != null) {
            // At once: what was not answered is sent again.
            open.stop(0);
            threads.close();
            LOG.info("source={} closed", name());
        }
    }
}
