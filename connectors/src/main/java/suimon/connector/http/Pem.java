package suimon.connector.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** TLS from PEM files. IOException says which file is wrong and what is expected in it. */
final class Pem {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final List<String> KEY_KINDS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    /** Trusts the certificates in the file and no others. */
    static SSLContext trusting(Path file) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("trusted-" + count++, certificate);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException wrong) {
            throw new IOException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    /** Presents the certificate, a new one from the first handshake on after its files were replaced. */
    static SSLContext presenting(Path certificate, Path key) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FreshIdentity(certificate, key)}, null, null);
            return context;
        } catch (GeneralSecurityException wrong) {
            throw new IOException(
                    certificate + " with key " + key + ": " + wrong.getMessage(), wrong);
        }
    }

    /** The certificate and its key under an alias; IOException where they don't belong together, too. */
    static X509ExtendedKeyManager identity(Path certificate, Path key, String alias) throws IOException {
        try {
            List<Certificate> chain = certificates(certificate);
            PrivateKey own = privateKey(key);
            if (!fit(own, chain.getFirst())) {
                throw new IOException(key + " is not the key of " + certificate
                        + "; put the certificate and the key that were made together there");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry(alias, own, new char[0], chain.toArray(new Certificate[0]));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
            keys.init(store, new char[0]);
            for (KeyManager found : keys.getKeyManagers()) {
                if (found instanceof X509ExtendedKeyManager manager) {
                    return manager;
                }
            }
            throw new IllegalStateException("the platform's key managers know no X.509");
        } catch (GeneralSecurityException wrong) {
            throw new IOException(
                    certificate + " with key " + key + ": " + wrong.getMessage(), wrong);
        }
    }

    private static boolean fit(PrivateKey own, Certificate certificate) throws GeneralSecurityException {
        if (!own.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> own.getAlgorithm();
        });
        byte[] probe = certificate.getEncoded();
        signature.initSign(own);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(probe);
        return signature.verify(signed);
    }

    private static List<Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            List<Certificate> found =
                    List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new IOException(file + " holds no certificate; expected PEM");
            }
            return found;
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new IOException(file + " holds no \"" + KEY_BEGIN
                    + "\"; convert it with openssl pkcs8 -topk8 -nocrypt");
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(
                Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end)));
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(encoded);
            } catch (InvalidKeySpecException another) {
                // The file doesn't say which kind it is: the next is tried.
            }
        }
        throw new IOException(file + " holds a key that is none of " + KEY_KINDS);
    }
}
