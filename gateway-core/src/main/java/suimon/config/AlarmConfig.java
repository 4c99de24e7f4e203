package suimon.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/** One alarm rule. A rule without an action text is refused: the operator must know what to do. */
public record AlarmConfig(
        @Describe("Unique; appears in events and labels") String name,
        @Describe("The series it watches") String series,
        @Describe("caution (注意) or alert (警戒)") Severity severity,
        @Describe("What the operator reads; left out: the rule in words") @Nullable Words message,
        @Describe("What to do, in both languages") Words action,
        @Describe("Active above this value") @Nullable Double above,
        @Describe("Active below this value") @Nullable Double below,
        @Describe("Active when the change per hour is beyond this, up or down") @Nullable Double ratePerHour,
        @Describe("Active when nothing arrives for this long") @Nullable Duration silentFor,
        @Describe("How far back inside the limit the value must come") @Default("0") @Within(min = "0")
                double deadband,
        @Describe("How long the evidence must last, in measured time") @Default("0s") Duration onDelay,
        @Describe("How long it must be gone, in measured time") @Default("0s") Duration offDelay,
        @Describe("Stays until a person resets it") @Default("false") boolean latched)
        implements Named {}
