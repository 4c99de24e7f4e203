package suimon.config;

import java.time.Duration;

/** How far the box's clock is trusted. */
public record TimeConfig(
        @Describe("What the system's clock is held to, as pages and exports name it") @Default("ntp")
                Reference reference,
        @Describe("What the box's clock loses without synchronisation, parts per million") @Default("50")
                @Within(min = "0.001", max = "1000")
                double driftPpm,
        @Describe("An alarm when the clock may be wrong by more") @Default("1s") @Within(min = "1ms", max = "1h")
                Duration errorMax,
        @Describe("An alarm only when that has been so for so long") @Default("10min") @Within(min = "1s")
                Duration patience) {
    /** What nobody configured. */
    public static final TimeConfig USUAL = new TimeConfig(
            Reference.NTP, 50, Duration.ofSeconds(1), Duration.ofMinutes(10));

    /** Where UTC comes from. */
    public enum Reference {
        NTP,
        PTP,
        GNSS
    }
}
