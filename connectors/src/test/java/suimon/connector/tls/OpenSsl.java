package suimon.connector.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Certificates as an installer makes them. */
public final class OpenSsl {
    private OpenSsl() {}

    /** NAME.crt and NAME.key in the folder, for this machine; the test is skipped where there is no openssl. */
    public static void certificate(Path folder, String name, int days) throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        Path said = folder.resolve("openssl.log");
        Process openssl = new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", String.valueOf(days), "-subj", "/CN=" + name,
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", folder.resolve(name + ".key").toString(), "-out", folder.resolve(name + ".crt").toString())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertThat(openssl.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(openssl.exitValue()).as(Files.readString(said)).isZero();
    }
}
