package suimon.config;

import java.nio.file.Path;
import java.time.Duration;

/** Where and how durably. */
public record DataConfig(
        @Describe("The data folder; one process owns it") @Default("var/suimon") Path folder,
        @Describe("How many bytes the log may take on disk") @Default("4GB") @Within(min = "16MB") DataSize quota,
        @Describe("No acknowledgement waits longer") @Default("1s") @Within(min = "1ms", max = "10s")
                Duration acknowledgeWithin,
        @Describe("How long readings are collected for one commit") @Default("20ms") @Within(max = "10s")
                Duration commitWindow,
        @Describe("A reading older than this on arrival is kept and charted but raises no alarm")
                @Default("10min")
                Duration lateAfter,
        @Describe("off only for tests that must lose data; full is the only durable setting")
                @Default("full")
                Durability durability) {
    /** SQLite's synchronous setting. */
    public enum Durability {
        FULL,
        NORMAL,
        OFF
    }
}
