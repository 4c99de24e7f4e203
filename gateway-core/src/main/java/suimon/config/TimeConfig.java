package suimon.config;

import java.time.Duration;

/** How far clocks are trusted: the box's own and those of senders. */
public record TimeConfig(
        @Describe("What the system's clock is held to, as pages and exports name it") @Default("ntp")
                Reference reference,
        @Describe("What the box's clock loses without synchronisation, parts per million") @Default("50")
                @Within(min = "0.001", max = "1000")
                double driftPpm,
        @Describe("An alarm when the clock may be wrong by more") @Default("1s") @Within(min = "1ms", max = "1h")
                Duration errorMax,
        @Describe("An alarm only when that has been so for so long") @Default("10min") @Within(min = "1s")
                Duration patience,
        @Describe("An alarm when the clock of a sender differs from ours by more") @Default("2min")
                @Within(min = "1s", max = "1d")
                Duration senderMax) {
    /** What nobody configured. */
    public static final TimeConfig USUAL = new TimeConfig(
            Reference.NTP, 50, Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ofMinutes(2));

    /** Where UTC comes from. */
    public enum Reference {
        NTP,
        PTP,
        GNSS
    }
}
