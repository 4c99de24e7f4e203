package suimon.app;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.HubConfig;

/** Asks a gateway for something through the running hub on this machine. */
@Command(name = "command", description = "Let GATEWAY do KIND, such as acknowledge alarm=ALARM;"
        + " without KIND print what it was asked.")
final class HubOrderCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "GATEWAY", description = "the gateway's site.id")
    private String gateway = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "KIND", description = "acknowledge or capture", defaultValue = "")
    private String kind = "";

    @Parameters(index = "2..*", paramLabel = "NAME=VALUE",
            description = "acknowledge: alarm=; capture: sensors=, seconds=, at=")
    private Map<String, String> parameters = Map.of();

    @Option(names = "--expires-hours", description = "not carried out after so long (default: ${DEFAULT-VALUE})")
    private int hours = 24;

    @Option(names = "--config", description = "hub.yaml (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("hub.yaml");

    @Override
    public Integer call() throws InterruptedException {
        try {
            HubConfig config = ConfigFile.hub(file, new Installation().kinds());
            Map<String, String> values = new TreeMap<>(parameters);
            values.put("kind", kind);
            values.put("expiresHours", String.valueOf(hours));
            return PageCaller.ask("suimon hub command", file, config.web(), "/api/v1/gateways/"
                    + URLEncoder.encode(gateway, StandardCharsets.UTF_8) + "/commands", kind.isEmpty() ? null : values);
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        }
    }
}
