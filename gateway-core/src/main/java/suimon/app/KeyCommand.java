package suimon.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import suimon.backhaul.SealKey;

/** Makes the key with which a gateway or a hub seals what goes between them. */
@Command(name = "key", description = "Make a key for sealing frames in FILE and print its public part.")
final class KeyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "a new file; stays on this machine, readable by its owner only")
    private Path file = Path.of("seal.key");

    @Override
    public Integer call() {
        SealKey.Pair pair = SealKey.generate();
        try {
            Files.createFile(file,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, pair.ownPart() + "\n");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        } catch (FileAlreadyExistsException exists) {
            System.err.println("suimon key: " + file + " exists already; name a new file, or remove it"
                    + " if nobody uses its key");
            return Suimon.EXIT_USAGE;
        } catch (IOException failed) {
            System.err.println("suimon key: " + failed.getMessage());
            return Suimon.EXIT_FAILED;
        }
        System.out.println(file + ": a new key. Its public part, for the other side's configuration:");
        System.out.println(pair.publicPart());
        return 0;
    }
}
