package suimon.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Waveform blocks as a logger sends them, by the table in docs/captures.md: silence at 100 Hz. */
public final class WaveformBytes {
    private WaveformBytes() {}

    public static byte[] of(String job, String sensor, long startNanos, int seconds, long errorNanos) {
        byte[] name = sensor.getBytes(StandardCharsets.UTF_8);
        byte[] id = job.getBytes(StandardCharsets.UTF_8);
        int samples = seconds * 100;
        int header = 44 + name.length + id.length;
        byte[] bytes = new byte[header + samples * 2];
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        block.put("SUWB".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1).putShort((short) header);
        block.putLong(startNanos).putLong(errorNanos).putInt(100_000).putInt(samples);
        block.put((byte) 16).put((byte) 1).put((byte) 1).put((byte) 0);
        block.putShort((short) name.length).putShort((short) id.length).putInt(0).put(name).put(id);
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        block.putInt(40, (int) crc.getValue());
        return bytes;
    }
}
