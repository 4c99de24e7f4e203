package suimon.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.store.BackupManifest;
import suimon.store.Restore;
import suimon.store.StoreFailed;

/** Puts a backup into an empty folder. */
@Command(name = "restore",
        description = "Put the backup in BACKUP into an empty folder; exit 1 when it is damaged or the folder is not"
                + " empty.")
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BACKUP", description = "a folder that suimon backup made")
    private Path backup = Path.of(".");

    @Option(names = "--into", required = true, description = "the data folder to fill; empty or not there yet")
    private Path into = Path.of("var/suimon");

    @Override
    public Integer call() {
        try {
            BackupManifest manifest = Restore.into(backup, into, new ProgressLine(Long.MAX_VALUE));
            System.out.println("restored the backup of " + manifest.made() + ": " + manifest.files().size()
                    + " files, " + manifest.bytes() + " bytes, all as the manifest says");
            System.out.println("next: set data.folder to " + into.toAbsolutePath() + " (or rename it), see that"
                    + " the service's user owns it, and start the gateway.");
            System.out.println("What came in after the backup is not in it; the log has a new epoch, and hubs"
                    + " that have more keep it.");
            return 0;
        } catch (StoreFailed failed) {
            System.err.println("suimon restore: " + failed.getMessage());
            return 1;
        }
    }
}
