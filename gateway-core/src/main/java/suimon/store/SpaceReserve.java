package suimon.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of written zeros in the data folder that takes up room while there is some, and is removed
 * when the disk is full, so that alarms and audit can still be written; made again when there is room
 * again. For the writer thread.
 */
final class SpaceReserve {
    static final String FILE = Database.FILE + ".reserve";
    /** No reserve is larger. */
    static final long BYTES_MAX = 8L << 20;

    private static final Logger LOGGER = LoggerFactory.getLogger(SpaceReserve.class);
    private static final int STEP_BYTES = 64 << 10;
    /** A small quota has a small reserve: this part of it. */
    private static final int QUOTA_SHARE = 64;
    /** It is made when so many times its size is free. */
    private static final int FREE_TIMES = 4;

    private final Path file;
    private final long bytes;
    private boolean isReleased;

    SpaceReserve(Path folder, long quotaBytes) {
        this.file = folder.resolve(FILE);
        this.bytes = Math.min(BYTES_MAX, quotaBytes / QUOTA_SHARE);
    }

    /** Whether its room was given up because the disk was full. */
    boolean isReleased() {
        return isReleased;
    }

    /** Gives the room up; whether there was any to give. */
    boolean release() {
        isReleased = true;
        try {
            boolean isGone = Files.deleteIfExists(file);
            if (isGone) {
                LOGGER.error("the disk is full: the reserve of {} bytes is used for alarms now", bytes);
            }
            return isGone;
        } catch (IOException failed) {
            LOGGER.warn("the reserve {} can't be removed: {}", file, failed.getMessage());
            return false;
        }
    }

    /** Takes the room where there is enough beside it; whether it is taken. */
    boolean take() {
        try {
            if (Files.exists(file) && Files.size(file) == bytes) {
                isReleased = false;
                return true;
            }
            if (Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < FREE_TIMES * bytes) {
                return false;
            }
            write();
            isReleased = false;
            return true;
        } catch (IOException failed) {
            LOGGER.warn("the reserve {} can't be made: {}", file, failed.getMessage());
            removeQuietly();
            return false;
        }
    }

    /** Zeros are written and not skipped, since a hole would reserve nothing. */
    private void write() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
                StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer zeros = ByteBuffer.allocate(STEP_BYTES);
            for (long left = bytes; left > 0; left -= zeros.position()) {
                zeros.clear().limit((int) Math.min(left, STEP_BYTES));
                channel.write(zeros);
            }
        }
    }

    private void removeQuietly() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // It is no longer than what was written of it, and the next attempt begins anew.
            return;
        }
    }
}
