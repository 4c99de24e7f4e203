package suimon.pipeline;

import java.time.Duration;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/** Tells a person that values of a sender are refused, until none was for a while. */
abstract class RefusalWatch {
    static final Duration QUIET = Duration.ofMinutes(15);

    private final String rule;
    private long last = Long.MIN_VALUE;

    /** @param rule the alarm's */
    RefusalWatch(String rule) {
        this.rule = rule;
    }

    final void refused(Alarms alarms, Words message, Words action, long nowNanos) {
        last = nowNanos;
        alarms.raise(rule, Severity.CAUTION, message, action, nowNanos);
    }

    /** Once a minute. */
    final void look(Alarms alarms, long nowNanos) {
        if (last != Long.MIN_VALUE && nowNanos - last > QUIET.toNanos()) {
            last = Long.MIN_VALUE;
            alarms.clear(rule, nowNanos);
        }
    }
}
