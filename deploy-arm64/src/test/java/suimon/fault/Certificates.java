package suimon.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Certificates as an installer makes them, for tests whose servers are not on loopback. */
final class Certificates {
    private Certificates() {}

    /** The test is skipped where there is no openssl. */
    static void make(Path key, Path certificate, String alternativeName) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        try {
            NetNamespace.run(List.of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=hub", "-addext",
                    "subjectAltName=" + alternativeName, "-keyout", key.toString(), "-out", certificate.toString()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}
