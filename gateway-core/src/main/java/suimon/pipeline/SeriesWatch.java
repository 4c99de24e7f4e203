package suimon.pipeline;

import suimon.reading.Words;

/** Tells a person of senders that name more series than there may be, until none was refused for a while. */
final class SeriesWatch extends RefusalWatch {
    static final String RULE = "too-many-series";

    SeriesWatch() {
        super(RULE);
    }

    /** A value was refused. */
    void refused(Alarms alarms, String source, String series, long nowNanos) {
        refused(alarms,
                new Words("系列が多すぎます。送信元 " + source + " の新しい系列 " + series + " の値を受け取りません",
                        "There are too many series: values of the new series " + series + " of the sender " + source
                                + " are refused"),
                new Words("系列名に連番や時刻が入っていないか送信元の設定を確かめ、直してから再起動してください",
                        "Look for a counter or a time in the names the sender uses, mend that and restart"),
                nowNanos);
    }
}
