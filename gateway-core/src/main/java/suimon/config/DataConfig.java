package suimon.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where and how durably. */
public record DataConfig(
        @Describe("The data folder; one process owns it") @Default("var/suimon") Path folder,
        @Describe("How many bytes the log may take on disk") @Default("4GB") @Within(min = "16MB") DataSize quota,
        @Describe("No acknowledgement waits longer") @Default("1s") @Within(min = "1ms", max = "10s")
                Duration acknowledgeWithin,
        @Describe("What may be written to the flash per day; commits collect readings as long as this asks,"
                        + " within acknowledgeWithin")
                @Default("1GB")
                @Within(min = "1MB")
                DataSize flashPerDay,
        @Describe("A reading older than this on arrival is kept and charted but raises no alarm")
                @Default("10min")
                Duration lateAfter,
        @Describe("off only for tests that must lose data; full is the only durable setting")
                @Default("full")
                Durability durability,
        @Describe("After about so long readings are put into compressed chunks; a busy site's are sooner."
                        + " Shorter needs less disk while they wait, longer writes less to the flash")
                @Default("1h")
                @Within(min = "1min", max = "1d")
                Duration sealAfter,
        @Describe("How long what is kept; left out: as long as the quota allows") @Nullable
                RetentionConfig retention) {
    /** Sealed after an hour and kept as long as the quota allows. */
    public DataConfig(
            Path folder, DataSize quota, Duration acknowledgeWithin, DataSize flashPerDay, Duration lateAfter,
            Durability durability) {
        this(folder, quota, acknowledgeWithin, flashPerDay, lateAfter, durability, Duration.ofHours(1), null);
    }

    /** SQLite's synchronous setting. */
    public enum Durability {
        FULL,
        NORMAL,
        OFF
    }
}
