package suimon.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import suimon.config.ConfigFile;
import suimon.config.ConfigRefused;
import suimon.config.GatewayConfig;
import suimon.config.SourceSettings;
import suimon.pipeline.SourceTool;

/** A connector's own command on the command line. */
@Command(description = "A connector's own command.")
final class ToolCommand implements Callable<Integer> {
    private final SourceTool tool;

    @Parameters(paramLabel = "WORD", description = "what to do")
    private List<String> words = List.of();

    @Option(names = "--config", description = "gateway.yaml, for its data folder (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("gateway.yaml");

    private ToolCommand(SourceTool tool) {
        this.tool = tool;
    }

    /** Adds the commands of all connectors. */
    static void addTo(CommandLine line) {
        for (SourceTool tool : ServiceLoader.load(SourceTool.class)) {
            CommandLine command = new CommandLine(new ToolCommand(tool));
            command.getCommandSpec().usageMessage().description(tool.usage().split("\n"));
            line.addSubcommand(tool.name(), command);
        }
    }

    /** Where a source keeps what is its own. */
    static Path folderOf(GatewayConfig config, SourceSettings source) {
        return config.data().folder().resolve("sources").resolve(source.name());
    }

    @Override
    public Integer call() throws Exception {
        try {
            GatewayConfig config = ConfigFile.gateway(file, new Installation().kinds());
            Map<SourceSettings, Path> folders = new LinkedHashMap<>();
            config.sources().forEach(source -> folders.put(source, folderOf(config, source)));
            return tool.run(folders, words, System.out::println);
        } catch (ConfigRefused refusal) {
            return Suimon.refuse(refusal);
        }
    }
}
