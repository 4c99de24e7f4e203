package suimon.pipeline;

import static suimon.pipeline.CaptureReader.require;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import suimon.pipeline.CaptureReader.Malformed;
import suimon.reading.Capture;

/** The gateway's own block of PCM samples, version 1: docs/captures.md has the table of offsets. */
final class WaveformBlock {
    /** "SUWB", the first byte highest. */
    static final int MAGIC = 0x53555742;
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 44;
    private static final int CRC_AT = 40;
    private static final int SENSOR_BYTES_MAX = 200;
    private static final int JOB_BYTES_MAX = 64;
    private static final int CHANNELS_MAX = 8;

    private WaveformBlock() {}

    static Capture.Content read(ByteBuffer block) throws Malformed {
        int length = block.remaining();
        require(length >= FIXED_BYTES, "waveform block: " + length + " bytes, its header alone has " + FIXED_BYTES);
        int version = u16(block, 4);
        require(version == VERSION, "waveform block: version " + version + ", expected " + VERSION);
        int sensorBytes = u16(block, 36);
        int jobBytes = u16(block, 38);
        require(sensorBytes >= 1 && sensorBytes <= SENSOR_BYTES_MAX,
                "waveform block: sensor of " + sensorBytes + " bytes, expected 1 to " + SENSOR_BYTES_MAX);
        require(jobBytes <= JOB_BYTES_MAX,
                "waveform block: job of " + jobBytes + " bytes, expected at most " + JOB_BYTES_MAX);
        int header = u16(block, 6);
        require(header == FIXED_BYTES + sensorBytes + jobBytes, "waveform block: header of " + header
                + " bytes, its parts make " + (FIXED_BYTES + sensorBytes + jobBytes));
        Capture.Waveform waveform = shape(block, header);
        int found = crc(block);
        require(found == block.getInt(CRC_AT), "waveform block: checksum is " + Integer.toHexString(found)
                + ", the header says " + Integer.toHexString(block.getInt(CRC_AT)) + "; send it again");
        return new Capture.Waveform(waveform.milliHertz(), waveform.bits(), waveform.channels(),
                waveform.samples(), origin(block, sensorBytes, jobBytes));
    }

    private static Capture.Waveform shape(ByteBuffer block, int header) throws Malformed {
        long milliHertz = Integer.toUnsignedLong(block.getInt(24));
        long samples = Integer.toUnsignedLong(block.getInt(28));
        int bits = Byte.toUnsignedInt(block.get(32));
        int channels = Byte.toUnsignedInt(block.get(33));
        require(milliHertz > 0, "waveform block: sample rate 0, expected thousandths of a hertz");
        require(bits == 16 || bits == 24, "waveform block: " + bits + " bits, expected 16 or 24");
        require(channels >= 1 && channels <= CHANNELS_MAX,
                "waveform block: " + channels + " channels, expected 1 to " + CHANNELS_MAX);
        require(samples > 0, "waveform block: no samples");
        long expected = header + samples * channels * (bits / 8);
        require(block.limit() == expected,
                "waveform block: " + block.limit() + " bytes, the header promises " + expected);
        return new Capture.Waveform(milliHertz, bits, channels, samples, null);
    }

    private static Capture.Origin origin(ByteBuffer block, int sensorBytes, int jobBytes) throws Malformed {
        int code = Byte.toUnsignedInt(block.get(34));
        Capture.SyncSource[] sources = Capture.SyncSource.values();
        require(code < sources.length,
                "waveform block: sync source " + code + ", expected 0 to " + (sources.length - 1));
        require(block.get(35) == 0, "waveform block: byte 35 is not 0");
        return new Capture.Origin(text(block, FIXED_BYTES, sensorBytes),
                text(block, FIXED_BYTES + sensorBytes, jobBytes), block.getLong(8), sources[code],
                Math.max(-1, block.getLong(16)));
    }

    private static String text(ByteBuffer block, int at, int length) throws Malformed {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(block.slice(at, length)).toString();
        } catch (CharacterCodingException notText) {
            throw new Malformed("waveform block: sensor or job is not UTF-8 (at byte " + at + ")");
        }
    }

    /** Over the whole block, with its own four bytes taken as zeros. */
    private static int crc(ByteBuffer block) {
        CRC32C crc = new CRC32C();
        crc.update(block.slice(0, CRC_AT));
        crc.update(new byte[4]);
        crc.update(block.slice(CRC_AT + 4, block.limit() - CRC_AT - 4));
        return (int) crc.getValue();
    }

    private static int u16(ByteBuffer block, int at) {
        return Short.toUnsignedInt(block.getShort(at));
    }
}
