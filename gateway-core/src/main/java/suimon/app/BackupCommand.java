package suimon.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.DataSize;
import suimon.store.Backup;
import suimon.store.BackupManifest;
import suimon.store.StoreFailed;

/** Copies the data folder while the gateway runs or when it is stopped. */
@Command(name = "backup",
        description = "Copy the data folder to another place, while the gateway runs; exit 1 when the copy is not"
                + " whole.")
final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "gateway.yaml, or a data folder, such as that of a hub")
    private Path file = Path.of("gateway.yaml");

    @Option(names = "--into", required = true, description = "folder for backups, best on another medium; each"
            + " backup is a new folder in it")
    private Path into = Path.of(".");

    @Option(names = "--rate", description = "at most so much per second, so that the gateway is not held up"
            + " (default: ${DEFAULT-VALUE})", converter = Rate.class)
    private DataSize rate = new DataSize(32_000_000);

    @Override
    public Integer call() {
        try {
            @Nullable Path config = Files.isDirectory(file) ? null : file;
            Path data = config == null
                    ? file : ConfigFile.gateway(config, new Installation().kinds()).data().folder();
            Backup.Made made = Backup.make(data, config, into, Suimon.VERSION, Instant.now(),
                    new ProgressLine(rate.bytes()));
            return say(made);
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (StoreFailed failed) {
            System.err.println("suimon backup: " + failed.getMessage());
            return 1;
        }
    }

    private static int say(Backup.Made made) {
        BackupManifest manifest = made.manifest();
        for (BackupManifest.LogCopy log : manifest.logs()) {
            System.out.println(log.path() + ": " + log.entries() + " entries up to " + log.newest()
                    + ", epoch " + log.epoch());
        }
        System.out.println(manifest.files().size() + " files, " + manifest.bytes() + " bytes, read back and verified");
        System.out.println("put it back with: suimon restore " + made.folder() + " --into FOLDER");
        System.out.println("It holds keys and password hashes: keep it where only you can read it.");
        if (manifest.damaged() > 0) {
            System.err.println("suimon backup: " + manifest.damaged() + " entries are damaged in the original and"
                    + " so in the copy; all others are whole");
            return 1;
        }
        return 0;
    }

    /** A size such as 32MB. */
    static final class Rate implements picocli.CommandLine.ITypeConverter<DataSize> {
        @Override
        public DataSize convert(String text) {
            return DataSize.parse(text);
        }
    }
}
