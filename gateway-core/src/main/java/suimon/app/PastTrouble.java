package suimon.app;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import suimon.reading.Entry;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;
import suimon.store.Notice;

/** Tells what happened to the log's file while the gateway was not running, once. */
final class PastTrouble {
    private PastTrouble() {}

    /** Writes it into the audit trail and takes the note away in the same commit. */
    static void tell(Log log, Clock clock) throws InterruptedException {
        List<Entry> entries = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, byte[]> note : log.kept(Notice.OWNER).entrySet()) {
            if (note.getKey().equals(Notice.RESTORED)) {
                entries.add(new Entry.Audit("gateway", "restored", "log",
                        new String(note.getValue(), StandardCharsets.UTF_8), clock.instant()));
                changes.add(new Change.Keep(Notice.OWNER, note.getKey(), new byte[0]));
            }
        }
        if (!entries.isEmpty()) {
            log.commit(new Commit(entries, changes));
        }
    }
}
