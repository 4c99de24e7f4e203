package suimon.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks through a write-ahead log (SQLite file format, section 4) before SQLite does, which stops
 * at the first frame that is wrong and forgets without a word what was committed after it.
 *
 * <p>Every frame's checksum continues the one before it, so a frame after a damaged one can still be
 * held against the checksum that is written in the damaged one's head: one flipped bit costs one
 * page, not the rest of the file.
 */
final class WalScan {
    private static final int HEAD_BYTES = 32;
    private static final int FRAME_HEAD_BYTES = 24;
    private static final int BLOCK_FRAMES = 256;
    private static final int MAGIC = 0x377F0682;

    private final int pageBytes;
    private final int frameBytes;
    private final List<Frame> frames = new ArrayList<>();
    private boolean isBigEndian;
    private int salt1;
    private int salt2;
    private int[] chain = new int[2];
    private int[] written = new int[2];
    private boolean isHeadWhole;

    private WalScan(int pageBytes) {
        this.pageBytes = pageBytes;
        frameBytes = FRAME_HEAD_BYTES + pageBytes;
    }

    /** @param size pages of the database after it, when it ends a commit; else 0 */
    private record Frame(int page, int size, boolean isOurs, boolean isWhole) {}

    /**
     * What the file holds.
     *
     * @param pages of the database as of the last commit; 0 when there was none
     * @param frames page number to the frame's content, as an offset in the file
     * @param lostFrames frames of acknowledged commits that neither stand here nor were replaced
     * @param isCutOff whether what is lost was the end, so that the rest is whole as of a moment
     */
    record Outcome(int pages, Map<Integer, Long> frames, long lostFrames, boolean isCutOff) {}

    static Outcome of(Path database, int pageBytes) throws IOException {
        Path file = database.resolveSibling(database.getFileName() + "-wal");
        WalScan scan = new WalScan(pageBytes);
        if (Files.exists(file) && Files.size(file) >= HEAD_BYTES + scan.frameBytes) {
            try (FileChannel wal = FileChannel.open(file, StandardOpenOption.READ)) {
                scan.read(wal);
            }
        }
        return scan.outcome(WalIndex.read(database));
    }

    private Outcome outcome(WalIndex index) {
        int bad = 0;
        while (bad < frames.size() && frames.get(bad).isWhole && isHeadWhole) {
            bad++;
        }
        int whole = endOfCommits(0, bad);
        int last = endOfCommits(0, frames.size());
        boolean isOfThis = index.isOf(salt1, salt2) || frames.isEmpty();
        long indexed = isOfThis && index.frames() > index.checkpointed() ? index.frames() : 0;
        long missing = Math.max(0, indexed - Math.max(last, whole));
        // One commit after a bad frame may be the one that was being written when the power went.
        boolean isTorn = commits(bad, last) <= 1 && indexed <= whole;
        Map<Integer, Long> found = newest(isTorn ? whole : last);
        if (isTorn) {
            return new Outcome(sizeAt(whole), found, missing, missing > 0);
        }
        long lost = missing;
        for (int at = bad; at < last; at++) {
            Frame frame = frames.get(at);
            // What a later frame says of the same page is the newer truth.
            boolean isReplaced = found.getOrDefault(frame.page, -1L) > offset(at);
            lost += frame.isWhole || isReplaced ? 0 : 1;
        }
        // Even when every page was replaced, SQLite alone would forget the commits after it.
        return new Outcome(sizeAt(last), found, Math.max(1, lost), last <= whole);
    }

    private int endOfCommits(int from, int to) {
        for (int at = to - 1; at >= from; at--) {
            if (frames.get(at).isWhole && frames.get(at).size > 0) {
                return at + 1;
            }
        }
        return from;
    }

    private int commits(int from, int to) {
        int commits = 0;
        for (int at = from; at < to; at++) {
            commits += frames.get(at).isWhole && frames.get(at).size > 0 ? 1 : 0;
        }
        return commits;
    }

