package suimon.config;

import java.time.Duration;
import java.util.Map;

/** A series that is computed from others. */
public record DerivedConfig(
        @Describe("oxygen-saturation, practical-salinity, sea-water-density, pipe-wave-speed or joukowsky-surge")
                Formula formula,
        @Describe("What goes in: the formula's quantity to the name of a series") Map<String, String> from,
        @Describe("What goes in as a fixed number, in the formula's unit") Map<String, Double> given,
        @Describe("So far apart in time readings may be that go into one result") @Default("15min") Duration within) {
    public DerivedConfig {
        from = Map.copyOf(from);
        given = Map.copyOf(given);
    }
}
