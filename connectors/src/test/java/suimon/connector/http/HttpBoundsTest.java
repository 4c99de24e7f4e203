package suimon.connector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataSize;
import suimon.config.DecodeConfig;
import suimon.connector.tls.FreshKey;
import suimon.connector.tls.OpenSsl;
import suimon.connector.tls.PemFiles;
import suimon.connector.tls.TlsFiles;
import suimon.pipeline.ScriptedInbox;

/** What one sender, or somebody without manners, can't take from the others. */
class HttpBoundsTest {
    private static final long SEED = 9112;
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    Path folder = Path.of("");

    private final ScriptedInbox inbox = new ScriptedInbox();
    private suimon.reading.Ticker ticker = System::nanoTime;
    private Duration headWithin = RequestThreads.HEAD_WITHIN;

    @Test
    void aSenderOverItsRateIsToldWhenToComeAgain() throws Exception {
        inbox.commitsByItself();
        ticker = () -> 0;
        try (HttpPostSource source = started(1, 2, null)) {
            assertThat(post(source.port()).statusCode()).isEqualTo(204);
            assertThat(post(source.port()).statusCode()).isEqualTo(204);

            HttpResponse<String> third = post(source.port());

            assertThat(third.statusCode()).isEqualTo(429);
            assertThat(third.headers().firstValue("Retry-After")).contains("1");
        }
    }

    @Test
    void anAllowanceComesBackEvenlyAndManySendersAreForgottenNotHeldBack() {
        long[] now = {0};
        Rates rates = new Rates(10, 2, () -> now[0]);

        assertThat(List.of(rates.waitNanos("a"), rates.waitNanos("a"), rates.waitNanos("a")))
                .containsExactly(0L, 0L, 100_000_000L);
        assertThat(rates.waitNanos("b")).isZero();
        now[0] += 100_000_000;
        assertThat(rates.waitNanos("a")).isZero();
        assertThat(rates.waitNanos("a")).isPositive();
        for (int sender = 0; sender < 3 * Rates.SENDERS_MAX; sender++) {
            assertThat(rates.waitNanos("sender" + sender)).isZero();
        }
    }

    @Test
    void mangledRequestsCostNobodyElse() throws Exception {
        inbox.commitsByItself();
        try (HttpPostSource source = started(null, null, null)) {
            Random random = new Random(SEED);
            for (int count = 0; count < 200; count++) {
                mangled(source.port(), random);
            }

            assertThat(post(source.port()).statusCode()).as("seed " + SEED).isEqualTo(204);
        }
    }

    @Test
    void moreConnectionsThanTheBoundAreClosed() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (HttpPostSource source = started(null, null, null)) {
            for (int count = 0; count < ServerBounds.CONNECTIONS_MAX + 8; count++) {
                open.add(new Socket("127.0.0.1", source.port()));
            }
            Socket last = open.getLast();
            last.setSoTimeout(PATIENCE_MILLIS);

            assertThat(endOf(last)).isEqualTo(-1);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void aHeadThatComesByteByByteIsCutOffAndASlowBodyIsNot() throws Exception {
        inbox.commitsByItself();
        headWithin = Duration.ofMillis(400);
        try (HttpPostSource source = started(null, null, null);
                Socket slow = new Socket("127.0.0.1", source.port()); Socket body = new Socket("127.0.0.1", source.port())) {
            slow.setSoTimeout(PATIENCE_MILLIS);
            slow.getOutputStream().write("POST /v HT".getBytes(StandardCharsets.US_ASCII));
            body.setSoTimeout(PATIENCE_MILLIS);
            body.getOutputStream().write("POST /v HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));

            assertThat(endOf(slow)).isEqualTo(-1);

            body.getOutputStream().write('1');
            byte[] answer = body.getInputStream().readNBytes(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 204");
        }
    }

    @Test
    void aRenewedCertificateIsShownAtTheNextHandshake() throws Exception {
        OpenSsl.certificate(folder, "first", 3);
        OpenSsl.certificate(folder, "second", 3);
        put("first", "crt");
        put("first", "key");
        try (HttpPostSource source = started(null, null, "own")) {
            assertThat(shown(source.port())).isEqualTo("CN=first");

            put("second", "crt");
            assertThat(shown(source.port())).as("its key is not there yet").isEqualTo("CN=first");

            put("second", "key");
            assertThat(shown(source.port())).isEqualTo("CN=second");
        }
        assertThatThrownBy(() -> new FreshKey("a", new TlsFiles(pem("first.crt"), pem("second.key"), null)))
                .hasMessageContaining("is not the key of");
    }

    private HttpPostSource started(@Nullable Integer perSecond, @Nullable Integer burst, @Nullable String certificate)
            throws Exception {
        HttpPostSource source = new HttpPostSource(new HttpPostSettings("bounds", "127.0.0.1", 0, null,
                certificate == null ? null : pem(certificate + ".crt"), certificate == null ? null : pem(certificate + ".key"),
                new DataSize(1024), Duration.ofSeconds(60), perSecond, burst,
                List.of(DecodeConfig.of("v", DecodeConfig.Format.NUMBER, "v", null))), inbox.context(folder, java.time.Clock.systemUTC(), ticker),
                headWithin);
        source.start();
        return source;
    }

    private static HttpResponse<String> post(int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v"))
                            .timeout(Duration.ofMillis(PATIENCE_MILLIS)).POST(HttpRequest.BodyPublishers.ofString("1")).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void mangled(int port, Random random) throws IOException {
        byte[] request = ("POST /v HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YTpi\r\nIdempotency-Key: k\r\n"
                + "Content-Length: 1\r\nTransfer-Encoding: x\r\n\r\n1").getBytes(StandardCharsets.US_ASCII);
        for (int change = 1 + random.nextInt(6); change > 0; change--) {
            request[random.nextInt(request.length)] = (byte) random.nextInt();
        }
        int length = random.nextInt(3) == 0 ? random.nextInt(request.length) : request.length;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request, 0, length);
        }
    }

    /** -1 when the other side closed, whether it said goodbye or not. */
    private static int endOf(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return in.read();
        } catch (java.net.SocketException reset) {
            return -1;
        }
    }

    private String shown(int port) throws Exception {
        Path both = Files.writeString(pem("both.crt"),
                Files.readString(pem("first.crt")) + Files.readString(pem("second.crt")));
        try (SSLSocket socket = (SSLSocket) PemFiles.sockets(new TlsFiles(null, null, both)).createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
        }
    }

    private void put(String from, String ending) throws Exception {
        Path copy = Files.copy(pem(from + "." + ending), pem("next"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(copy, pem("own." + ending), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path pem(String name) {
        return folder.resolve(name);
    }
}
