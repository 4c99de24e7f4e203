package suimon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** By which a replaced file is noticed: another time, size or, renamed over the old one, another inode. */
public record FileStamp(FileTime modified, long size, @Nullable Object key) {
    public static FileStamp of(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(found.lastModifiedTime(), found.size(), found.fileKey());
    }
}
