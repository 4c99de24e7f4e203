package suimon.app;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import suimon.pipeline.Alarms;
import suimon.reading.AlarmEvent.Severity;
import suimon.reading.Entry;
import suimon.reading.Words;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.Notice;

/** Tells what happened to the log's file while the gateway was not running, once. */
final class PastTrouble {
    /** Stands until a whole check of the file has found nothing, see {@link FileWatch}. */
    static final String DAMAGE = "damaged-file";

    private PastTrouble() {}

    /** Raises the alarm, then takes the note away together with the audit entry. */
    static void tell(Log log, Alarms alarms, Clock clock) throws InterruptedException {
        Map<String, byte[]> notes = log.kept(Notice.OWNER);
        byte[] restored = notes.get(Notice.RESTORED);
        if (restored != null) {
            settle(log, Notice.RESTORED, "restored", new String(restored, StandardCharsets.UTF_8), clock);
        }
        byte[] salvaged = notes.get(Notice.SALVAGED);
        if (salvaged != null) {
            Notice.Salvaged salvage = Notice.Salvaged.of(salvaged);
            raise(log, alarms, salvage, clock);
            settle(log, Notice.SALVAGED, "salvaged", salvage.why() + "; " + salvage.entries()
                    + " entries with " + salvage.readings() + " readings lost", clock);
        }
    }

    private static void raise(Log log, Alarms alarms, Notice.Salvaged salvage, Clock clock)
            throws InterruptedException {
        boolean isLoss = salvage.entries() > 0 || salvage.readings() > 0;
        Words message = isLoss
                ? new Words("記録ファイルの一部が壊れました。失われた記録 " + salvage.entries() + " 件（測定値 "
                        + salvage.readings() + " 個）、残りはすべて新しいファイルに移しました",
                        "Part of the log's file was damaged: " + salvage.entries() + " entries with "
                        + salvage.readings() + " readings are lost, all others were taken into a new file")
                : new Words("記録ファイルが壊れましたが、わかる限り失われた記録はなく、新しいファイルに移しました",
                        "The log's file was damaged; as far as known nothing is lost, all was taken into a new file");
        GatewayAlarms.raise(alarms, log, DAMAGE, isLoss ? Severity.ALERT : Severity.CAUTION, message,
                new Words("記録媒体（SDカード、SSD）か電源の故障が疑われます。suimon backup で控えを取り、"
                        + "販売店に媒体の点検を依頼してください。失われた分は suimon ledger に載っています",
                        "The card, disk or power supply may be failing: make a copy with suimon backup and have the"
                        + " supplier check the medium; suimon ledger lists what is lost"),
                clock);
    }

    private static void settle(Log log, String note, String action, String outcome, Clock clock)
            throws InterruptedException {
        log.commit(new Commit(
                List.of(new Entry.Audit("gateway", action, "log", outcome, clock.instant())),
                List.of(new Change.Keep(Notice.OWNER, note, new byte[0]))));
    }
}
