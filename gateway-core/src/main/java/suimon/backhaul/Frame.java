package suimon.backhaul;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import suimon.config.UplinkConfig.Lane;

/**
 * One numbered piece of a lane; (gateway, epoch, lane, number) is its key. Immutable.
 *
 * @param number 1, 2, 3, ... per epoch and lane
 * @param part which part of its content it is, from 0
 * @param parts how many frames the content takes, at least 1
 * @param piece the packed content, or this part of it; not to be changed
 */
public record Frame(
        String gateway, Epoch epoch, Lane lane, long number, int part, int parts, byte[] piece) {
    /** A content takes at most so many frames; 65,536 of the smallest still carry 16 MB. */
    public static final int PARTS_MAX = 65_536;

    public Frame {
        if (number < 1 || parts < 1 || parts > PARTS_MAX || part < 0 || part >= parts) {
            throw new IllegalArgumentException(
                    "frame " + number + " with part " + part + " of " + parts);
        }
    }

    /** Whether its content ends with it. */
    public boolean isLastPart() {
        return part == parts - 1;
    }

    /** The longest piece that fits a message of so many bytes. */
    static int pieceBytesMax(String gateway, long messageBytes) {
        Frame largest = new Frame(
                gateway, new Epoch(-1L), Lane.P3, 1L << 40, PARTS_MAX - 2, PARTS_MAX, new byte[0]);
        // A length of three bytes each for the piece, the frame and the envelope, at most four.
        int envelope = Messages.write(largest).length + 9;
        return (int) Math.min(messageBytes, Link.MESSAGE_BYTES_MAX) - envelope;
    }

    /** CRC-32C over everything but the gateway, each number as eight bytes, big-endian. */
    int checksum() {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(5 * Long.BYTES)
                .putLong(epoch.bits())
                .putLong(lane.ordinal() + 1L)
                .putLong(number)
                .putLong(part)
                .putLong(parts)
                .flip());
        sum.update(piece);
        return (int) sum.getValue();
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object object) {
        return object instanceof Frame other
                && gateway.equals(other.gateway)
                && epoch.equals(other.epoch)
                && lane == other.lane
                && number == other.number
                && part == other.part
                && parts == other.parts
                && java.util.Arrays.equals(piece, other.piece);
    }

    @Override
    public int hashCode() {
        return 31 * epoch.hashCode() + Long.hashCode(number);
    }

    @Override
    public String toString() {
        return "frame " + lane + "/" + number + " of epoch " + epoch
                + (parts == 1 ? "" : " part " + part + " of " + parts)
                + ", " + piece.length + " bytes";
    }
}
