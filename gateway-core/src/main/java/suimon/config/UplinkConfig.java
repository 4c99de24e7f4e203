package suimon.config;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One destination. */
public record UplinkConfig(
        @Describe("Unique; the destination in the books") String name,
        @Describe("How it is reached") LinkSettings link,
        @Describe("The lanes it gets: p0 alarms, p1 states, p2 results and aggregates, p3 readings")
                @Default("[p0, p1, p2, p3]")
                Set<Lane> lanes,
        @Describe("Data is kept until this destination has it, as far as the quota allows")
                @Default("true")
                boolean required,
        @Describe("The largest frame") @Default("256KB") @Within(min = "340B", max = "4MB") DataSize frame,
        @Describe("How long P2 and P3 entries collect before a frame is cut") @Default("10s")
                Duration collect,
        @Describe("Readings older than this are no longer sent") @Nullable Duration maximumAge)
        implements Named {
    public UplinkConfig {
        lanes = Set.copyOf(lanes);
    }

    /** Lanes by urgency; see ARCHITECTURE.md. */
    public enum Lane {
        P0,
        P1,
        P2,
        P3
    }
}
