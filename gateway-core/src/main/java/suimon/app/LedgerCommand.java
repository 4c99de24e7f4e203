package suimon.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.store.Ledger;
import suimon.store.StoreFailed;

/** Prints the books; whether the gateway runs or not. */
@Command(name = "ledger",
        description = "Print the books of a gateway and hold them against its log; exit 1 when they don't balance.")
final class LedgerCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "gateway.yaml, or a folder with a log, such as one of a hub's")
    private Path file = Path.of("gateway.yaml");

    @Override
    public Integer call() {
        try {
            Path folder = Files.isDirectory(file)
                    ? file : ConfigFile.gateway(file, new Installation().kinds()).data().folder();
            Ledger ledger = Ledger.read(folder);
            System.out.print(ledger.toText());
            return ledger.balanced() ? 0 : 1;
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (StoreFailed failed) {
            System.err.println("suimon ledger: " + failed.getMessage());
            return Suimon.EXIT_USAGE;
        }
    }
}
