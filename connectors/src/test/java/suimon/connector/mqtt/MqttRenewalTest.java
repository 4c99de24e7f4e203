package suimon.connector.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import suimon.config.DataSize;
import suimon.connector.tls.FreshKey;
import suimon.connector.tls.FreshTrust;
import suimon.connector.tls.OpenSsl;
import suimon.connector.tls.PemFiles;
import suimon.connector.tls.TlsFiles;
import suimon.pipeline.ScriptedInbox;

/** Certificates are replaced while the listener runs. */
class MqttRenewalTest {
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    Path folder = Path.of("");

    @Test
    void aReplacedCertificateIsShownToTheNextClientAndAHalfReplacedOneIsNot() throws Exception {
        OpenSsl.certificate(folder, "first", 30);
        OpenSsl.certificate(folder, "second", 30);
        put("first", "crt");
        put("first", "key");
        TlsFiles files = new TlsFiles(pem("own.crt"), pem("own.key"), null);
        MqttListener listener = new MqttListener(new MqttListenerSettings("listener", "127.0.0.1", 0, null, files,
                new DataSize(65_536), 10, 10, Duration.ofDays(1), List.of()),
                new ScriptedInbox().context(folder), Login.ANYBODY);
        listener.start();
        try (listener) {
            assertThat(shown(listener.port())).isEqualTo("CN=first");

            put("second", "crt");
            assertThat(shown(listener.port())).as("its key is not there yet").isEqualTo("CN=first");

            put("second", "key");
            assertThat(shown(listener.port())).isEqualTo("CN=second");
        }
    }

    @Test
    void aClientCertificateIsRefusedWithWhatToDoUntilItsIssuerIsAdded() throws Exception {
        OpenSsl.certificate(folder, "old", 30);
        OpenSsl.certificate(folder, "pen1", 30);
        put("old", "crt");
        FreshTrust trust = new FreshTrust("listener", pem("own.crt"));
        X509Certificate[] chain = PemFiles.certificates(pem("pen1.crt")).toArray(new X509Certificate[0]);

        assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC"))
                .hasMessageStartingWith("client certificate CN=pen1 is not trusted: issued by CN=pen1; add that "
                        + "certificate to " + pem("own.crt"));

        put("pen1", "crt");
        trust.checkClientTrusted(chain, "EC");
    }

    @Test
    void aKeyOfAnotherCertificateIsNamed() throws Exception {
        OpenSsl.certificate(folder, "first", 30);
        OpenSsl.certificate(folder, "second", 30);

        assertThatThrownBy(() -> new FreshKey("x", new TlsFiles(pem("first.crt"), pem("second.key"), null)))
                .hasMessage(pem("second.key") + " is not the key of " + pem("first.crt")
                        + "; put the certificate and the key that were made together there");
    }

    private String shown(int port) throws Exception {
        TlsFiles trusting = new TlsFiles(null, null, Files.writeString(pem("both.crt"),
                Files.readString(pem("first.crt")) + Files.readString(pem("second.crt"))));
        try (SSLSocket socket = (SSLSocket) PemFiles.sockets(trusting).createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.startHandshake();
            X509Certificate found = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return found.getSubjectX500Principal().getName();
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
