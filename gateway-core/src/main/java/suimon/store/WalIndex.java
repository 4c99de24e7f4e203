package suimon.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * What the shared-memory file (SQLite's wal-index) says about the write-ahead log. It outlives the
 * processes, and SQLite writes it only after the frames were synced, so it witnesses a log that was
 * cut off. SQLite itself never trusts it after a crash.
 *
 * @param frames that were committed and synced; 0 when it says nothing
 * @param checkpointed how many of them are in the database file as well
 */
record WalIndex(long frames, long checkpointed, int salt1, int salt2) {
    private static final int HEAD_BYTES = 48;
    private static final int FRAMES_AT = 16;
    private static final int SALTS_AT = 32;
    private static final int CHECKPOINTED_AT = 2 * HEAD_BYTES;
    private static final WalIndex NOTHING = new WalIndex(0, 0, 0, 0);

    static WalIndex read(Path database) throws IOException {
        Path file = database.resolveSibling(database.getFileName() + "-shm");
        byte[] bytes = new byte[CHECKPOINTED_AT + 4];
        if (Files.notExists(file) || Files.size(file) < bytes.length) {
            return NOTHING;
        }
        try (FileChannel index = FileChannel.open(file, StandardOpenOption.READ)) {
            WalScan.readFully(index, ByteBuffer.wrap(bytes), 0);
        }
        // Written twice, so that a half-written head shows.
        if (!Arrays.equals(bytes, 0, HEAD_BYTES, bytes, HEAD_BYTES, 2 * HEAD_BYTES)) {
            return NOTHING;
        }
        ByteBuffer own = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return new WalIndex(own.getInt(FRAMES_AT) & 0xFFFFFFFFL, own.getInt(CHECKPOINTED_AT) & 0xFFFFFFFFL,
                Bytes.intAt(bytes, SALTS_AT), Bytes.intAt(bytes, SALTS_AT + 4));
    }

    boolean isOf(int first, int second) {
        return salt1 == first && salt2 == second;
    }
}
