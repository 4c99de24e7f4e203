package suimon.backhaul;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The keys of one side of a sealed link as text: a pair of X25519 to agree with and a pair of Ed25519 to
 * sign with (RFC 7748, 8032). Immutable.
 */
public final class SealKey {
    private static final String PRIVATE = "suimon-private-1";
    private static final String PUBLIC = "suimon-public-1";
    private static final String AGREE = "X25519";
    private static final String SIGN = "Ed25519";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey agreeing;
    private final PrivateKey signing;

    private SealKey(PrivateKey agreeing, PrivateKey signing) {
        this.agreeing = agreeing;
        this.signing = signing;
    }

    /** A new pair as text: what stays with its owner, and what the other side is told. */
    public record Pair(String ownPart, String publicPart) {}

    /** The other side's keys. */
    record Public(PublicKey agreeing, PublicKey verifying) {}

    public static Pair generate() {
        try {
            KeyPair agree = KeyPairGenerator.getInstance(AGREE).generateKeyPair();
            KeyPair sign = KeyPairGenerator.getInstance(SIGN).generateKeyPair();
            return new Pair(text(PRIVATE, agree.getPrivate().getEncoded(), sign.getPrivate().getEncoded()),
                    text(PUBLIC, agree.getPublic().getEncoded(), sign.getPublic().getEncoded()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Java has X25519 and Ed25519", impossible);
        }
    }

    /** IllegalArgumentException says what was expected, never what was found. */
    public static SealKey ofPrivate(String text) {
        byte[][] parts = parts(text, PRIVATE);
        try {
            return new SealKey(KeyFactory.getInstance(AGREE).generatePrivate(new PKCS8EncodedKeySpec(parts[0])),
                    KeyFactory.getInstance(SIGN).generatePrivate(new PKCS8EncodedKeySpec(parts[1])));
        } catch (GeneralSecurityException wrong) {
            throw new IllegalArgumentException("no private key as suimon key makes it", wrong);
        }
    }

    /** IllegalArgumentException where the text is none of {@link #generate}. */
    static Public ofPublic(String text) {
        byte[][] parts = parts(text, PUBLIC);
        try {
            return new Public(KeyFactory.getInstance(AGREE).generatePublic(new X509EncodedKeySpec(parts[0])),
                    KeyFactory.getInstance(SIGN).generatePublic(new X509EncodedKeySpec(parts[1])));
        } catch (GeneralSecurityException wrong) {
            throw new IllegalArgumentException("no public key as suimon key makes it", wrong);
        }
    }

    PrivateKey agreeing() {
        return agreeing;
    }

    PrivateKey signing() {
        return signing;
    }

    private static String text(String kind, byte[] agree, byte[] sign) {
        return kind + "." + ENCODER.encodeToString(agree) + "." + ENCODER.encodeToString(sign);
    }

    private static byte[][] parts(String text, String kind) {
        String[] parts = text.strip().split("\\.");
        if (parts.length != 3 || !parts[0].equals(kind)) {
            throw new IllegalArgumentException("expected one line " + kind + ".... as suimon key makes it");
        }
        return new byte[][] {Base64.getUrlDecoder().decode(parts[1]), Base64.getUrlDecoder().decode(parts[2])};
    }

    @Override
    public String toString() {
        return "SealKey";
    }
}
