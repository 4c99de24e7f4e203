package suimon.connector.opcua;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import suimon.config.SourceSettings;
import suimon.pipeline.SourceTool;

/** {@code suimon opcua list|trust|reject}. */
public final class OpcUaTool implements SourceTool {
    @Override
    public String name() {
        return "opcua";
    }

    @Override
    public String usage() {
        return """
                opcua list                 certificates of servers, trusted and rejected
                opcua trust THUMBPRINT     trust a rejected one
                opcua reject THUMBPRINT    trust it no more""";
    }

    @Override
    public int run(Map<SourceSettings, Path> folders, List<String> arguments, Consumer<String> say)
            throws IOException {
        Map<String, Path> servers = new HashMap<>();
        folders.forEach((settings, folder) -> {
            if (settings instanceof OpcUaSettings) {
                servers.put(settings.name(), folder);
            }
        });
        OpcUaTrust trust = new OpcUaTrust(servers);
        return switch (arguments) {
            case List<String> words when words.equals(List.of("list")) -> {
                trust.list().forEach(one -> say.accept(one.toString()));
                yield 0;
            }
            case List<String> words when words.size() == 2 && words.getFirst().equals("trust") ->
                moved(trust.trust(words.getLast()), "trusted for ", words.getLast(), say);
            case List<String> words when words.size() == 2 && words.getFirst().equals("reject") ->
                moved(trust.reject(words.getLast()), "no longer trusted for ", words.getLast(), say);
            default -> {
                say.accept(usage());
                yield 2;
            }
        };
    }

    private static int moved(List<String> sources, String done, String thumbprint, Consumer<String> say) {
        say.accept(sources.isEmpty()
                ? "no source knows a certificate " + thumbprint + "; see suimon opcua list"
                : done + String.join(", ", sources));
        return sources.isEmpty() ? 1 : 0;
    }
}
