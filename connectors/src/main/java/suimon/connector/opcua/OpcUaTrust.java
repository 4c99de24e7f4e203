package suimon.connector.opcua;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code suimon opcua list|trust|reject}: what a person decides about servers' certificates. It works
 * on the folders alone, so it does so whether the gateway runs or not; a running source follows at
 * its next attempt to connect.
 */
public final class OpcUaTrust {
    private final Map<String, TrustFolder> folders = new TreeMap<>();

    /** Source names with the folder of each, see {@code SourceContext.folder}. */
    public OpcUaTrust(Map<String, Path> sources) {
        sources.forEach((source, folder) -> folders.put(source, new TrustFolder(folder)));
    }

    /** One certificate and where it stands. */
    public record Listed(String source, boolean isTrusted, X509Certificate certificate) {
        @Override
        public String toString() {
            return source + "  " + (isTrusted ? "trusted " : "rejected") + "  "
                    + TrustFolder.sha1(certificate) + "  "
                    + certificate.getSubjectX500Principal() + "  valid "
                    + certificate.getNotBefore().toInstant() + " to "
                    + certificate.getNotAfter().toInstant() + "  SHA-256 "
                    + TrustFolder.sha256(certificate);
        }
    }

    /** All certificates of all sources. */
    public List<Listed> list() throws IOException {
        List<Listed> found = new ArrayList<>();
        for (Map.Entry<String, TrustFolder> folder : folders.entrySet()) {
            folder.getValue().trusted().forEach(one -> found.add(new Listed(folder.getKey(), true, one)));
            folder.getValue().rejected().forEach(one -> found.add(new Listed(folder.getKey(), false, one)));
        }
        return found;
    }

    /**
     * Trusts the rejected certificate with this SHA-1 or SHA-256 thumbprint (colons, blanks and
     * capitals don't matter) for each source that rejected it; the names of those sources.
     */
    public List<String> trust(String thumbprint) throws IOException {
        List<String> moved = new ArrayList<>();
        for (Map.Entry<String, TrustFolder> folder : folders.entrySet()) {
            if (folder.getValue().trust(thumbprint)) {
                moved.add(folder.getKey());
            }
        }
        return moved;
    }

    /** Takes the trust away again; the names of the sources it was trusted for. */
    public List<String> reject(String thumbprint) throws IOException {
        List<String> moved = new ArrayList<>();
        for (Map.Entry<String, TrustFolder> folder : folders.entrySet()) {
            if (folder.getValue().reject(thumbprint)) {
                moved.add(folder.getKey());
            }
        }
        return moved;
    }
}
