package suimon.pipeline;

import java.time.Duration;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;

/** Tells a person of senders that changed a unit, until none was refused for a while. */
final class UnitWatch {
    static final String RULE = "unit-changed";
    static final Duration QUIET = Duration.ofMinutes(15);

    private long last = Long.MIN_VALUE;

    /** A message was refused. */
    void refused(Alarms alarms, String source, String reason, long nowNanos) {
        last = nowNanos;
        alarms.raise(RULE, Severity.CAUTION,
                new Words("送信元 " + source + " が測定単位を変えました。単位の違う値は受け取りません（" + reason + "）",
                        "The sender " + source + " changed a unit: values in it are refused (" + reason + ")"),
                new Words("センサーの設定を元の単位に戻すか、設定ファイルの rawUnit を合わせてください",
                        "Set the sensor back to the unit, or change rawUnit of the series in the configuration"),
                nowNanos);
    }

    /** Once a minute. */
    void look(Alarms alarms, long nowNanos) {
        if (last != Long.MIN_VALUE && nowNanos - last > QUIET.toNanos()) {
            last = Long.MIN_VALUE;
            alarms.clear(RULE, nowNanos);
        }
    }
}
