package suimon.store;

import java.util.zip.CRC32C;
import suimon.reading.Readings;

/**
 * The readings of one series to bytes and back, lossless for every value, time, grade and status:
 * a header of statistics ({@link ChunkHeader}), then one arithmetic code of times and values, then a
 * CRC-32C (RFC 3720) over all of it. Rows come back in the order they were given; they cost least in
 * the order of their measured times.
 *
 * <p>Decimals are whole numbers at the sensor's resolution, foretold from the ones before; times are
 * held against the nominal period; what is left is coded by an adaptive arithmetic coder. See {@link
 * Forecast} and {@link ResidualModel}. Not safe for several threads.
 */
public final class ChunkCodec {
    /** A chunk holds at most so many readings; more are refused. */
    public static final int READINGS_MAX = HeaderForm.READINGS_MAX;

    private static final int CHECKSUM_BYTES = 4;

    private final ByteWriter bytes = new ByteWriter(4096);
    private final ArithmeticEncoder body = new ArithmeticEncoder();

    /** IllegalArgumentException for no rows, too many, or rows of several series. */
    public byte[] write(Readings rows) {
        int count = rows.size();
        if (count < 1 || count > READINGS_MAX) {
            throw new IllegalArgumentException(
                    "a chunk of " + count + " readings, expected 1 to " + READINGS_MAX);
        }
        long[] measured = new long[count];
        for (int row = 0; row < count; row++) {
            if (rows.series(row) != rows.series(0)) {
                throw new IllegalArgumentException("readings of the series " + rows.series(0) + " and "
                        + rows.series(row) + " in one chunk, expected one series");
            }
            measured[row] = rows.measured(row);
        }
        bytes.clear();
        body.clear();
        int unit = ChunkTimes.unitOf(measured);
        ChunkDigits digits = ChunkDigits.of(rows, 0, count);
        HeaderForm head = HeaderForm.write(
                rows, measured, unit, Math.max(digits.decimals(), digits.floats()), bytes);
        body.putSigned((measured[0] - head.header().timeMin()) / ChunkTimes.UNITS[unit]);
        ChunkTimes.write(rows, measured, unit, body);
        ChunkValues.write(rows, digits, head.firstNumber(), body);
        body.finish(bytes);
        bytes.putInt(checksumOf(bytes.array(), bytes.size()));
        return bytes.toBytes();
    }

    /** IllegalArgumentException when the bytes are damaged or of a format this version doesn't know. */
    public Readings read(byte[] chunk, int series) {
        ByteReader reader = checked(chunk);
        try {
            return read(chunk, reader, series);
        } catch (IndexOutOfBoundsException wrong) {
            // Its checksum is right, so it was damaged before it was written.
            throw new IllegalArgumentException("the chunk's content is damaged: " + wrong.getMessage(), wrong);
        }
    }

    private static Readings read(byte[] chunk, ByteReader reader, int series) {
        HeaderForm head = HeaderForm.read(reader);
        int count = head.header().count();
        int start = chunk.length - CHECKSUM_BYTES - reader.remaining();
        ArithmeticDecoder from = new ArithmeticDecoder(chunk, start, chunk.length - CHECKSUM_BYTES);
        long first = head.header().timeMin() + from.getSigned() * ChunkTimes.UNITS[head.unit()];
        long[] measured = ChunkTimes.readMeasured(first, count, head.unit(), from);
        long[] received = ChunkTimes.readReceived(measured, from);
        return ChunkRows.of(series, measured, received, ChunkValues.read(count, head.firstNumber(), from));
    }

    /** The header alone, of any thread; IllegalArgumentException as {@link #read}. */
    public static ChunkHeader header(byte[] chunk) {
        return HeaderForm.read(checked(chunk)).header();
    }

    private static ByteReader checked(byte[] chunk) {
        int end = chunk.length - CHECKSUM_BYTES;
        if (end < HeaderForm.BYTES_MIN) {
            throw new IllegalArgumentException("a chunk of only " + chunk.length + " bytes");
        }
        if (new ByteReader(chunk, end, chunk.length).getInt() != checksumOf(chunk, end)) {
            throw new IllegalArgumentException("the chunk's checksum is wrong: its bytes are damaged");
        }
        return new ByteReader(chunk, 0, end);
    }

    private static int checksumOf(byte[] bytes, int end) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, end);
        return (int) checksum.getValue();
    }
}
