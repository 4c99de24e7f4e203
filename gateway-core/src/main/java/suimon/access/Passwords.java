package suimon.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.KeySpec;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Hashes secrets with PBKDF2-HMAC-SHA256 (RFC 8018) at 600,000 iterations, as OWASP's Password
 * Storage Cheat Sheet asks. Written as {@code pbkdf2-sha256$iterations$salt$hash}.
 */
public final class Passwords {
    private static final int ITERATIONS = 600_000;
    private static final int ITERATIONS_MAX = 10_000_000;
    private static final int BITS = 256;
    private static final String SCHEME = "pbkdf2-sha256";

    private Passwords() {}

    public static String hash(String password) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        Base64.Encoder text = Base64.getEncoder().withoutPadding();
        return SCHEME + "$" + ITERATIONS + "$" + text.encodeToString(salt) + "$"
                + text.encodeToString(derive(password, salt, ITERATIONS));
    }

    /** Whether the password is the hashed one; IllegalArgumentException for another form of hash. */
    public static boolean verify(String password, String hash) {
        String[] parts = hash.split("\\$");
        if (parts.length != 4 || !parts[0].equals(SCHEME)) {
            throw new IllegalArgumentException("expected " + SCHEME + "$iterations$salt$hash");
        }
        int iterations = Integer.parseInt(parts[1]);
        if (iterations < 1 || iterations > ITERATIONS_MAX) {
            throw new IllegalArgumentException(iterations + " iterations, expected 1 to " + ITERATIONS_MAX);
        }
        Base64.Decoder bytes = Base64.getDecoder();
        byte[] derived = derive(password, bytes.decode(parts[2]), iterations);
        return MessageDigest.isEqual(derived, bytes.decode(parts[3]));
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        try {
            KeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, BITS);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2WithHmacSHA256", e);
        }
    }
}
