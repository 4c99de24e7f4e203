package suimon.pipeline;

import suimon.reading.Words;

/** Tells a person of senders that changed a unit, until none was refused for a while. */
final class UnitWatch extends RefusalWatch {
    static final String RULE = "unit-changed";

    UnitWatch() {
        super(RULE);
    }

    /** A message was refused. */
    void refused(Alarms alarms, String source, String reason, long nowNanos) {
        refused(alarms,
                new Words("送信元 " + source + " が測定単位を変えました。単位の違う値は受け取りません（" + reason + "）",
                        "The sender " + source + " changed a unit: values in it are refused (" + reason + ")"),
                new Words("センサーの設定を元の単位に戻すか、設定ファイルの rawUnit を合わせてください",
                        "Set the sensor back to the unit, or change rawUnit of the series in the configuration"),
                nowNanos);
    }
}
