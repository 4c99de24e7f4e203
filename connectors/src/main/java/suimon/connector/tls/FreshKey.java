package suimon.connector.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.config.FileStamp;

/**
 * A listener's own certificate, read again when its files have changed: the next handshake shows the
 * new one, connections that stand go on. Files that don't fit together leave the old one in use and
 * are named in the log. Any thread.
 */
public final class FreshKey extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(FreshKey.class);

    private final String name;
    private final Path certificate;
    private final Path key;
    private List<FileStamp> stamps;
    /** What is wrong with the files now, told once and not at every handshake. */
    private String trouble = "";
    private Identity current;
    /** A handshake that began before a change asks for its alias after it. */
    private Identity previous;

    private record Identity(String alias, X509Certificate[] chain, PrivateKey key) {}

    /** IOException names the file that is wrong and what to do. */
    public FreshKey(String name, TlsFiles files) throws IOException {
        this.name = name;
        certificate = Objects.requireNonNull(files.certificate());
        key = Objects.requireNonNull(files.key());
        stamps = stamps();
        current = read(1);
        previous = current;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public synchronized X509Certificate @Nullable [] getCertificateChain(String alias) {
        Identity found = find(alias);
        return found == null ? null : found.chain.clone();
    }

    @Override
    public synchronized @Nullable PrivateKey getPrivateKey(String alias) {
        Identity found = find(alias);
        return found == null ? null : found.key;
    }

    private @Nullable Identity find(String alias) {
        if (alias.equals(current.alias)) {
            return current;
        }
        return alias.equals(previous.alias) ? previous : null;
    }

    private synchronized @Nullable String alias(String keyType) {
        refresh();
        int end = keyType.indexOf('_');
        String wanted = end < 0 ? keyType : keyType.substring(0, end);
        return wanted.equals(current.key.getAlgorithm()) ? current.alias : null;
    }

    private void refresh() {
        try {
            List<FileStamp> now = stamps();
            if (!now.equals(stamps)) {
                stamps = now;
                trouble = "";
                Identity next = read(Integer.parseInt(current.alias) + 1);
                previous = current;
                current = next;
                LOG.info("name={} certificate read again from {}, valid until {}",
                        name, certificate, next.chain[0].getNotAfter().toInstant());
            }
        } catch (IOException e) {
            if (!trouble.equals(e.getMessage())) {
                trouble = String.valueOf(e.getMessage());
                LOG.warn("name={} the former certificate stays in use: {}", name, trouble);
            }
        }
    }

    private List<FileStamp> stamps() throws IOException {
        return List.of(FileStamp.of(certificate), FileStamp.of(key));
    }

    private Identity read(int version) throws IOException {
        try {
            X509Certificate[] chain = PemFiles.certificates(certificate).toArray(new X509Certificate[0]);
            PrivateKey own = PemFiles.privateKey(key);
            if (!fit(own, chain[0])) {
                throw new IOException(key + " is not the key of " + certificate
                        + "; put the certificate and the key that were made together there");
            }
            return new Identity(String.valueOf(version), chain, own);
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + ": " + e.getMessage() + "; expected a certificate in PEM", e);
        }
    }

    private static boolean fit(PrivateKey own, X509Certificate certificate) throws GeneralSecurityException {
        if (!own.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(switch (own.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> own.getAlgorithm();
        });
        byte[] probe = certificate.getSignature();
        signature.initSign(own);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(probe);
        return signature.verify(signed);
    }
}
