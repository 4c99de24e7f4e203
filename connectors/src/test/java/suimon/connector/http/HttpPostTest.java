package suimon.connector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import suimon.access.Passwords;
import suimon.config.DataSize;
import suimon.config.DecodeConfig;
import suimon.pipeline.Delivery;
import suimon.pipeline.Source;
import suimon.pipeline.SourceContext;
import suimon.pipeline.SourceContract;

/** The contract of all sources, and what a device is answered. */
class HttpPostTest extends SourceContract {
    private static final List<DecodeConfig> DECODE =
            List.of(DecodeConfig.of("v", DecodeConfig.Format.NUMBER, "v", null));

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable Path users;
    private @Nullable HttpPostSource source;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private Duration bodyWithin = Duration.ofSeconds(60);

    @Override
    protected Source open(SourceContext context) {
        HttpPostSource fresh = new HttpPostSource(new HttpPostSettings("contract", "127.0.0.1", 0, users,
                certificate, key, new DataSize(1024), bodyWithin, null, null, DECODE), context);
        source = fresh;
        return fresh;
    }

    /** One after the other, as a device does that waits for its answers; the first ones unanswered. */
    @Override
    protected void send(int values) throws Exception {
        for (int n = 1; n <= values; n++) {
            CompletableFuture<HttpResponse<String>> sent = post("/v", Integer.toString(n));
            if (n < values) {
                sent.get();
            }
        }
    }

    @Override
    protected String lastOf(int values) {
        return "v " + values;
    }

    private CompletableFuture<HttpResponse<String>> post(String path, String body, String... headers) {
        HttpPostSource open = source;
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + (open == null ? 0 : open.port()) + path))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String pair) {
        return "Basic " + java.util.Base64.getEncoder().encodeToString(pair.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void theAnswerComesWithTheCommitAndNotBefore() throws Exception {
        started();
        CompletableFuture<HttpResponse<String>> answer = post("/v", "1");
        inbox.awaitWaiting(1);
        assertThat(answer).isNotDone();

        inbox.commit();

        assertThat(answer.get().statusCode()).isEqualTo(204);
    }

    @Test
    void aFullInboxIsAnsweredWithTooManyRequestsAndWhenToComeAgain() throws Exception {
        inbox.capacity(0);
        started();

        HttpResponse<String> answer = post("/v", "1").get();

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(inbox.refused()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeWrittenIsAnsweredWithUnavailable() throws Exception {
        started();
        CompletableFuture<HttpResponse<String>> answer = post("/v", "1");
        inbox.awaitWaiting(1);

        inbox.waiting().getFirst().receipt().failed();

        assertThat(answer.get().statusCode()).isEqualTo(503);
        assertThat(answer.get().headers().firstValue("Retry-After")).contains("5");
    }

    @Test
    void oneSenderTakesAQuarterOfTheRoomAtMost() throws Exception {
        started();
        List<CompletableFuture<HttpResponse<String>>> waiting = new java.util.ArrayList<>();
        for (int count = 0; count < HttpPostSource.CALLER_REQUESTS_MAX; count++) {
            waiting.add(post("/v", "1"));
        }
        inbox.awaitWaiting(HttpPostSource.CALLER_REQUESTS_MAX);

        int oneMore = post("/v", "1").get().statusCode();
        inbox.commit();

        assertThat(oneMore).isEqualTo(429);
        for (CompletableFuture<HttpResponse<String>> one : waiting) {
            assertThat(one.get().statusCode()).isEqualTo(204);
        }
    }

    @Test
    void aBodyThatDoesNotComeLosesItsConnection() throws Exception {
        bodyWithin = Duration.ofSeconds(1);
        started();
        HttpPostSource open = java.util.Objects.requireNonNull(source);

        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", open.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("POST /v HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            int end = socket.getInputStream().read();

            assertThat(end).isEqualTo(-1);
        }
        assertThat(inbox.waiting()).isEmpty();
    }

    @Test
    void whatIsTooBigOrWithoutAPathIsNeverTaken() throws Exception {
        started();

        assertThat(post("/v", "1".repeat(1025)).get().statusCode()).isEqualTo(413);
        assertThat(post("/", "1").get().statusCode()).isEqualTo(404);
        assertThat(post("/v", "1", "Idempotency-Key", "k".repeat(300)).get().statusCode()).isEqualTo(400);
        assertThat(inbox.waiting()).isEmpty();
    }

    @Test
    void aKeyMarksABodyThatMayComeAgain() throws Exception {
        inbox.commitsByItself();
        started();

        post("/v", "1", "Idempotency-Key", "a-1").get();
        post("/v", "1", "Idempotency-Key", "a-1").get();

        assertThat(inbox.texts()).containsExactly("v 1", "v 1");
        Delivery.RepeatMark one = markOf("a-1");
        assertThat(one.duplicate()).isTrue();
        assertThat(one).isEqualTo(markOf("a-1")).isNotEqualTo(markOf("a-2"));
    }

    private Delivery.RepeatMark markOf(String key) {
        return HttpPostSource.markOf("127.0.0.1", key);
    }

    @Test
    void onlyDevicesAndInstallersMayPost() throws Exception {
        users = Files.writeString(folder.resolve("users"), "logger:device:" + Passwords.hash("secret") + "\n"
                + "watch:operator:" + Passwords.hash("secret") + "\n");
        inbox.commitsByItself();
        started();

        assertThat(post("/v", "1").get().statusCode()).isEqualTo(401);
        assertThat(post("/v", "1", "Authorization", basic("logger:wrong")).get().statusCode()).isEqualTo(401);
        assertThat(post("/v", "1", "Authorization", "Basic ???").get().statusCode()).isEqualTo(401);
        assertThat(post("/v", "1", "Authorization", basic("watch:secret")).get().statusCode()).isEqualTo(403);
        assertThat(post("/v", "1", "Authorization", basic("logger:secret")).get().statusCode()).isEqualTo(204);
        assertThat(inbox.texts()).containsExactly("v 1");
    }

    @Test
    void curlPostsOverTlsWithACertificateInPem() throws Exception {
        Path crt = folder.resolve("gateway.crt");
        Path pem = folder.resolve("gateway.key");
        run(0, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=gateway", "-addext", "subjectAltName=IP:127.0.0.1",
                "-out", crt.toString(), "-keyout", pem.toString());
        certificate = crt;
        key = pem;
        inbox.commitsByItself();
        started();
        HttpPostSource open = source;
        String url = "https://127.0.0.1:" + (open == null ? 0 : open.port()) + "/v";

        run(0, "curl", "-sS", "--fail", "--max-time", "60", "--cacert", crt.toString(), "-d", "1", url);
        run(60, "curl", "-sS", "--fail", "--max-time", "60", "-d", "2", url);

        assertThat(inbox.texts()).containsExactly("v 1");
    }

    private void run(int status, String... words) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin", words[0])), words[0] + " is not installed: apt-get install "
                + words[0]);
        Process running = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectOutput(folder.resolve(words[0] + ".log").toFile()).start();
        assertThat(running.waitFor()).as(Files.readString(folder.resolve(words[0] + ".log"))).isEqualTo(status);
    }

    @Test
    void beyondLoopbackUsersAndACertificateAreRequired() {
        assertThatThrownBy(() -> new HttpPostSettings("x", "0.0.0.0", 0, null, null, null, new DataSize(1024),
                        Duration.ofSeconds(30), null, null, DECODE))
                .hasMessageContaining("users, certificate and key are required");
    }
}
