package suimon.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The bytes of captures, each file named after the SHA-256 of its content: captures/2 digits/64 digits. */
final class CaptureFiles {
    static final String FOLDER = "captures";
    static final String UNFINISHED = ".part";
    /** Where a salvage puts files that no row speaks of any more. */
    static final String ASIDE = "captures-without-row";

    /** Captures leave so much of the disk free: the log shall not run full over them. */
    static final long FREE_BYTES_MIN = 64L << 20;

    private static final int FOLDER_DIGITS = 2;

    private final Path data;
    private final Path folder;

    CaptureFiles(Path data) {
        this.data = data;
        this.folder = data.resolve(FOLDER);
    }

    Path of(String sha256) {
        return folder.resolve(sha256.substring(0, FOLDER_DIGITS)).resolve(sha256);
    }

    boolean has(String sha256, long bytes) {
        try {
            return Files.size(of(sha256)) == bytes;
        } catch (IOException absent) {
            return false;
        }
    }

    /** On disk, name and content, once this returns. */
    void write(String sha256, byte[] bytes) throws IOException {
        Path target = of(sha256);
        Path below = Durable.parentOf(target);
        makeFolder(folder);
        makeFolder(below);
        long free = Files.getFileStore(folder).getUsableSpace() - bytes.length;
        if (free < FREE_BYTES_MIN) {
            throw new IOException("the disk with " + folder + " would have " + free + " bytes left, at least "
                    + FREE_BYTES_MIN + " stay free");
        }
        Path part = below.resolve(sha256 + UNFINISHED);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Durable.rename(part, target);
    }

    void remove(String sha256) throws IOException {
        Files.deleteIfExists(of(sha256));
    }

    /**
     * Removes every file but those named, or puts it aside.
     *
     * @return how many
     */
    int clear(Set<String> wanted, boolean isAside) throws IOException {
        if (Files.notExists(folder)) {
            return 0;
        }
        List<Path> strays = new ArrayList<>();
        try (var all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).filter(file -> !wanted.contains(String.valueOf(file.getFileName())))
                    .forEach(strays::add);
        }
        for (Path stray : strays) {
            if (isAside && !stray.toString().endsWith(UNFINISHED)) {
                Path aside = data.resolve(ASIDE);
                makeFolder(aside);
                Files.move(stray, aside.resolve(String.valueOf(stray.getFileName())),
                        StandardCopyOption.ATOMIC_MOVE);
                Durable.sync(aside);
            } else {
                Files.delete(stray);
            }
        }
        return strays.size();
    }

    private static void makeFolder(Path wanted) throws IOException {
        if (Files.notExists(wanted)) {
            Files.createDirectories(wanted);
            Durable.sync(Durable.parentOf(wanted));
        }
    }
}
