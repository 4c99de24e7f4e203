package suimon.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import suimon.reading.ClockStamp;
import suimon.reading.Readings;

/**
 * A row of the table chunk: some chunks of a sealed stretch, by series, whose readings came under one
 * clock. Written as version, CRC-32C of the head, the head's length, the head (clock, readings, per
 * chunk its series, length and range of time), then the chunks, which have checksums of their own: a
 * damaged chunk costs only itself.
 */
final class ChunkRow {
    /** A row is ended at so many readings, so that a walk over the log needs little memory. */
    static final int READINGS_MAX = 4096;

    private static final int VERSION = 1;
    private static final int HEAD_AT = 9;

    private final byte[] payload;
    private final ClockStamp clock;
    private final long readings;
    private final int[] series;
    private final int[] starts;

    private ChunkRow(byte[] payload, ByteReader head, int headEnd) {
        this.payload = payload;
        clock = new ClockStamp(head.getString(), head.getSigned(), head.getSigned(),
                ClockStamp.Trust.values()[head.getByte()]);
        readings = head.getVarint();
        int count = head.getCount(2);
        series = new int[count];
        starts = new int[count + 1];
        starts[0] = headEnd;
        long last = 0;
        for (int index = 0; index < count; index++) {
            last += head.getSigned();
            series[index] = (int) last;
            starts[index + 1] = starts[index] + (int) head.getVarint();
        }
        if (starts[count] != payload.length) {
            throw new IllegalArgumentException("its chunks end at byte " + starts[count]
                    + ", expected " + payload.length);
        }
    }

    /** One chunk of a row. */
    record Part(int series, byte[] chunk) {}

    /** The parts come by rising series; those of one series by time. */
    static byte[] write(ClockStamp clock, long readings, List<Part> parts) {
        ByteWriter head = new ByteWriter(64 + 4 * parts.size());
        head.putString(clock.boot()).putSigned(clock.monotonicNanos()).putSigned(clock.utcNanos())
                .putByte(clock.trust().ordinal());
        head.putVarint(readings).putVarint(parts.size());
        int last = 0;
        int bytes = 0;
        for (Part part : parts) {
            head.putSigned((long) part.series() - last).putVarint(part.chunk().length);
            last = part.series();
            bytes += part.chunk().length;
        }
        ByteWriter to = new ByteWriter(HEAD_AT + head.size() + bytes);
        to.putByte(VERSION).putInt(checksumOf(head.array(), 0, head.size())).putInt(head.size());
        to.putRaw(head.array(), 0, head.size());
        for (Part part : parts) {
            to.putRaw(part.chunk(), 0, part.chunk().length);
        }
        return to.toBytes();
    }

    /** IllegalArgumentException when the head is damaged or of a format this version doesn't know. */
    static ChunkRow of(byte[] payload) {
        ByteReader from = new ByteReader(payload);
        int version = from.getByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("its format is " + version + ", expected " + VERSION);
        }
        int checksum = from.getInt();
        int length = from.getInt();
        if (length < 0 || length > from.remaining()
                || checksum != checksumOf(payload, HEAD_AT, length)) {
            throw new IllegalArgumentException("its head's checksum is wrong");
        }
        int end = HEAD_AT + length;
        return new ChunkRow(payload, new ByteReader(payload, HEAD_AT, end), end);
    }

    /** The stamp of the newest batch among those it replaced. */
    ClockStamp clock() {
        return clock;
    }

    /** How many readings it was written with. */
    long readings() {
        return readings;
    }

    int size() {
        return series.length;
    }

    int series(int index) {
        return series[index];
    }

    byte[] chunk(int index) {
        return Arrays.copyOfRange(payload, starts[index], starts[index + 1]);
    }

    /** IllegalArgumentException when the chunk is damaged. */
    Readings read(int index, ChunkCodec codec) {
        return codec.read(chunk(index), series[index]);
    }

    /** Whether the checksums of the head and of all chunks are right. */
    static boolean isSound(byte[] payload) {
        try {
            ChunkRow row = of(payload);
            for (int index = 0; index < row.size(); index++) {
                ChunkCodec.header(row.chunk(index));
            }
            return true;
        } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
            return false;
        }
    }

    /** The row without its damaged chunks; null when none is left. Throws when its head is damaged. */
    static byte @Nullable [] soundParts(byte[] payload) {
        ChunkRow row = of(payload);
        List<Part> parts = new ArrayList<>();
        long readings = 0;
        for (int index = 0; index < row.size(); index++) {
            try {
                readings += ChunkCodec.header(row.chunk(index)).count();
                parts.add(new Part(row.series(index), row.chunk(index)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
                // The others are whole.
            }
        }
        return parts.isEmpty() ? null : write(row.clock(), readings, parts);
    }

    static boolean isSameClock(ClockStamp one, ClockStamp other) {
        return one.boot().equals(other.boot()) && one.trust() == other.trust();
    }

    private static int checksumOf(byte[] bytes, int offset, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, offset, length);
        return (int) sum.getValue();
    }
}
