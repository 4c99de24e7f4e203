package suimon.connector.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.config.Secret;
import suimon.connector.tls.RememberedTls;
import suimon.connector.tls.TlsFiles;

/**
 * Posts each message to the hub; the response is the answer. The first message after a connect is
 * waited for, so that a hub that isn't there is known at once; then several are under way together.
 */
final class HttpsLink implements Link {
    /** Requests under way; {@link #send} waits for room beyond. */
    static final int REQUESTS_MAX = 8;

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

    private final HttpsLinkSettings settings;
    private final LinkContext context;
    private final URI target;
    private final RememberedTls tls;
    private final Semaphore room = new Semaphore(REQUESTS_MAX);
    private @Nullable HttpClient client;
    private volatile boolean isProven;
    private volatile @Nullable LinkDown failure;

    HttpsLink(HttpsLinkSettings settings, LinkContext context) {
        this.settings = settings;
        this.context = context;
        this.target = settings.url().resolve(HttpsGate.PATH);
        this.tls = new RememberedTls(new TlsFiles(null, null, settings.trust()));
    }

    @Override
    public void send(byte[] message) throws LinkDown, InterruptedException {
        LinkDown earlier = failure;
        if (earlier != null) {
            failure = null;
            isProven = false;
            throw earlier;
        }
        HttpRequest request = requestFor(message);
        if (!room.tryAcquire(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new LinkDown(target + " has not answered " + REQUESTS_MAX + " requests for "
                    + settings.timeout().toSeconds() + " s");
        }
        CompletableFuture<@Nullable Void> posted = connected()
                .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle(this::finish);
        if (!isProven) {
            awaitFirst(posted);
        }
    }

    private void awaitFirst(CompletableFuture<@Nullable Void> posted)
            throws LinkDown, InterruptedException {
        try {
            posted.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("finish never fails", impossible.getCause());
        }
        LinkDown first = failure;
        if (first != null) {
            failure = null;
            throw first;
        }
        isProven = true;
    }

    private @Nullable Void finish(
            @Nullable HttpResponse<byte[]> response, @Nullable Throwable failed) {
        room.release();
        if (response == null) {
            failure = new LinkDown(target + ": " + reasonOf(failed));
        } else if (HttpsGate.TYPE.equals(response.headers().firstValue("Content-Type").orElse(""))) {
            context.answers().accept(response.body());
        } else {
            failure = new LinkDown(target + " answered with status " + response.statusCode()
                    + ", not with a hub's answer; is this the address of a Suimon hub?");
        }
        return null;
    }

    private static String reasonOf(@Nullable Throwable failed) {
        Throwable cause = failed instanceof CompletionException && failed.getCause() != null
                ? failed.getCause()
                : failed;
        String message = cause == null ? "" : cause.getMessage();
        return cause == null ? "no answer"
                : message == null ? cause.getClass().getSimpleName() : message;
    }

    private HttpRequest requestFor(byte[] message) throws LinkDown {
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .timeout(settings.timeout())
                .header("Content-Type", HttpsGate.TYPE)
                .header(HttpsGate.GATEWAY, context.gateway())
                .POST(HttpRequest.BodyPublishers.ofByteArray(message));
        Secret token = settings.token();
        try {
            if (token != null) {
                request.header("Authorization", "Bearer " + token.read());
            }
        } catch (IOException missing) {
            throw new LinkDown("the token of uplink " + context.destination() + " can't be read from "
                    + token + ": " + missing.getMessage(), missing);
        } catch (IllegalArgumentException unfit) {
            throw new LinkDown("the token in " + token + " holds characters that http can't carry",
                    unfit);
        }
        return request.build();
    }

    private synchronized HttpClient connected() throws LinkDown {
        HttpClient open = client;
        if (open == null) {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(context.way().connectWithin(CONNECT_WITHIN))
                    .followRedirects(HttpClient.Redirect.NEVER);
            try {
                builder.sslContext(tls.context());
                InetAddress source = context.way().source();
                if (source != null) {
                    builder.localAddress(source);
                }
            } catch (LinkDown nowhere) {
                room.release();
                throw nowhere;
            } catch (IOException unreadable) {
                room.release();
                throw new LinkDown("uplink " + context.destination() + ": " + unreadable.getMessage(),
                        unreadable);
            }
            open = builder.build();
            client = open;
        }
        return open;
    }

    @Override
    public synchronized void reset() {
        HttpClient open = client;
        client = null;
        isProven = false;
        failure = null;
        if (open != null) {
            open.shutdownNow();
        }
    }

    @Override
    public void close() {
        reset();
    }
}
