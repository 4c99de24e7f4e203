package suimon.store;

import java.nio.file.Path;
import suimon.config.DataConfig.Durability;

/**
 * How a log is kept.
 *
 * @param folder created when missing; locked by the process that opens it
 * @param quotaBytes what the log's files may take
 * @param durability FULL but for tests that must lose data
 * @param aggregates whether complete ten-minute intervals are appended as {@link
 *     suimon.reading.Entry.Aggregate}; a gateway wants that, a hub that receives them does not
 */
public record LogSettings(Path folder, long quotaBytes, Durability durability, boolean aggregates) {

    /** Without aggregates. */
    public LogSettings(Path folder, long quotaBytes, Durability durability) {
        this(folder, quotaBytes, durability, false);
    }
}
