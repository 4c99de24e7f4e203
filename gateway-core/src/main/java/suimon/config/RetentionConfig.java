package suimon.config;

import java.time.Duration;
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
                Duration rollups) {}
