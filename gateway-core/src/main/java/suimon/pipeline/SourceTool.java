package suimon.pipeline;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import suimon.config.SourceSettings;

/**
 * A command that a connector brings along, such as {@code suimon opcua trust}; found with
 * {@link java.util.ServiceLoader}. Works whether the gateway runs or not.
 */
public interface SourceTool {
    /** The command's name. */
    String name();

    /** One line per way to call it. */
    String usage();

    /**
     * Does it.
     *
     * @param folders the folder of each configured source
     * @param say takes lines for the person
     * @return the exit status: 0 done, 1 not done, 2 not understood
     */
    int run(Map<SourceSettings, Path> folders, List<String> arguments, Consumer<String> say)
            throws IOException;
}
