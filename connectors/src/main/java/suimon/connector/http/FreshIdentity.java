package suimon.connector.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's certificate, read again at the first handshake after its files changed. Files that can't
 * be read or don't fit together leave the former one in use and are named in the log. Any thread.
 */
final class FreshIdentity extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(FreshIdentity.class);

    private final Path certificate;
    private final Path key;
    private List<Object> stamps;
    private int version = 1;
    private X509ExtendedKeyManager current;
    /** A handshake that began before a change asks for its alias after it. */
    private X509ExtendedKeyManager previous;

    FreshIdentity(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        stamps = stamps();
        current = Pem.identity(certificate, key, alias(version));
        previous = current;
    }

    private static String alias(int version) {
        return "own" + version;
    }

    @Override
    public synchronized @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        refresh();
        return current.chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public synchronized @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        refresh();
        return current.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public synchronized String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return current.getServerAliases(keyType, issuers);
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
        X509Certificate[] found = current.getCertificateChain(alias);
        return found == null ? previous.getCertificateChain(alias) : found;
    }

    @Override
    public synchronized @Nullable PrivateKey getPrivateKey(String alias) {
        PrivateKey found = current.getPrivateKey(alias);
        return found == null ? previous.getPrivateKey(alias) : found;
    }

    private void refresh() {
        try {
            List<Object> now = stamps();
            if (!now.equals(stamps)) {
                stamps = now;
                X509ExtendedKeyManager next = Pem.identity(certificate, key, alias(version + 1));
                version++;
                previous = current;
                current = next;
                LOG.info("certificate read again from {}", certificate);
            }
        } catch (IOException wrong) {
            LOG.warn("the former certificate stays in use: {}", wrong.getMessage());
        }
    }

    /** By which a replaced file is noticed: another time, size or, renamed over the old one, another inode. */
    private List<Object> stamps() throws IOException {
        BasicFileAttributes one = Files.readAttributes(certificate, BasicFileAttributes.class);
        BasicFileAttributes other = Files.readAttributes(key, BasicFileAttributes.class);
        return List.of(one.lastModifiedTime(), one.size(), String.valueOf(one.fileKey()), other.lastModifiedTime(),
                other.size(), String.valueOf(other.fileKey()));
    }
}
