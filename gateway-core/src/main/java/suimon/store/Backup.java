package suimon.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a data folder while a gateway or hub works on it: each log as of one moment, and every
 * other file (users, certificates, keys, trusted certificates). The copy appears under its name
 * only when all of it is verified and on disk; until then it is called {@code .part}.
 *
 * <p>For any thread of any process. A backup holds secrets: its folder is its owner's alone.
 */
public final class Backup {
    /** The folder inside a backup that holds what was in the data folder. */
    static final String CONTENT = "data";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String UNFINISHED = ".part";

    private final Path from;
    private final Path part;
    private final Progress progress;
    private final List<Path> names = new ArrayList<>();

    private Backup(Path from, Path part, Progress progress) {
        this.from = from;
        this.part = part;
        this.progress = progress;
    }

    /** Hears how the work goes; may wait in order to slow it down. */
    public interface Progress {
        /**
         * Called some times a second.
         *
         * @param doing what, such as {@code copying log.db}
         */
        void reached(String doing, long done, long all);
    }

    /** What came out. */
    public record Made(Path folder, BackupManifest manifest) {}

    /**
     * Makes {@code suimon-TIME} in a folder.
     *
     * @param data the data folder; every log in it and below is copied
     * @param config a configuration file to keep beside it, or null
     * @param version this program's, for the manifest
     * @throws StoreFailed when there is no log, no room, or what was written can't be read back
     */
    public static Made make(
            Path data, @Nullable Path config, Path into, String version, Instant now, Progress progress)
            throws StoreFailed {
        Path target = into.resolve("suimon-" + STAMP.format(now));
        Path part = into.resolve(target.getFileName() + UNFINISHED);
        try {
            check(data, into, target);
            Files.createDirectories(into);
            Durable.remove(part);
            Files.createDirectory(part, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
            Backup backup = new Backup(data.toRealPath(), part, progress);
            BackupManifest manifest = backup.fill(config, version, now);
            Durable.rename(part, target);
            return new Made(target, manifest);
        } catch (IOException failed) {
            throw new StoreFailed("the backup in " + part + " failed: " + failed
                    + "; check that the medium is there, has room and may be written", failed);
        }
    }

    private static void check(Path data, Path into, Path target) throws StoreFailed, IOException {
        if (!Files.isDirectory(data)) {
            throw new StoreFailed(data + " is no folder; name gateway.yaml or a data folder");
        }
        if (into.toAbsolutePath().normalize().startsWith(data.toRealPath())
                || Files.exists(into) && into.toRealPath().startsWith(data.toRealPath())) {
            throw new StoreFailed(into + " lies inside the data folder " + data
                    + "; name a folder on another medium");
        }
        if (Files.exists(target)) {
            throw new StoreFailed(target + " exists already; try again in a second");
        }
    }

    private BackupManifest fill(@Nullable Path config, String version, Instant now)
            throws IOException, StoreFailed {
        find();
        if (names.stream().noneMatch(Backup::isLog)) {
            throw new StoreFailed(from + " holds no " + Database.FILE + "; is it a data folder?");
        }
        requireRoom();
        List<BackupManifest.LogCopy> logs = new ArrayList<>();
        List<BackupManifest.FileCopy> files = new ArrayList<>();
        long damaged = 0;
        for (Path name : List.copyOf(names)) {
            Path copy = part.resolve(CONTENT).resolve(name.toString());
            makeFolders(copy);
            if (isLog(name)) {
                Snapshot.Facts facts = copyLog(name, copy);
                damaged += facts.damaged();
                logs.add(new BackupManifest.LogCopy(pathIn(copy), facts.schema(), facts.epoch(),
                        facts.newest(), facts.entries()));
                files.add(hashed(copy));
            } else if (copyFile(from.resolve(name), copy)) {
                files.add(hashed(copy));
            }
        }
        copyArrivals(files);
        if (config != null && copyFile(config, part.resolve("gateway.yaml"))) {
            files.add(hashed(part.resolve("gateway.yaml")));
        }
        BackupManifest manifest = new BackupManifest(now, version, damaged, logs, files);
        manifest.write(part);
        syncFolders();
        return manifest;
    }

    /**
     * Captures that came after the list was made: the log, copied meanwhile, may speak of them. One
     * it speaks of was in the list or is here, since a file goes only after its row.
     */
    private void copyArrivals(List<BackupManifest.FileCopy> files) throws IOException {
        Set<Path> known = Set.copyOf(names);
        find();
        for (Path name : names) {
            Path copy = part.resolve(CONTENT).resolve(name.toString());
            if (!known.contains(name) && name.startsWith(CaptureFiles.FOLDER)) {
                makeFolders(copy);
                if (copyFile(from.resolve(name), copy)) {
                    files.add(hashed(copy));
                }
            }
        }
    }

    private Snapshot.Facts copyLog(Path name, Path copy) throws IOException, StoreFailed {
        Path folder = Durable.parentOf(from.resolve(name));
        Snapshot.copy(folder, copy, (done, all) -> progress.reached("copying " + name, done, all));
        return Snapshot.verify(copy, (done, all) -> progress.reached("verifying " + name, done, all));
    }

    /** False when the file is gone meanwhile: it was not to last. */
    private static boolean copyFile(Path original, Path copy) throws IOException {
        try {
            Files.copy(original, copy, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (java.nio.file.NoSuchFileException gone) {
            return false;
        }
        Durable.sync(copy);
        return true;
    }

    private BackupManifest.FileCopy hashed(Path copy) throws IOException {
        long bytes = Files.size(copy);
        long[] done = {0};
        String doing = "hashing " + pathIn(copy);
        String hash = Durable.hash(copy, piece -> {
            done[0] += piece;
            progress.reached(doing, done[0], bytes);
        });
        return new BackupManifest.FileCopy(pathIn(copy), bytes, hash);
    }

    private String pathIn(Path copy) {
        return part.relativize(copy).toString();
    }

    private void find() throws IOException {
        names.clear();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isKept(file.getFileName().toString())) {
                    names.add(from.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        names.sort(null);
    }

    /** What belongs to a running process or to an earlier damage stays behind. */
    private static boolean isKept(String name) {
        return !name.equals(FolderLock.FILE) && !name.endsWith("-wal") && !name.endsWith("-shm")
                && !name.endsWith("-journal") && !name.endsWith(CaptureFiles.UNFINISHED)
                && !name.startsWith(Database.FILE + ".");
    }

    private static boolean isLog(Path name) {
        return name.endsWith(Database.FILE);
    }

    private void requireRoom() throws IOException, StoreFailed {
        long needed = 0;
        for (Path name : names) {
            needed += sizeOf(from.resolve(name));
        }
        long room = Files.getFileStore(part).getUsableSpace();
        if (room < needed) {
            throw new StoreFailed("the backup needs " + needed + " bytes, " + part + " has room for " + room
                    + "; free some or name another medium");
        }
    }

    /** Nothing for a file that is gone meanwhile. */
    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (java.nio.file.NoSuchFileException gone) {
            return 0;
        }
    }

    private void makeFolders(Path copy) throws IOException {
        Files.createDirectories(Durable.parentOf(copy));
    }

    private void syncFolders() throws IOException {
        try (var all = Files.walk(part)) {
            for (Path path : all.filter(Files::isDirectory).toList()) {
                Durable.sync(path);
            }
        }
    }
}
