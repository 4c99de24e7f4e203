package suimon.reading;

import org.jspecify.annotations.Nullable;

/**
 * A recording or a picture as it stands in its bytes; the bytes themselves are found by their hash.
 *
 * @param sha256 of all bytes as they came, 64 lower-case hexadecimal digits
 * @param bytes how many they are
 */
public record Capture(String sha256, long bytes, Content content) {
    /** What the bytes hold. */
    public sealed interface Content {}

    /**
     * Sound or vibration, integer PCM.
     *
     * @param milliHertz sample rate, thousandths of a hertz
     * @param bits per sample, 16 or 24
     * @param samples per channel
     * @param origin who recorded it and when; null in a WAV file, which does not say
     */
    public record Waveform(long milliHertz, int bits, int channels, long samples, @Nullable Origin origin)
            implements Content {}

    /**
     * @param sensor the name the logger gives it, not empty
     * @param job the capture job it answers; empty when nobody asked for it
     * @param startNanos the moment of the first sample, nanoseconds since the epoch, UTC
     * @param syncErrorNanos greatest error of {@code startNanos}; negative when the logger does not know
     */
    public record Origin(String sensor, String job, long startNanos, SyncSource syncSource, long syncErrorNanos) {}

    /** What set the logger's clock; the order is the code in the block's header. */
    public enum SyncSource {
        NONE,
        GNSS,
        PTP,
        NTP,
        RADIO,
        MANUAL
    }

    /** A picture; width and height in pixels, as its header says. */
    public record Picture(Format format, int width, int height) implements Content {}

    /** Of a picture. */
    public enum Format {
        JPEG,
        PNG
    }
}
