package suimon.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Copies of data folders: to look into one without changing it, or to put an old one back. */
final class Copies {
    private Copies() {}

    /** Copies the folder and all below it to a place that must not exist yet; returns that place. */
    static Path of(Path folder, Path copy) throws IOException {
        for (Path from : below(folder)) {
            Path to = copy.resolve(folder.relativize(from).toString());
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else {
                Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    /** Removes the folder and all below it. */
    static void remove(Path folder) throws IOException {
        for (Path path : below(folder).reversed()) {
            Files.delete(path);
        }
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList();
        }
    }
}
