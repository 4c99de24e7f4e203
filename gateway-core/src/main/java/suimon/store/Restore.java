package suimon.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a {@link Backup} into an empty folder. Every file is held against the manifest first; each
 * log gets a new epoch, since what follows now is another history than what followed then, and a
 * note for the gateway to find at its next start.
 *
 * <p>A log gets its name last. A folder whose restore was cut off can't be opened and may be
 * restored into again.
 */
public final class Restore {
    /** A log of this name is not complete. */
    static final String UNFINISHED = Database.FILE + ".restoring";

    private final Path backup;
    private final Path target;
    private final BackupManifest manifest;
    private final Backup.Progress progress;

    private Restore(Path backup, Path target, BackupManifest manifest, Backup.Progress progress) {
        this.backup = backup;
        this.target = target;
        this.manifest = manifest;
        this.progress = progress;
    }

    /**
     * Restores; the folder is created when missing.
     *
     * @return what was put back
     * @throws StoreFailed when the folder holds anything or is in use, or the backup is damaged
     */
    public static BackupManifest into(Path backup, Path target, Backup.Progress progress) throws StoreFailed {
        BackupManifest manifest = BackupManifest.read(backup);
        try (FolderLock lock = FolderLock.take(target)) {
            Restore restore = new Restore(backup, target, manifest, progress);
            restore.requireEmpty(lock);
            restore.checkFiles();
            restore.copy();
            return manifest;
        } catch (IOException failed) {
            throw new StoreFailed("restoring " + backup + " into " + target + " failed: " + failed
                    + "; remove that folder and try again", failed);
        }
    }

    private void requireEmpty(FolderLock lock) throws IOException, StoreFailed {
        boolean isUnfinished = false;
        List<Path> found = new ArrayList<>();
        try (var all = Files.walk(target)) {
            for (Path path : all.toList()) {
                isUnfinished |= path.endsWith(UNFINISHED);
                if (!path.equals(target) && !lock.isOwn(path) && !path.endsWith("lost+found")) {
                    found.add(path);
                }
            }
        }
        found.sort(null);
        if (isUnfinished) {
            for (Path path : found.reversed()) {
                Files.delete(path);
            }
        } else if (!found.isEmpty()) {
            throw new StoreFailed("the folder " + target + " holds " + found.size() + " files already, such as "
                    + target.relativize(found.getFirst()) + "; move it aside or name an empty folder");
        }
    }

    private void checkFiles() throws IOException, StoreFailed {
        long[] done = {0};
        for (BackupManifest.FileCopy file : manifest.files()) {
            Path copy = inside(backup, file.path());
            if (Files.notExists(copy)) {
                throw new StoreFailed(copy + " is missing; the backup is incomplete, use another one");
            }
            String hash = Durable.hash(copy, piece -> {
                done[0] += piece;
                progress.reached("checking " + file.path(), done[0], manifest.bytes());
            });
            if (!hash.equals(file.sha256())) {
                throw new StoreFailed(copy + " is damaged: its SHA-256 is " + hash + ", the manifest says "
                        + file.sha256() + "; use another backup");
            }
        }
        for (BackupManifest.LogCopy log : manifest.logs()) {
            if (log.schema() > Schema.version()) {
                throw new StoreFailed(log.path() + " has schema " + log.schema() + ", this Suimon knows "
                        + Schema.version() + "; restore it with the newer Suimon that wrote it");
            }
        }
    }

    /** The marker comes first and goes last, so that nobody takes half a restore for a log. */
    private void copy() throws IOException, StoreFailed {
        Path content = backup.resolve(Backup.CONTENT);
        List<Path> logs = new ArrayList<>();
        for (BackupManifest.LogCopy log : manifest.logs()) {
            Path folder = Durable.parentOf(inside(target, content.relativize(backup.resolve(log.path()))
                    .toString()));
            Files.createDirectories(folder);
            Path unfinished = folder.resolve(UNFINISHED);
            Files.createFile(unfinished);
            Durable.sync(folder);
            logs.add(unfinished);
        }
        long done = 0;
        for (BackupManifest.FileCopy file : manifest.files()) {
            Path from = backup.resolve(file.path());
            if (!from.startsWith(content)) {
                continue;
            }
            Path to = inside(target, content.relativize(from).toString());
            Files.createDirectories(Durable.parentOf(to));
            to = to.endsWith(Database.FILE) ? to.resolveSibling(UNFINISHED) : to;
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            Durable.sync(to);
            done += file.bytes();
            progress.reached("restoring " + file.path(), done, manifest.bytes());
        }
        for (Path log : logs) {
            beginHistory(log);
            Durable.sync(Durable.parentOf(log));
        }
        for (Path log : logs) {
            Durable.rename(log, Database.file(Durable.parentOf(log)));
        }
    }

    private void beginHistory(Path log) throws StoreFailed {
        String note = "restored from a backup of " + manifest.made();
        try (Connection connection = Database.openOther(log, "", false);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("BEGIN IMMEDIATE");
            Epoch.begin(connection);
            Notice.write(connection, Notice.RESTORED, note.getBytes(StandardCharsets.UTF_8));
            statement.execute("COMMIT");
        } catch (SQLException failed) {
            throw Database.explain(log, "giving it a new epoch", failed);
        }
    }

    /** A manifest names nothing outside its folder. */
    private static Path inside(Path folder, String name) throws StoreFailed {
        Path path = folder.resolve(name).normalize();
        if (!path.startsWith(folder.normalize())) {
            throw new StoreFailed("the manifest names " + name + ", which lies outside; use another backup");
        }
        return path;
    }
}
