package suimon.store;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A day of one series' blocks (UTC) as one code: the minutes, with a checksum, and beside them the
 * hours where there are so many minutes that a chart of a year should not have to read them.
 *
 * <p>Of the first sequence that contributed to a block the earliest of the day is kept, and of the
 * last value's time its minute.
 */
final class RollupDay {
    static final int BLOCKS = 144;
    static final int HOURS = 24;
    static final long HOUR_NANOS = 6 * RollupBlock.BLOCK_NANOS;

    private static final int VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;
    private static final int BLOCKS_PER_HOUR = 6;
    /** With fewer minutes in use the hours are worked out from them. */
    private static final int MINUTES_MIN = 288;

    private final @Nullable RollupBlock[] blocks = new RollupBlock[BLOCKS];

    static long dayOf(long block) {
        return Math.floorDiv(block, BLOCKS);
    }

    /** Takes a block of the day in the place of one that it has. */
    void put(RollupBlock block) {
        blocks[Math.floorMod(block.block, BLOCKS)] = block;
    }

    @Nullable RollupBlock block(long number) {
        return blocks[Math.floorMod(number, BLOCKS)];
    }

    /** Those that there are, oldest first. */
    List<RollupBlock> blocks() {
        List<RollupBlock> found = new ArrayList<>();
        for (RollupBlock block : blocks) {
            if (block != null) {
                found.add(block);
            }
        }
        return found;
    }

    private RollupPart minutes() {
        RollupPart minutes = blank();
        for (RollupBlock block : blocks()) {
            block.copyTo(minutes, Math.floorMod(block.block, BLOCKS));
        }
        return minutes;
    }

    byte[] minutesToBytes() {
        long first = Long.MAX_VALUE;
        for (RollupBlock block : blocks()) {
            first = Math.min(first, block.first);
        }
        ByteWriter to = new ByteWriter(256);
        to.putByte(VERSION).putVarint(first);
        write(minutes(), to);
        CRC32C sum = new CRC32C();
        sum.update(to.array(), 0, to.size());
        return to.putInt((int) sum.getValue()).toBytes();
    }

    /** Nothing where the minutes are few. */
    byte[] hoursToBytes() {
        RollupPart minutes = minutes();
        int used = 0;
        for (int slot = 0; slot < minutes.worst.length; slot++) {
            used += minutes.counts[2 * slot] > 0 ? 1 : 0;
        }
        ByteWriter to = new ByteWriter(64);
        if (used >= MINUTES_MIN) {
            write(hours(minutes), to);
        }
        return to.toBytes();
    }

    /** Worked out from the blocks. */
    RollupPart hours() {
        return hours(minutes());
    }

    private static RollupPart hours(RollupPart minutes) {
        RollupPart hours = new RollupPart(1, HOURS);
        for (int block = 0; block < BLOCKS; block++) {
            hours.add(block / BLOCKS_PER_HOUR, minutes, block);
        }
        return hours;
    }

    private static void write(RollupPart part, ByteWriter to) {
        ArithmeticEncoder code = new ArithmeticEncoder();
        part.write(code);
        code.finish(to);
    }

    /** Hours from a day as it lies on disk; read over what the scratch held, which has the minutes. */
    static RollupPart hoursOf(byte[] hours, byte[] minutes, RollupPart scratch) {
        return hours.length > 0
                ? new RollupPart(1, HOURS).read(new ArithmeticDecoder(hours))
                : hours(minutesOf(minutes, scratch));
    }

    /** A part for the minutes of a day, in groups of ten. */
    static RollupPart blank() {
        return new RollupPart(BLOCKS, RollupBlock.BUCKETS);
    }

    /** The minutes as they lie on disk, read over what the scratch held. */
    static RollupPart minutesOf(byte[] bytes, RollupPart scratch) {
        ByteReader from = checked(bytes);
        from.getVarint();
        int start = bytes.length - CHECKSUM_BYTES - from.remaining();
        return scratch.read(new ArithmeticDecoder(bytes, start, bytes.length - CHECKSUM_BYTES));
    }

    /** IllegalArgumentException when the bytes are damaged. */
    static RollupDay of(int series, long day, byte[] bytes) {
        long first = checked(bytes).getVarint();
        RollupPart minutes = minutesOf(bytes, blank());
        RollupDay read = new RollupDay();
        for (int group = 0; group < BLOCKS; group++) {
            if (isUsed(minutes, group)) {
                RollupBlock block = new RollupBlock(series, day * BLOCKS + group);
                block.copyFrom(minutes, group);
                block.first = first;
                read.put(block);
            }
        }
        return read;
    }

    private static boolean isUsed(RollupPart minutes, int group) {
        for (int slot = group * RollupBlock.BUCKETS; slot < (group + 1) * RollupBlock.BUCKETS; slot++) {
            if (minutes.counts[2 * slot] > 0) {
                return true;
            }
        }
        return false;
    }

    static boolean isSound(byte[] bytes) {
        int end = bytes.length - CHECKSUM_BYTES;
        if (end < 2) {
            return false;
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, end);
        return new ByteReader(bytes, end, bytes.length).getInt() == (int) sum.getValue();
    }

    /** Stands after the version. */
    private static ByteReader checked(byte[] bytes) {
        if (!isSound(bytes)) {
            throw new IllegalArgumentException("the checksum of a day of rollups is wrong");
        }
        ByteReader from = new ByteReader(bytes, 0, bytes.length - CHECKSUM_BYTES);
        int version = from.getByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("a day of rollups of format " + version);
        }
        return from;
    }
}