    private int sizeAt(int end) {
        return end == 0 ? 0 : frames.get(end - 1).size;
    }

    private Map<Integer, Long> newest(int end) {
        Map<Integer, Long> found = new HashMap<>();
        for (int at = 0; at < end; at++) {
            if (frames.get(at).isWhole) {
                found.put(frames.get(at).page, offset(at));
            }
        }
        return found;
    }

    private long offset(int frame) {
        return HEAD_BYTES + (long) frame * frameBytes + FRAME_HEAD_BYTES;
    }

    private void read(FileChannel wal) throws IOException {
        byte[] head = new byte[HEAD_BYTES];
        readFully(wal, ByteBuffer.wrap(head), 0);
        isBigEndian = (Bytes.intAt(head, 0) & 1) == 1;
        salt1 = Bytes.intAt(head, 16);
        salt2 = Bytes.intAt(head, 20);
        chain = sum(new int[2], head, 0, 24);
        written = new int[] {Bytes.intAt(head, 24), Bytes.intAt(head, 28)};
        isHeadWhole = (Bytes.intAt(head, 0) & ~1) == MAGIC && Arrays.equals(chain, written);
        long count = (wal.size() - HEAD_BYTES) / frameBytes;
        for (long index = 0; index < count; index += BLOCK_FRAMES) {
            readBlock(wal, index, (int) Math.min(BLOCK_FRAMES, count - index));
        }
        while (!frames.isEmpty() && !frames.getLast().isOurs) {
            // Left over from before the log began anew at the top of the file.
            frames.removeLast();
        }
    }

    /** Many frames at once: with the small pages of the log they are 40,000, and a start waits for them. */
    private void readBlock(FileChannel wal, long first, int count) throws IOException {
        byte[] block = new byte[count * frameBytes];
        readFully(wal, ByteBuffer.wrap(block), HEAD_BYTES + first * frameBytes);
        for (int at = 0; at < block.length; at += frameBytes) {
            byte[] frame = Arrays.copyOfRange(block, at, at + frameBytes);
            if (!isHeadWhole && first == 0 && at == 0) {
                isBigEndian = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
                salt1 = Bytes.intAt(frame, 8);
                salt2 = Bytes.intAt(frame, 12);
            }
            frames.add(take(frame));
        }
    }

    private Frame take(byte[] frame) {
        boolean isOurs = Bytes.intAt(frame, 8) == salt1 && Bytes.intAt(frame, 12) == salt2;
        int[] stored = {Bytes.intAt(frame, 16), Bytes.intAt(frame, 20)};
        int[] fromChain = sumOfFrame(chain, frame);
        boolean isWhole = isOurs
                && (Arrays.equals(fromChain, stored) || Arrays.equals(sumOfFrame(written, frame), stored));
        chain = isWhole ? stored : fromChain;
        written = stored;
        return new Frame(Bytes.intAt(frame, 0), Bytes.intAt(frame, 4), isOurs, isWhole);
    }

    private int[] sumOfFrame(int[] before, byte[] frame) {
        return sum(sum(before, frame, 0, 8), frame, FRAME_HEAD_BYTES, pageBytes);
    }

    /** SQLite file format, section 4.2. */
    private int[] sum(int[] before, byte[] bytes, int at, int length) {
        int s0 = before[0];
        int s1 = before[1];
        for (int index = at; index < at + length; index += 8) {
            s0 += word(bytes, index) + s1;
            s1 += word(bytes, index + 4) + s0;
        }
        return new int[] {s0, s1};
    }

    private int word(byte[] bytes, int at) {
        int word = Bytes.intAt(bytes, at);
        return isBigEndian ? word : Integer.reverseBytes(word);
    }

    static void readFully(FileChannel from, ByteBuffer to, long position) throws IOException {
        while (to.hasRemaining()) {
            if (from.read(to, position + to.position()) < 0) {
                throw new IOException("the file ends at " + (position + to.position()));
            }
        }
    }
}
