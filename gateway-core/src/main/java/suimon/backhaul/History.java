package suimon.backhaul;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 over all frames of a lane up to a number: two sides with the same history at a number
 * hold the same content up to there, so one comparison stands for all of them.
 */
public final class History {
    /** Before the first frame. */
    public static final History NONE = new History(new byte[32]);

    private final byte[] hash;

    private History(byte[] hash) {
        this.hash = hash;
    }

    /** The SHA-256 of a frame's piece. */
    public static byte[] hashOf(byte[] piece) {
        return sha256().digest(piece);
    }

    /** The history with one more frame, whose piece has this hash. */
    public History with(byte[] pieceHash) {
        MessageDigest digest = sha256();
        digest.update(hash);
        return new History(digest.digest(pieceHash));
    }

    public byte[] toBytes() {
        return hash.clone();
    }

    public static History ofBytes(byte[] bytes) throws Malformed {
        if (bytes.length == 0) {
            return NONE;
        }
        if (bytes.length != 32) {
            throw new Malformed("a history of " + bytes.length + " bytes, expected 32");
        }
        return new History(bytes.clone());
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof History other && Arrays.equals(hash, other.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(hash, 0, 8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
