package suimon.app;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import suimon.config.GatewayConfig;
import suimon.pipeline.SeriesDesk;
import suimon.reading.Calibration;
import suimon.reading.Entry;
import suimon.store.Change;
import suimon.store.Commit;
import suimon.store.Log;

/** Writes down when a configured calibration changed, so that everything can be computed again. */
final class Calibrations {
    private static final String OWNER = "calibration";

    private Calibrations() {}

    /** Compares with what was in force and commits an entry for each series that reads otherwise now; whether any does. */
    static boolean commitChanges(GatewayConfig config, Log log, SeriesDesk desk, Clock clock)
            throws InterruptedException {
        Map<String, byte[]> kept = log.kept(OWNER);
        List<Entry> entries = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        Instant now = clock.instant();
        for (String name : config.series().keySet()) {
            Calibration line = config.series().get(name).line();
            byte[] before = kept.get(name);
            Calibration known = before == null ? Calibration.NONE : of(before);
            if (!known.equals(line)) {
                entries.add(new Entry.Calibration(
                        desk.define(name).id(), now, line.offset(), line.gain(), "configuration", ""));
                changes.add(new Change.Keep(OWNER, name, bytes(line)));
            }
        }
        if (!entries.isEmpty()) {
            log.commit(new Commit(entries, changes));
        }
        return !entries.isEmpty();
    }

    private static byte[] bytes(Calibration line) {
        return ByteBuffer.allocate(16).putDouble(line.offset()).putDouble(line.gain()).array();
    }

    private static Calibration of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Calibration(buffer.getDouble(), buffer.getDouble());
    }
}
