package suimon.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The box's own certificate (X.509, ECDSA P-256), made once and kept beside its key in a PKCS #12
 * file that only the gateway's user may read. Nobody vouches for it: a person compares the
 * fingerprint once, then the browser remembers.
 *
 * @param store the PKCS #12 file
 * @param password its password; the file's permissions protect the key, not this word
 * @param fingerprint SHA-256, hexadecimal in pairs
 */
record Certificate(Path store, String password, String fingerprint) {
    private static final String ALIAS = "suimon";
    private static final String PASSWORD = "suimon";
    /** Valid from well before now: the box may boot with a clock that is years behind. */
    private static final Instant VALID_FROM = Instant.parse("2020-01-01T00:00:00Z");
    private static final Period VALID_FOR = Period.ofYears(20);

    /** The kept certificate, or a new one. */
    static Certificate in(Path folder, Clock clock) throws IOException {
        Path file = folder.resolve("page.p12");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(folder);
                keep(file, make(clock));
            }
            KeyStore kept = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                kept.load(in, PASSWORD.toCharArray());
            }
            return new Certificate(file, PASSWORD, fingerprint((X509Certificate) kept.getCertificate(ALIAS)));
        } catch (GeneralSecurityException | OperatorCreationException broken) {
            throw new IOException("the page's certificate " + file + " can't be used (" + broken.getMessage()
                    + "); remove the file and start again to make a new one", broken);
        }
    }

    private static KeyStore make(Clock clock)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=Suimon gateway");
        Instant until = clock.instant().atZone(ZoneOffset.UTC).plus(VALID_FOR).toInstant();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name, new BigInteger(128, new SecureRandom()), Date.from(VALID_FROM), Date.from(until), name,
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, ownNames());
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(ALIAS, pair.getPrivate(), PASSWORD.toCharArray(), new X509Certificate[] {certificate});
        return store;
    }

    /** Written whole under another name first: a power cut must not leave half a key. */
    private static void keep(Path file, KeyStore store) throws IOException, GeneralSecurityException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(fresh, StandardOpenOption.SYNC)) {
            store.store(out, PASSWORD.toCharArray());
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static GeneralNames ownNames() throws IOException {
        Set<GeneralName> names = new LinkedHashSet<>();
        names.add(new GeneralName(GeneralName.dNSName, "localhost"));
        String host = InetAddress.getLocalHost().getHostName();
        if (host.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*")) {
            names.add(new GeneralName(GeneralName.dNSName, host));
            if (!host.contains(".")) {
                names.add(new GeneralName(GeneralName.dNSName, host + ".local"));
            }
        }
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : each.inetAddresses().toList()) {
                String text = address.getHostAddress();
                int zone = text.indexOf('%');
                names.add(new GeneralName(GeneralName.iPAddress, zone < 0 ? text : text.substring(0, zone)));
            }
        }
        return new GeneralNames(List.copyOf(names).toArray(GeneralName[]::new));
    }

    private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    }
}
