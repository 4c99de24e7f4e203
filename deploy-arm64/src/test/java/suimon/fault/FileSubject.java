package suimon.fault;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Changes files in each way the JDK can, syncs some of them, and then the power goes. */
final class FileSubject {
    private FileSubject() {}

    /** Arguments: the watched folder, the file that arms the cut. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (String name : new String[] {"overwritten", "grown", "shrunk", "replaced", "deleted", "direct"}) {
            synced(folder.resolve(name), name + " as before");
        }
        sync(folder);

        write(folder.resolve("overwritten"), 0, "OVERWRITTEN");
        write(folder.resolve("grown"), 15, " and more");
        write(folder.resolve("direct"), 0, "DIRECT", DSYNC);
        try (FileChannel channel = FileChannel.open(folder.resolve("shrunk"), WRITE)) {
            channel.truncate(3);
        }
        Files.delete(folder.resolve("deleted"));
        synced(folder.resolve("new"), "new");
        synced(folder.resolve("temporary"), "replacement");
        Files.move(folder.resolve("temporary"), folder.resolve("replaced"), StandardCopyOption.ATOMIC_MOVE);
        synced(Files.createDirectory(folder.resolve("inner")).resolve("safe"), "safe");
        sync(folder.resolve("inner"));

        Files.createFile(Path.of(arguments[1]));
        write(folder.resolve("overwritten"), 0, "LAST");
        throw new IllegalStateException("the power did not go");
    }

    private static void synced(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    private static void write(Path file, int at, String text, java.nio.file.OpenOption... more)
            throws IOException {
        java.nio.file.OpenOption[] options = java.util.Arrays.copyOf(more, more.length + 1);
        options[more.length] = WRITE;
        try (FileChannel channel = FileChannel.open(file, options)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), at);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        }
    }
}
