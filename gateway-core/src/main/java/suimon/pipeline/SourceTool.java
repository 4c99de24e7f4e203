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

    /** Whether these words are for it; several tools may share a command. */
    default boolean takes(List<String> arguments) {
        return true;
    }

    /** Whether it works without a configuration, which may not be there yet. */
    default boolean needsSources() {
        return true;
    }

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
