package suimon.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import suimon.reading.Capture;

/**
 * Says what a recording or picture is, by its bytes alone: a waveform block (docs/captures.md), WAV, PNG, JPEG.
 * Holds no state; any thread.
 */
public final class CaptureReader {
    /** A longer capture is refused: a logger splits a recording into blocks. */
    public static final int BYTES_MAX = 16 << 20;

    private CaptureReader() {}

    /** What reading came to. */
    public sealed interface Outcome {
        /** The bytes are whole, as far as their format lets one tell. */
        record Read(Capture capture) implements Outcome {}

        /** They are not; the reason says what was found and what was expected. */
        record Refused(String reason) implements Outcome {}
    }

    /** Thrown inside the room's readers only; becomes a {@link Outcome.Refused}. */
    static final class Malformed extends Exception {
        final String reason;

        Malformed(String reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** Reads {@code bytes}, which are not changed or kept. */
    public static Outcome read(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            return new Outcome.Refused("capture: " + bytes.length + " bytes, at most " + BYTES_MAX
                    + " are taken; split the recording into blocks");
        }
        try {
            Capture.Content content = content(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
            return new Outcome.Read(new Capture(sha256(bytes), bytes.length, content));
        } catch (Malformed malformed) {
            return new Outcome.Refused(malformed.reason);
        }
    }

    private static Capture.Content content(ByteBuffer bytes) throws Malformed {
        int start = bytes.remaining() < 4 ? 0 : Integer.reverseBytes(bytes.getInt(0));
        if (start == WaveformBlock.MAGIC) {
            return WaveformBlock.read(bytes);
        }
        if (start == WavFile.RIFF) {
            return WavFile.read(bytes);
        }
        if (start == PictureHeader.PNG) {
            return PictureHeader.png(bytes.order(ByteOrder.BIG_ENDIAN));
        }
        if (start >>> 8 == PictureHeader.JPEG) {
            return PictureHeader.jpeg(bytes.order(ByteOrder.BIG_ENDIAN));
        }
        throw new Malformed("capture: starts with " + HexFormat.of().toHexDigits(start)
                + ", expected a waveform block (SUWB), WAV (RIFF), PNG or JPEG");
    }

    /** Fails unless {@code holds}. */
    static void require(boolean holds, String otherwise) throws Malformed {
        if (!holds) {
            throw new Malformed(otherwise);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
