package suimon.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import suimon.config.FileStamp;

/** A file that is looked at again and again; one that has changed since the last look may still be written. */
final class WrittenFile {
    private final Path file;
    private @Nullable FileStamp adopted;
    private @Nullable FileStamp seen;

    /** @param adopted its stamp when it was last read; null when it was not */
    WrittenFile(Path file, @Nullable FileStamp adopted) {
        this.file = file;
        this.adopted = adopted;
        seen = adopted;
    }

    /** Whether it is another than the last that this was said of, and no longer written; one look. */
    boolean isNew() {
        FileStamp now = stampOf(file);
        boolean isWritten = Objects.equals(now, seen);
        seen = now;
        if (!isWritten || now == null || now.equals(adopted)) {
            return false;
        }
        adopted = now;
        return true;
    }

    /** Null while there is no file. */
    static @Nullable FileStamp stampOf(Path file) {
        try {
            return FileStamp.of(file);
        } catch (IOException missing) {
            return null;
        }
    }
}
