package suimon.pipeline;

import static suimon.pipeline.CaptureReader.require;

import java.nio.ByteBuffer;
import suimon.pipeline.CaptureReader.Malformed;
import suimon.reading.Capture;

/** RIFF WAVE with integer PCM (Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991). */
final class WavFile {
    /** "RIFF", the first byte highest. */
    static final int RIFF = 0x52494646;
    private static final int WAVE = 0x57415645;
    private static final int FORMAT = 0x666d7420;
    private static final int SAMPLES = 0x64617461;
    private static final int PCM = 1;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final int FORMAT_BYTES_MIN = 16;
    /** Where an extensible format says what it really is. */
    private static final int SUBFORMAT_AT = 24;

    private WavFile() {}

    static Capture.Content read(ByteBuffer file) throws Malformed {
        require(file.limit() >= 12 && tag(file, 8) == WAVE, "WAV: RIFF without WAVE");
        int format = -1;
        long at = 12;
        while (at + 8 <= file.limit()) {
            int tag = tag(file, (int) at);
            long length = Integer.toUnsignedLong(file.getInt((int) at + 4));
            require(at + 8 + length <= file.limit(), "WAV: the chunk at byte " + at + " says " + length
                    + " bytes, " + (file.limit() - at - 8) + " are there; was the recording closed?");
            if (tag == FORMAT) {
                require(length >= FORMAT_BYTES_MIN, "WAV: fmt chunk of " + length + " bytes");
                format = (int) at + 8;
                requirePcm(file, format, length);
            } else if (tag == SAMPLES) {
                require(format >= 0, "WAV: data before fmt");
                return waveform(file, format, length);
            }
            at += 8 + length + (length & 1);
        }
        throw new Malformed("WAV: no data chunk in " + file.limit() + " bytes");
    }

    private static void requirePcm(ByteBuffer file, int format, long length) throws Malformed {
        int kind = u16(file, format);
        if (kind == EXTENSIBLE && length >= SUBFORMAT_AT + 2) {
            kind = u16(file, format + SUBFORMAT_AT);
        }
        require(kind == PCM, "WAV: format " + kind + ", expected integer PCM (1)");
    }

    private static Capture.Content waveform(ByteBuffer file, int format, long length) throws Malformed {
        int channels = u16(file, format + 2);
        long hertz = Integer.toUnsignedLong(file.getInt(format + 4));
        int bits = u16(file, format + 14);
        require(bits == 16 || bits == 24, "WAV: " + bits + " bits, expected 16 or 24");
        require(channels >= 1 && hertz > 0, "WAV: " + channels + " channels at " + hertz + " Hz");
        int block = channels * (bits / 8);
        require(u16(file, format + 12) == block && length > 0 && length % block == 0,
                "WAV: " + length + " bytes of samples are not a positive number of blocks of " + block);
        return new Capture.Waveform(hertz * 1000, bits, channels, length / block, null);
    }

    private static int tag(ByteBuffer file, int at) {
        return Integer.reverseBytes(file.getInt(at));
    }

    private static int u16(ByteBuffer file, int at) {
        return Short.toUnsignedInt(file.getShort(at));
    }
}
