package suimon.pipeline;

import static suimon.pipeline.CaptureReader.require;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import suimon.pipeline.CaptureReader.Malformed;
import suimon.reading.Capture;

/** Signature, size and end of a picture, without decoding it: PNG (ISO/IEC 15948) and JPEG (ITU-T T.81, annex B). */
final class PictureHeader {
    /** The first four bytes of a PNG. */
    static final int PNG = 0x89504E47;
    /** The first three bytes of a JPEG. */
    static final int JPEG = 0xFFD8FF;
    private static final int SIDE_MAX = 16_384;
    private static final int PNG_BYTES_MIN = 45;
    private static final long PNG_REST = 0x0D0A1A0AL;
    private static final long HEADER_CHUNK = 0x0000000D_49484452L;
    private static final long END_CHUNK = 0x49454E44_AE426082L;

    private PictureHeader() {}

    static Capture.Content png(ByteBuffer file) throws Malformed {
        require(file.limit() >= PNG_BYTES_MIN && file.getInt(4) == PNG_REST && file.getLong(8) == HEADER_CHUNK,
                "PNG: does not start with the signature and IHDR");
        CRC32 crc = new CRC32();
        crc.update(file.slice(12, 17));
        require((int) crc.getValue() == file.getInt(29), "PNG: the checksum of IHDR is wrong");
        require(file.getLong(file.limit() - 8) == END_CHUNK, "PNG: does not end with IEND; it was cut short");
        return picture(Capture.Format.PNG, file.getInt(16), file.getInt(20));
    }

    static Capture.Content jpeg(ByteBuffer file) throws Malformed {
        int end = file.limit();
        while (end > 2 && file.get(end - 1) == 0) {
            end--;
        }
        require(file.getShort(end - 2) == (short) 0xFFD9, "JPEG: does not end with EOI; it was cut short");
        int at = 2;
        while (at + 9 <= end) {
            int marker = Short.toUnsignedInt(file.getShort(at));
            require(marker >>> 8 == 0xFF, "JPEG: no marker at byte " + at);
            if (marker == 0xFFFF) {
                at++;
                continue;
            }
            require(marker != 0xFFDA, "JPEG: the scan starts before a frame header");
            if (startsFrame(marker)) {
                return picture(Capture.Format.JPEG, Short.toUnsignedInt(file.getShort(at + 7)),
                        Short.toUnsignedInt(file.getShort(at + 5)));
            }
            int length = Short.toUnsignedInt(file.getShort(at + 2));
            require(length >= 2, "JPEG: a segment of " + length + " bytes at byte " + at);
            at += 2 + length;
        }
        throw new Malformed("JPEG: no frame header");
    }

    /** SOF0 to SOF15, without DHT, JPG and DAC that lie between them (table B.1). */
    private static boolean startsFrame(int marker) {
        return marker >= 0xFFC0 && marker <= 0xFFCF && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC;
    }

    private static Capture.Content picture(Capture.Format format, int width, int height) throws Malformed {
        require(width >= 1 && width <= SIDE_MAX && height >= 1 && height <= SIDE_MAX,
                format + ": " + width + " x " + height + " pixels, expected 1 to " + SIDE_MAX + " each way");
        return new Capture.Picture(format, width, height);
    }
}
