package suimon.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    private final List<SourceTool> tools;

    @Parameters(paramLabel = "WORD", description = "what to do")
    private List<String> words = List.of();

    @Option(names = "--config", description = "gateway.yaml, for its data folder (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("gateway.yaml");

    private ToolCommand(List<SourceTool> tools) {
        this.tools = List.copyOf(tools);
    }

    /** Adds the commands of all connectors; those of one name are one command, and its words decide. */
    static void addTo(CommandLine line) {
        Map<String, List<SourceTool>> byName = new LinkedHashMap<>();
        ServiceLoader.load(SourceTool.class).forEach(
                tool -> byName.computeIfAbsent(tool.name(), name -> new ArrayList<>()).add(tool));
        byName.forEach((name, tools) -> {
            CommandLine command = new CommandLine(new ToolCommand(tools));
            // A tool reads its own options.
            command.setUnmatchedOptionsArePositionalParams(true);
            command.getCommandSpec().usageMessage().description(usage(tools).split("\n"));
            line.addSubcommand(name, command);
        });
    }

    private static String usage(List<SourceTool> tools) {
        return tools.stream().map(SourceTool::usage).collect(Collectors.joining("\n"));
    }

    /** Where a source keeps what is its own. */
    static Path folderOf(GatewayConfig config, SourceSettings source) {
        return config.data().folder().resolve("sources").resolve(source.name());
    }

    @Override
    public Integer call() throws Exception {
        SourceTool tool = tools.stream().filter(one -> one.takes(words)).findFirst().orElse(null);
        if (tool == null) {
            System.out.println(usage(tools));
            return Suimon.EXIT_USAGE;
        }
        if (!tool.needsSources()) {
            return tool.run(Map.of(), words, System.out::println);
        }
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
