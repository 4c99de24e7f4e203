package suimon.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a database as of its last commit, read past SQLite: from the write-ahead log where
 * it has a page, else from the database file.
 *
 * <p>For a file in use a read transaction must be open before and as long as this is, so that no
 * checkpoint changes the file beyond what it saw. Closing it lets go of SQLite's locks in this
 * process (POSIX locks belong to a process and a file), so in a process that has the database open
 * close it last.
 */
final class PageFile implements AutoCloseable {
    private static final int BYTES_MIN = 512;
    private static final int BYTES_MAX = 32_768;

    private final FileChannel database;
    private final @Nullable FileChannel wal;
    private final WalScan.Outcome frames;
    private final int pageBytes;
    private final int pages;
    private int reads;

    private PageFile(
            FileChannel database, @Nullable FileChannel wal, WalScan.Outcome frames, int pageBytes)
            throws IOException {
        this.pageBytes = pageBytes;
        this.database = database;
        this.wal = wal;
        this.frames = frames;
        int inFile = (int) ((database.size() + pageBytes - 1) / pageBytes);
        pages = Math.max(inFile, Math.max(frames.pages(),
                frames.frames().keySet().stream().mapToInt(Integer::intValue).max().orElse(0)));
    }

    static PageFile open(Path file) throws IOException {
        FileChannel database = FileChannel.open(file, StandardOpenOption.READ);
        int pageBytes = pageBytesOf(database, file);
        return open(database, file, WalScan.of(file, pageBytes), pageBytes);
    }

    /** Of a file in use, opened by the caller, who also closes it. */
    static PageFile openLive(FileChannel database, Path file) throws IOException {
        WalIndex index = WalIndex.read(file);
        int pageBytes = pageBytesOf(database, file);
        // Frames that are all in the database file may be written over at any time.
        WalScan.Outcome frames = index.checkpointed() >= index.frames()
                ? new WalScan.Outcome(0, Map.of(), 0, false) : WalScan.of(file, pageBytes);
        return open(database, file, frames, pageBytes);
    }

    private static PageFile open(
            FileChannel database, Path file, WalScan.Outcome frames, int pageBytes) throws IOException {
        FileChannel wal = frames.frames().isEmpty() ? null
                : FileChannel.open(file.resolveSibling(file.getFileName() + "-wal"), StandardOpenOption.READ);
        return new PageFile(database, wal, frames, pageBytes);
    }

    /** The copy of the catalog is believed before the head, which may be what is damaged. */
    private static int pageBytesOf(FileChannel database, Path file) throws IOException {
        Catalog catalog = Catalog.read(Durable.parentOf(file));
        if (catalog != null) {
            return catalog.pageBytes();
        }
        byte[] head = new byte[18];
        if (!read(database, ByteBuffer.wrap(head), 0)) {
            return Database.PAGE_BYTES;
        }
        int bytes = Bytes.shortAt(head, 16);
        boolean isPossible = bytes >= BYTES_MIN && bytes <= BYTES_MAX && Integer.bitCount(bytes) == 1;
        return isPossible ? bytes : Database.PAGE_BYTES;
    }

    int pageBytes() {
        return pageBytes;
    }

    int pages() {
        return pages;
    }

    WalScan.Outcome wal() {
        return frames;
    }

    /** How many pages were read, repeated ones included. */
    int reads() {
        return reads;
    }

    /** The page of that number, from 1; null when it is not there whole. */
    byte @Nullable [] page(int number) throws IOException {
        if (number < 1 || number > pages) {
            return null;
        }
        reads++;
        byte[] page = new byte[pageBytes];
        Long frame = frames.frames().get(number);
        boolean isThere = frame == null
                ? read(database, ByteBuffer.wrap(page), (number - 1L) * pageBytes)
                : read(wal, ByteBuffer.wrap(page), frame);
        return isThere ? page : null;
    }

    private static boolean read(@Nullable FileChannel from, ByteBuffer to, long at) {
        try {
            while (from != null && to.hasRemaining()) {
                if (from.read(to, at + to.position()) < 0) {
                    return false;
                }
            }
            return from != null;
        } catch (IOException unreadable) {
            // A sector that the medium can't give back is a damaged page like another.
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (wal != null) {
            wal.close();
        }
        database.close();
    }
}
