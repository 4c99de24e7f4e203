package suimon.connector.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.backhaul.Link;
import suimon.backhaul.LinkContext;
import suimon.backhaul.LinkDown;
import suimon.config.Secret;
import suimon.hub.Gate;
import suimon.hub.GateContext;
import suimon.hub.LinkContract;
import suimon.pipeline.FreePorts;

/** The contract over TLS with a certificate made for the test. */
class HttpsLinkTest extends LinkContract {
    @TempDir
    static Path certificates = Path.of("");

    private int port;

    @BeforeAll
    static void makeCertificates() throws Exception {
        makeCertificate("hub");
        makeCertificate("stranger");
    }

    @Override
    protected Gate openGate(GateContext context) throws Exception {
        if (port == 0) {
            port = FreePorts.next();
        }
        return new HttpsGateFactory().open(new HttpsGateSettings("gate", "127.0.0.1", port,
                certificates.resolve("hub.crt"), certificates.resolve("hub.key"), null), context);
    }

    @Override
    protected Link openLink(LinkContext context, String token) throws Exception {
        return linkTrusting(context, token, "hub");
    }

    private Link linkTrusting(LinkContext context, String token, String trusted) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), token + "\n");
        return new HttpsLinkFactory().open(new HttpsLinkSettings(
                URI.create("https://127.0.0.1:" + port), new Secret("file:" + file),
                certificates.resolve(trusted + ".crt"), Duration.ofSeconds(5)), context);
    }

    @Test
    void aHubWithAnUntrustedCertificateGetsNothing() throws Exception {
        Echo hub = new Echo();
        try (Gate gate = openGate(gateContext(hub))) {
            gate.start();
            try (Link link = linkTrusting(linkContext(answer -> {}), TOKEN, "stranger")) {
                assertThatThrownBy(() -> link.send(new byte[] {1}))
                        .isInstanceOf(LinkDown.class)
                        .hasMessageContaining("certif");

                assertThat(hub.received).isEmpty();
            }
        }
    }

    @Test
    void aHubThatIsNotThereIsKnownAtOnce() throws Exception {
        port = FreePorts.next();
        try (Link link = openLink(linkContext(answer -> {}), TOKEN)) {
            assertThatThrownBy(() -> link.send(new byte[] {1})).isInstanceOf(LinkDown.class);
        }
    }

    @Test
    void plainHttpIsForLoopbackOnly() {
        assertThatThrownBy(() -> new HttpsLinkSettings(
                        URI.create("http://hub.example.jp:8080"), null, null, Duration.ofSeconds(5)))
                .hasMessageContaining("use https beyond loopback");
        assertThatThrownBy(() -> new HttpsGateSettings("gate", "0.0.0.0", 8443, null, null, null))
                .hasMessageContaining("needs certificate and key");
        assertThat(new HttpsGateSettings("gate", "127.0.0.1", 8443, null, null, null).port()).isEqualTo(8443);
    }

    private static void makeCertificate(String name) throws Exception {
        Path store = certificates.resolve(name + ".p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(List.of(keytool, "-genkeypair", "-alias", "gate", "-keyalg",
                "EC", "-dname", "CN=" + name, "-ext", "san=ip:127.0.0.1", "-validity", "2",
                "-storetype", "PKCS12", "-storepass", "change-it", "-keystore", store.toString()))
                .inheritIO().start();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "change-it".toCharArray());
        }
        write(certificates.resolve(name + ".crt"), "CERTIFICATE", keys.getCertificate("gate").getEncoded());
        write(certificates.resolve(name + ".key"), "PRIVATE KEY",
                keys.getKey("gate", "change-it".toCharArray()).getEncoded());
    }

    private static void write(Path file, String kind, byte[] bytes) throws IOException {
        Files.writeString(file, "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END " + kind + "-----\n");
    }
}
