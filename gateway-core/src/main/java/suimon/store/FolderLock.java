package suimon.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One process owns a data folder: the lock dies with the process, so no stale lock is left. */
public final class FolderLock implements AutoCloseable {
    static final String FILE = "suimon.lock";
    private static final int OWNER_BYTES_MAX = 256;

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Creates the folder when it is missing. */
    static FolderLock take(Path folder) throws StoreFailed {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                String owner = ownerOf(channel);
                channel.close();
                throw new StoreFailed("the data folder " + folder + " is in use by " + owner
                        + "; stop that process or name another folder");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(ownName().getBytes(StandardCharsets.UTF_8)));
            return new FolderLock(folder, channel);
        } catch (IOException failed) {
            throw new StoreFailed("the data folder " + folder + " can't be used: " + failed
                    + "; check that it exists and that this user may write it", failed);
        }
    }

    /**
     * Who has the folder of a log now; empty when nobody does. Not for the process that has it: asking
     * would cost it the lock.
     */
    public static String ownerOf(Path folder) throws StoreFailed {
        if (!Files.exists(folder.resolve(FILE))) {
            return "";
        }
        try (FileChannel channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return tryLock(channel) == null ? ownerOf(channel) : "";
        } catch (IOException failed) {
            throw new StoreFailed("the data folder " + folder + " can't be used: " + failed
                    + "; check that this user may write it", failed);
        }
    }

    boolean isOwn(Path file) {
        return file.equals(folder.resolve(FILE));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The lock ends with the process at the latest.
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    private static String ownerOf(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(OWNER_BYTES_MAX);
        channel.read(buffer, 0);
        String owner = StandardCharsets.UTF_8.decode(buffer.flip()).toString().strip();
        return owner.isEmpty() ? "another process" : owner;
    }

    private static String ownName() {
        ProcessHandle self = ProcessHandle.current();
        return "process " + self.pid() + " (" + self.info().command().orElse("java") + ")";
    }
}
