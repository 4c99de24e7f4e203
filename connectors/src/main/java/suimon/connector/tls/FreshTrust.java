package suimon.connector.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.FileStamp;

/**
 * Whose clients a listener trusts, read again when the file has changed, with refusals that say what
 * to do. A file that can't be read leaves the former trust in use and is logged. Any thread.
 */
public final class FreshTrust extends X509ExtendedTrustManager {
    private static final Logger LOG = LoggerFactory.getLogger(FreshTrust.class);

    private final String name;
    private final Path file;
    private FileStamp stamp;
    /** What is wrong with the file now, told once and not at every handshake. */
    private String trouble = "";
    private X509ExtendedTrustManager current;

    /** IOException names the file that is wrong. */
    public FreshTrust(String name, Path file) throws IOException {
        this.name = name;
        this.file = file;
        stamp = FileStamp.of(file);
        current = read();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        try {
            fresh().checkClientTrusted(chain, type, engine);
        } catch (CertificateException e) {
            throw explained(chain[0], e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        try {
            fresh().checkClientTrusted(chain, type);
        } catch (CertificateException e) {
            throw explained(chain[0], e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        fresh().checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        fresh().checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        fresh().checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return fresh().getAcceptedIssuers();
    }

    private synchronized X509ExtendedTrustManager fresh() {
        try {
            FileStamp now = FileStamp.of(file);
            if (!now.equals(stamp)) {
                stamp = now;
                trouble = "";
                current = read();
                LOG.info("name={} trusted certificates read again from {}", name, file);
            }
        } catch (IOException e) {
            if (!trouble.equals(e.getMessage())) {
                trouble = String.valueOf(e.getMessage());
                LOG.warn("name={} the former trusted certificates stay in use: {}", name, trouble);
            }
        }
        return current;
    }

    private CertificateException explained(X509Certificate shown, CertificateException error) {
        String who = "client certificate " + shown.getSubjectX500Principal();
        return new CertificateException(who + why(shown, error), error);
    }

    private String why(X509Certificate shown, CertificateException error) {
        for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof CertificateExpiredException) {
                return " or one above it has expired (its own ends " + shown.getNotAfter().toInstant()
                        + "); issue a new one, or set this box's clock";
            }
            if (at instanceof CertificateNotYetValidException) {
                return " is valid from " + shown.getNotBefore().toInstant()
                        + " only; set the clock of this box or of the one that issued it";
            }
        }
        return " is not trusted: issued by " + shown.getIssuerX500Principal() + "; add that certificate to "
                + file + " (" + error.getMessage() + ")";
    }

    private X509ExtendedTrustManager read() throws IOException {
        try {
            TrustManagerFactory made =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            made.init(PemFiles.trusted(file));
            for (TrustManager each : made.getTrustManagers()) {
                if (each instanceof X509ExtendedTrustManager found) {
                    return found;
                }
            }
            throw new IOException(file + ": this Java has no trust manager for it");
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage() + "; expected certificates in PEM", e);
        }
    }
}
