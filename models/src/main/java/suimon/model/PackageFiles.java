package suimon.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of one package, in a folder or beside the classes.
 *
 * @param folder the package's own folder; null for a package that ships with the gateway
 */
record PackageFiles(String name, @Nullable Path folder) {
    /** A larger file is refused: a model for a small box is a few MB. */
    static final long BYTES_MAX = 64L << 20;

    private static final String SHIPPED = "packages/";

    /** How messages name a file. */
    String place(String file) {
        return folder == null ? "package " + name + ": " + file : folder.resolve(file).toString();
    }

    byte[] read(String file) throws IOException {
        if (folder != null) {
            Path path = folder.resolve(file);
            if (Files.size(path) > BYTES_MAX) {
                throw new IOException("larger than " + BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(path);
        }
        String resource = SHIPPED + name + "/" + file;
        try (InputStream stream = PackageFiles.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IOException("it does not ship with the gateway");
            }
            return stream.readAllBytes();
        }
    }
}
