package suimon.connector.opcua;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;

/**
 * The gateway's own application certificate: RSA 2048, signed by itself, made on the box at the
 * first start and kept. The key file belongs to the gateway's user alone (0600).
 *
 * @param applicationUri what the certificate names, which a server compares (Part 6, 6.2.2)
 */
record OwnCertificate(KeyPair keys, X509Certificate certificate, String applicationUri) {
    private static final int KEY_BITS = 2048;

    // Fixed and wide: a box without a battery clock makes its certificate before it knows the time,
    // and a certificate that ends while nobody is near stops the measurements.
    private static final Instant VALID_FROM = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant VALID_UNTIL = Instant.parse("2049-12-31T00:00:00Z");

    private static final String PEM_HEAD = "-----BEGIN PRIVATE KEY-----";
    private static final String PEM_FOOT = "-----END PRIVATE KEY-----";

    /** Reads it from the source's folder, or makes it there. */
    static OwnCertificate in(Path folder, String siteId) throws IOException {
        Path own = folder.resolve("own");
        Path certificateFile = own.resolve("certificate.der");
        Path keyFile = own.resolve("key.pem");
        try {
            if (!Files.exists(certificateFile) || !Files.exists(keyFile)) {
                make(own, certificateFile, keyFile, siteId);
            }
            X509Certificate certificate = TrustFolder.parse(Files.readAllBytes(certificateFile));
            PrivateKey key = readKey(keyFile);
            String uri = CertificateUtil.getSanUri(certificate).orElse(uriOf(siteId));
            return new OwnCertificate(new KeyPair(certificate.getPublicKey(), key), certificate, uri);
        } catch (GeneralSecurityException e) {
            throw new IOException("the application certificate in " + own + " can't be used ("
                    + e.getMessage() + "); remove the folder and a new one is made, which the servers"
                    + " must trust anew", e);
        }
    }

    private static void make(Path own, Path certificateFile, Path keyFile, String siteId)
            throws IOException, GeneralSecurityException {
        KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(KEY_BITS);
        X509Certificate certificate = build(keys, siteId);
        Files.createDirectories(own);
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPrivate().getEncoded());
        Files.deleteIfExists(keyFile);
        FileAttribute<?> ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        // Created with its rights, so that there is no moment at which another user could open it.
        Files.createFile(keyFile, ownerOnly);
        Files.writeString(keyFile, PEM_HEAD + "\n" + body + "\n" + PEM_FOOT + "\n", StandardOpenOption.WRITE);
        // Last, since it says that both are there.
        Files.write(certificateFile, certificate.getEncoded());
    }

    private static X509Certificate build(KeyPair keys, String siteId) throws GeneralSecurityException {
        // The generator declares Exception; a task tells it apart from a defect of ours.
        FutureTask<X509Certificate> task = new FutureTask<>(() ->
                new SelfSignedCertificateGenerator().generateSelfSigned(
                        keys, Date.from(VALID_FROM), Date.from(VALID_UNTIL), "Suimon " + siteId,
                        "Suimon", null, null, null, null, uriOf(siteId), List.of(hostName()), List.of(),
                        SelfSignedCertificateBuilder.SA_SHA256_RSA));
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new GeneralSecurityException("it can't be made", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GeneralSecurityException("interrupted while making it", e);
        }
    }

    static String uriOf(String siteId) {
        return "urn:suimon:gateway:" + siteId;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** An RSA private key, PKCS#8 in PEM. */
    static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        String text = Files.readString(file).replace(PEM_HEAD, "").replace(PEM_FOOT, "");
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(file + " is no private key in PEM (PKCS#8)", e);
        }
        KeyFactory factory = KeyFactory.getInstance("RSA");
        PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(encoded));
        if (key instanceof RSAPrivateCrtKey whole) {
            // Fails early where the file holds something else.
            factory.generatePublic(new RSAPublicKeySpec(whole.getModulus(), whole.getPublicExponent()));
        }
        return key;
    }
}
