package suimon.pipeline;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Words;
import suimon.store.CaptureShelf;

/** Captures on their way to the shelf, and the alarm when that can't be written. Ingest's thread only. */
final class CaptureDesk {
    private static final String RULE = "capture-store";
    private static final Logger LOG = LoggerFactory.getLogger(CaptureDesk.class);

    private final @Nullable CaptureShelf shelf;
    private final Alarms alarms;
    private boolean hasFailed;

    CaptureDesk(@Nullable CaptureShelf shelf, Alarms alarms) {
        this.shelf = shelf;
        this.alarms = alarms;
    }

    /** What became of a capture. */
    enum Fate {
        SHELVED,
        NO_SHELF,
        /** Its file could not be written; it must come again. */
        FAILED
    }

    Fate take(Decoder.Outcome.Captured captured, OpenMessage open, long nowNanos) {
        if (shelf == null) {
            return Fate.NO_SHELF;
        }
        try {
            shelf.take(captured.capture(), open.payload(), captured.sensor(), open.source(), open.received());
        } catch (IOException failed) {
            if (!hasFailed) {
                LOG.error("source={} address={} capture not kept: {}", open.source(), open.address(), failed.toString());
            }
            hasFailed = true;
            alarms.raise(RULE, Severity.ALERT,
                    new Words("録音・写真を保存できません", "Recordings and pictures can't be stored"),
                    new Words("ディスクの空きと data.folder の書き込み権限を確かめてください。送信側は接続し直すと再送します",
                            "Check the free space of the disk and the rights on data.folder;"
                                    + " senders send again when they reconnect"),
                    nowNanos);
            return Fate.FAILED;
        }
        if (hasFailed) {
            hasFailed = false;
            alarms.clear(RULE, nowNanos);
        }
        return Fate.SHELVED;
    }

    CaptureShelf.Drained drain(long nowNanos) {
        return shelf == null ? CaptureShelf.Drained.NOTHING : shelf.drain(nowNanos);
    }

    void sweep() {
        if (shelf != null) {
            shelf.sweep();
        }
    }
}
