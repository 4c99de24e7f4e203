package suimon.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long what is kept; what is left out stays as long as the quota allows. */
public record RetentionConfig(
        @Describe("Readings, once every required destination has them") @Nullable @Within(min = "1h")
                Duration readings,
        @Describe("Messages that could not be decoded; with the readings at the latest") @Nullable @Within(min = "1h")
                Duration rejects,
        @Describe("What models said, and ten-minute aggregates, once delivered") @Nullable @Within(min = "1h")
                Duration results,
        @Describe("One-minute and ten-minute statistics, which charts show") @Nullable @Within(min = "1d")
                Duration rollups,
        @Describe("Older readings are thinned instead of kept whole, from the finest to the coarsest")
                List<Thin> thin) {
    public RetentionConfig {
        thin = List.copyOf(thin);
    }

    /** Of each interval the first, least, greatest and last reading stay. */
    public record Thin(
            @Describe("Readings older than this, once delivered") @Within(min = "1h") Duration after,
            @Describe("The interval of which four readings stay") @Within(min = "1s", max = "1d") Duration to) {}
}
