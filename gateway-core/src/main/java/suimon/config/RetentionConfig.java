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
        @Describe("Recordings and pictures") @Nullable @Within(min = "1h") Duration captures,
        @Describe("How many bytes recordings and pictures may take, beside the log's quota; the oldest go first")
                @Default("1GB")
                @Within(min = "32MB")
                DataSize captureQuota,
        @Describe("Older readings are thinned instead of kept whole, from the finest to the coarsest")
                List<Thin> thin) {
    /** For captures, where nothing is said. */
    public static final long CAPTURE_BYTES = 1_000_000_000L;

    public RetentionConfig {
        thin = List.copyOf(thin);
    }

    /** Of each interval the first, least, greatest and last reading stay. */
    public record Thin(
            @Describe("Readings older than this, once delivered") @Within(min = "1h") Duration after,
            @Describe("The interval of which four readings stay") @Within(min = "1s", max = "1d") Duration to) {}
}
