package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import suimon.reading.Capture;

/** WAV, PNG and JPEG are written by the JDK, the block by the table in docs/captures.md. */
class CaptureReaderTest {
    private static final long START = 1_790_000_000_123_456_789L;

    @Test
    void aWaveformBlockSaysWhoRecordedWhatAndWhen() {
        assertThat(content(block(24, 2, 100, 2))).isEqualTo(new Capture.Waveform(8_000_500, 24, 2, 100,
                new Capture.Origin("水圧-3", "job-7", START, Capture.SyncSource.PTP, 250_000)));
    }

    @Test
    void theHashIsThatOfAllBytes() {
        byte[] block = block(16, 1, 1, 0);
        CaptureReader.Outcome outcome = CaptureReader.read(block);

        assertThat(outcome).isInstanceOfSatisfying(CaptureReader.Outcome.Read.class, read -> {
            assertThat(read.capture().bytes()).isEqualTo(block.length);
            assertThat(read.capture().sha256()).matches("[0-9a-f]{64}");
        });
        assertThat(CaptureReader.read(block)).isEqualTo(outcome);
        assertThat(CaptureReader.read(block(16, 1, 1, 1))).isNotEqualTo(outcome);
    }

    @Test
    void everyFlippedBitOfABlockIsNoticed() {
        byte[] block = block(16, 1, 40, 1);
        for (int bit = 0; bit < block.length * 8; bit++) {
            byte[] damaged = block.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(CaptureReader.read(damaged)).as("bit %d", bit)
                    .isInstanceOf(CaptureReader.Outcome.Refused.class);
        }
    }

    @Test
    void nothingCutShortIsTaken() throws IOException {
        for (byte[] whole : new byte[][] {block(24, 1, 20, 1), wav(16, 20), picture("png"), picture("jpg")}) {
            assertThat(CaptureReader.read(whole)).isInstanceOf(CaptureReader.Outcome.Read.class);
            for (int length = 0; length < whole.length; length++) {
                assertThat(CaptureReader.read(Arrays.copyOf(whole, length))).as("%d bytes", length)
                        .isInstanceOf(CaptureReader.Outcome.Refused.class);
            }
        }
    }

    @Test
    void aWavFileOfALoggerIsTaken() throws IOException {
        assertThat(content(wav(16, 480))).isEqualTo(new Capture.Waveform(48_000_000, 16, 1, 480, null));
        assertThat(content(wav(24, 480))).isEqualTo(new Capture.Waveform(48_000_000, 24, 1, 480, null));
        assertThat(reason(wav(8, 480))).isEqualTo("WAV: 8 bits, expected 16 or 24");
    }

    @Test
    void picturesSayTheirSize() throws IOException {
        assertThat(content(picture("png"))).isEqualTo(new Capture.Picture(Capture.Format.PNG, 31, 17));
        assertThat(content(picture("jpg"))).isEqualTo(new Capture.Picture(Capture.Format.JPEG, 31, 17));
    }

    @Test
    void whatIsRefusedSaysWhatWasExpected() {
        assertThat(reason("hello".getBytes(StandardCharsets.UTF_8))).contains("68656c6c", "SUWB", "RIFF");
        assertThat(reason(new byte[CaptureReader.BYTES_MAX + 1])).contains("at most 16777216");
        assertThat(reason(block(32, 1, 5, 1))).isEqualTo("waveform block: 32 bits, expected 16 or 24");
        assertThat(reason(block(16, 9, 5, 1))).isEqualTo("waveform block: 9 channels, expected 1 to 8");
        assertThat(reason(block(16, 1, 0, 1))).isEqualTo("waveform block: no samples");
        assertThat(reason(block(16, 1, 5, 6))).isEqualTo("waveform block: sync source 6, expected 0 to 5");
    }

    private static Capture.Content content(byte[] bytes) {
        return switch (CaptureReader.read(bytes)) {
            case CaptureReader.Outcome.Read read -> read.capture().content();
            case CaptureReader.Outcome.Refused refused -> throw new AssertionError(refused.reason());
        };
    }

    private static String reason(byte[] bytes) {
        return switch (CaptureReader.read(bytes)) {
            case CaptureReader.Outcome.Read read -> throw new AssertionError(read.capture().toString());
            case CaptureReader.Outcome.Refused refused -> refused.reason();
        };
    }

    static byte[] block(int bits, int channels, int samples, int sync) {
        byte[] sensor = "水圧-3".getBytes(StandardCharsets.UTF_8);
        byte[] job = "job-7".getBytes(StandardCharsets.UTF_8);
        int header = 44 + sensor.length + job.length;
        byte[] bytes = new byte[header + samples * channels * (bits / 8)];
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        block.put("SUWB".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1).putShort((short) header);
        block.putLong(START).putLong(250_000).putInt(8_000_500).putInt(samples);
        block.put((byte) bits).put((byte) channels).put((byte) sync).put((byte) 0);
        block.putShort((short) sensor.length).putShort((short) job.length).putInt(0).put(sensor).put(job);
        while (block.hasRemaining()) {
            block.put((byte) (block.position() * 31));
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        block.putInt(40, (int) crc.getValue());
        return bytes;
    }

    static byte[] wav(int bits, int samples) throws IOException {
        AudioFormat format = new AudioFormat(48_000, bits, 1, bits > 8, false);
        byte[] sound = new byte[samples * bits / 8];
        Arrays.fill(sound, (byte) 5);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (var stream = new AudioInputStream(new ByteArrayInputStream(sound), format, samples)) {
            AudioSystem.write(stream, AudioFileFormat.Type.WAVE, file);
        }
        return file.toByteArray();
    }

    static byte[] picture(String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(31, 17, BufferedImage.TYPE_INT_RGB), format, file);
        return file.toByteArray();
    }
}
