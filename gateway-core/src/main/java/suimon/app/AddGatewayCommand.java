package suimon.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.HubConfig;
import suimon.hub.Credentials;

/**
 * Adds a gateway to hub.yaml: with a new token, shown once and kept there as its hash, or with the
 * certificate it will show. A hub that runs takes it over within two seconds.
 */
@Command(name = "add-gateway", description = "Add a gateway to FILE with a new token, or with its certificate.")
final class AddGatewayCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "the gateway's site.id")
    private String gateway = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "hub.yaml", defaultValue = "hub.yaml")
    private Path file = Path.of("hub.yaml");

    @Option(names = "--certificate", paramLabel = "NAME",
            description = "the name or sha256:FINGERPRINT of the certificate it shows, instead of a token")
    private @Nullable String certificate;

    @Override
    public Integer call() {
        try {
            HubConfig config = ConfigFile.hub(file, new Installation().kinds());
            if (config.gateways().containsKey(gateway)) {
                System.err.println("suimon hub: " + file + " has gateways." + gateway
                        + " already; change or remove it there first");
                return Suimon.EXIT_USAGE;
            }
            String token = Credentials.newToken();
            String line = "  " + gateway + ": " + (certificate == null
                    ? "{tokenHash: " + Credentials.hashOf(token) + "}" : "{certificate: \"" + certificate + "\"}");
            write(line);
            System.out.println(file + ": added " + gateway);
            if (certificate == null) {
                System.out.println("Its token, shown only now; put it into a file on the gateway that token: file:... of"
                        + " its link names, readable by its user only:");
                System.out.println(token);
            }
            return 0;
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        } catch (IOException failed) {
            System.err.println("suimon hub: " + failed.getMessage());
            return Suimon.EXIT_FAILED;
        }
    }

    /** Comments and all else stay; the draft must be valid before it takes the file's place as a whole. */
    private void write(String line) throws IOException, ConfigRefused {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int at = lines.indexOf("gateways:");
        if (at < 0) {
            throw new IOException(file + ": found no line \"gateways:\" to add to; add by hand: " + line.strip());
        }
        lines.add(at + 1, line);
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.write(draft, lines);
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
            ConfigFile.hub(draft, new Installation().kinds());
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
