package suimon.backhaul;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import suimon.store.StoredCapture;

/**
 * A stretch of the bytes of a capture on its way. Every piece says whose it is, so that it can be taken
 * in another epoch and by another run of the hub than the one before it. Immutable.
 *
 * @param of as the gateway's register has it
 * @param offset where in its bytes the piece begins
 * @param bytes not empty; not to be changed
 * @param sha256 of these bytes, 32 bytes; not to be changed
 */
public record ObjectPiece(StoredCapture of, long offset, byte[] bytes, byte[] sha256) {
    /** A hub takes no larger object. */
    public static final long OBJECT_BYTES_MAX = 64L << 20;

    /** Whether the bytes are those that were hashed. */
    public boolean isSound() {
        return Arrays.equals(History.hashOf(bytes), sha256);
    }

    /** Whether the object ends with it. */
    public boolean isLast() {
        return offset + bytes.length == of.capture().bytes();
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof ObjectPiece other && of.equals(other.of) && offset == other.offset
                && Arrays.equals(bytes, other.bytes) && Arrays.equals(sha256, other.sha256);
    }

    @Override
    public int hashCode() {
        return 31 * of.hashCode() + Long.hashCode(offset);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes from " + offset + " of " + of.capture().sha256();
    }
}
