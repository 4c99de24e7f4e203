package suimon.connector.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files. */
public final class PemFiles {
    private static final char[] NO_PASSWORD = {};

    private PemFiles() {}

    /** Sockets that trust and prove what the files say; IOException names the file that is wrong. */
    public static SSLSocketFactory sockets(TlsFiles files) throws IOException {
        return context(files).getSocketFactory();
    }

    /**
     * A server's: it shows what the files say, a new certificate from the first handshake on after they
     * changed, and trusts the clients whom they trust.
     */
    public static SSLContext serving(String name, TlsFiles files) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FreshKey(name, files)},
                    files.trusted() == null ? null : new TrustManager[] {new FreshTrust(name, files.trusted())}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS can't be set up from " + files + ": " + e.getMessage(), e);
        }
    }

    /** A client's: it trusts and proves what the files say. */
    public static SSLContext context(TlsFiles files) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(files.trusted() == null ? null : trusted(files.trusted()));
            KeyManagerFactory keys = null;
            if (files.certificate() != null && files.key() != null) {
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(own(files.certificate(), files.key()), NO_PASSWORD);
            }
            context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS can't be set up from " + files + ": " + e.getMessage(), e);
        }
    }

    /** A store that trusts what the file holds. */
    static KeyStore trusted(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate certificate : certificates(file)) {
            store.setCertificateEntry("trusted" + number++, certificate);
        }
        return store;
    }

    private static KeyStore own(Path certificate, Path key) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
        store.setKeyEntry("own", privateKey(key), NO_PASSWORD, chain);
        return store;
    }

    /** The certificates in the file, at least one. */
    public static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new IOException(file + ": expected a certificate in PEM");
            }
            return found;
        }
    }

    /** The PKCS#8 key in the file. */
    static PrivateKey privateKey(Path file) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf("-----BEGIN PRIVATE KEY-----");
        int end = text.indexOf("-----END PRIVATE KEY-----");
        if (begin < 0 || end < begin) {
            throw new IOException(file + ": expected a PKCS#8 key (BEGIN PRIVATE KEY); convert it with "
                    + "openssl pkcs8 -topk8 -nocrypt");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(text.substring(begin + 27, end));
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            PrivateKey key = parse(algorithm, bytes);
            if (key != null) {
                return key;
            }
        }
        throw new IOException(file + ": neither an EC, RSA nor EdDSA key");
    }

    private static @Nullable PrivateKey parse(String algorithm, byte[] bytes) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (InvalidKeySpecException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java knows no " + algorithm + " keys", e);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, NO_PASSWORD);
        return store;
    }
}
