package suimon.config;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One destination. */
public record UplinkConfig(
        @Describe("Unique; the destination in the books") String name,
        @Describe("How it is reached, where there is one way only") @Nullable LinkSettings link,
        @Describe("How it is reached over several links, the preferred one first") List<Path> paths,
        @Describe("The lanes it gets: p0 alarms, p1 states, p2 results and aggregates, p3 readings,"
                        + " p4 recordings and pictures")
                @Default("[p0, p1, p2, p3]")
                Set<Lane> lanes,
        @Describe("What each lane may do") List<LanePolicy> policies,
        @Describe("Data is kept until this destination has it, as far as the quota allows")
                @Default("true")
                boolean required,
        @Describe("The largest frame") @Default("256KB") @Within(min = "340B", max = "4MB") DataSize frame,
        @Describe("How long P2 and P3 entries collect before a frame is cut") @Default("10s")
                Duration collect,
        @Describe("Readings older than this are no longer sent") @Nullable Duration maximumAge,
        @Describe("Everything is encrypted for the hub and signed; left out: the link's own TLS only")
                @Nullable SealConfig seal,
        @Describe("What people at the hub may have this gateway do; nothing unless it is named here")
                Set<Command> commands)
        implements Named {
    public UplinkConfig {
        lanes = Set.copyOf(lanes);
        commands = Set.copyOf(commands);
        paths = List.copyOf(paths);
        policies = List.copyOf(policies);
        if ((link == null) == paths.isEmpty()) {
            throw new IllegalArgumentException("uplink " + name + " needs either link or paths");
        }
    }

    /** One way, over all that the system routes. */
    public UplinkConfig(
            String name, LinkSettings link, Set<Lane> lanes, boolean required, DataSize frame, Duration collect,
            @Nullable Duration maximumAge) {
        this(name, link, List.of(), lanes, List.of(), required, frame, collect, maximumAge, null, Set.of());
    }

    /** The hub over one of the site's links. */
    public record Path(
            @Describe("The name of one of links") String link,
            @Describe("How the hub is reached over it") LinkSettings transport) {}

    /** What the lane may do. */
    public LanePolicy policy(Lane lane) {
        return policies.stream().filter(one -> one.lane() == lane).findFirst()
                .orElseGet(() -> new LanePolicy(lane, Set.of()));
    }

    /** What a hub may ask of a gateway. */
    public enum Command {
        /** An alarm is seen. */
        ACKNOWLEDGE,
        /** Loggers record together. */
        CAPTURE
    }

    /** Lanes by urgency; see ARCHITECTURE.md. */
    public enum Lane {
        P0,
        P1,
        P2,
        P3,
        P4
    }
}
