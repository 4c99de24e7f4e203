package suimon.connector.tls;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import suimon.config.Describe;

/** Where the PEM files for TLS are. */
@Describe("TLS with certificates in PEM files")
public record TlsFiles(
        @Describe("The own certificate, with its chain") @Nullable Path certificate,
        @Describe("The own private key, PKCS#8") @Nullable Path key,
        @Describe("Certificates of those to trust; at a listener every client must then show one")
                @Nullable Path trusted) {
    public TlsFiles {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("expected certificate and key together");
        }
    }
}
