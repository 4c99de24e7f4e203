package suimon.connector.opcua;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The certificates of one source on disk: {@code trusted/} and {@code rejected/}, one DER file each,
 * named by its SHA-1 thumbprint. It is read anew at each use, so that a certificate trusted on the
 * command line or copied into the folder counts from the next attempt on, without a restart.
 */
public final class TrustFolder {
    /** At so many rejected certificates the oldest goes, so that a server can't fill the disk. */
    public static final int REJECTED_MAX = 32;

    /** Files beyond this size are no certificates and are passed over. */
    public static final int CERTIFICATE_BYTES_MAX = 64 * 1024;

    private final Path trusted;
    private final Path rejected;

    /** The folder of the source, which need not exist yet. */
    public TrustFolder(Path folder) {
        this.trusted = folder.resolve("trusted");
        this.rejected = folder.resolve("rejected");
    }

    public List<X509Certificate> trusted() throws IOException {
        return read(trusted);
    }

    public List<X509Certificate> rejected() throws IOException {
        return read(rejected);
    }

    /** Keeps a refused certificate for a person to decide on. */
    public void keepRejected(X509Certificate certificate) throws IOException {
        Files.createDirectories(rejected);
        write(rejected.resolve(sha1(certificate) + ".der"), certificate);
        List<Path> kept = files(rejected);
        for (int index = 0; index < kept.size() - REJECTED_MAX; index++) {
            Files.deleteIfExists(kept.get(index));
        }
    }

    /** Moves a certificate to trusted; false when none with this thumbprint is known. */
    public boolean trust(String thumbprint) throws IOException {
        return move(rejected, trusted, thumbprint);
    }

    /** Moves a certificate to rejected; false when none with this thumbprint is trusted. */
    public boolean reject(String thumbprint) throws IOException {
        return move(trusted, rejected, thumbprint);
    }

    private static boolean move(Path from, Path to, String thumbprint) throws IOException {
        String wanted = plain(thumbprint);
        for (Path file : files(from)) {
            X509Certificate certificate = readOne(file);
            if (certificate != null
                    && (sha1(certificate).equals(wanted) || sha256(certificate).equals(wanted))) {
                Files.createDirectories(to);
                Path target = to.resolve(sha1(certificate) + ".der");
                Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
                return true;
            }
        }
        return false;
    }

    private static void write(Path file, X509Certificate certificate) throws IOException {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.write(part, certificate.getEncoded());
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (CertificateEncodingException e) {
            throw new IOException("certificate can't be written to " + file, e);
        }
    }

    private static List<X509Certificate> read(Path folder) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        for (Path file : files(folder)) {
            X509Certificate certificate = readOne(file);
            if (certificate != null) {
                found.add(certificate);
            }
        }
        return found;
    }

    /** Certificate files, the oldest first. */
    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        record Aged(Path file, long modified) {}

        List<Aged> aged = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path file : (Iterable<Path>) entries::iterator) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                boolean isCertificate = name.endsWith(".der") || name.endsWith(".crt")
                        || name.endsWith(".cer") || name.endsWith(".pem");
                if (isCertificate && Files.isRegularFile(file) && Files.size(file) <= CERTIFICATE_BYTES_MAX) {
                    aged.add(new Aged(file, Files.getLastModifiedTime(file).toMillis()));
                }
            }
        }
        aged.sort(java.util.Comparator.comparingLong(Aged::modified));
        return aged.stream().map(Aged::file).toList();
    }

    private static @org.jspecify.annotations.Nullable X509Certificate readOne(Path file) throws IOException {
        try {
            return parse(Files.readAllBytes(file));
        } catch (CertificateException e) {
            // A stray file in the folder must not take the trust in the others away.
            return null;
        }
    }

    /** A certificate in DER or PEM. */
    static X509Certificate parse(byte[] bytes) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
    }

    /** The thumbprint as OPC UA Part 6, 6.2.2 defines it: SHA-1 of the DER form, lower case hexadecimal. */
    public static String sha1(X509Certificate certificate) {
        return digest("SHA-1", certificate);
    }

    /** SHA-256 of the DER form, lower case hexadecimal. */
    public static String sha256(X509Certificate certificate) {
        return digest("SHA-256", certificate);
    }

    private static String digest(String algorithm, X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("no " + algorithm + " of a certificate", e);
        }
    }

    private static String plain(String thumbprint) {
        return thumbprint.replaceAll("[:\\s-]", "").toLowerCase(Locale.ROOT);
    }
}
