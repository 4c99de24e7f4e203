package suimon.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import suimon.config.DataConfig.Durability;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.reading.Value;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * What a data folder holds, read from a copy of it.
 *
 * @param readings by series name, in the order of the log
 * @param epoch the log's epoch
 */
record Contents(
        String epoch, Map<String, List<Stored>> readings, List<AlarmEvent> alarms, List<Entry.Reject> rejects,
        List<Entry.Gap> gaps) {
    private static final int ENTRIES_AT_ONCE = 2_000;
    private static final long BYTES_AT_ONCE = 16 << 20;

    /** One reading. */
    record Stored(long sequence, long measured, Value value) {}

    /** Reads a copy of the data folder; the folder itself may be in use or about to be. */
    static Contents of(Path data, Path scratch) throws IOException, StoreFailed {
        Path copy = Copies.of(data, scratch);
        Contents contents = new Contents(
                "", new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        LogSettings settings = new LogSettings(copy, Long.MAX_VALUE, Durability.FULL);
        try (Log log = Log.open(settings, System::nanoTime);
                LogReader reader = log.reader()) {
            long after = 0;
            for (List<Sequenced> some = reader.after(after, ENTRIES_AT_ONCE, BYTES_AT_ONCE); !some.isEmpty();
                    some = reader.after(after, ENTRIES_AT_ONCE, BYTES_AT_ONCE)) {
                some.forEach(entry -> contents.add(log, entry));
                after = some.getLast().sequence();
            }
            return new Contents(log.epoch(), contents.readings, contents.alarms, contents.rejects, contents.gaps);
        } finally {
            Copies.remove(copy);
        }
    }

    /** The values of one series as whole numbers, in the order of the log. */
    List<Long> numbers(String series) {
        return readings.getOrDefault(series, List.of()).stream()
                .map(stored -> (long) stored.value().asDouble()).toList();
    }

    /** The sequences of all batches. */
    List<Long> batchSequences() {
        return readings.values().stream().flatMap(List::stream).map(Stored::sequence).distinct().toList();
    }

    private void add(Log log, Sequenced sequenced) {
        switch (sequenced.entry()) {
            case Entry.Batch batch -> add(log, sequenced.sequence(), batch.readings());
            case Entry.Alarm alarm -> alarms.add(alarm.event());
            case Entry.Reject reject -> rejects.add(reject);
            case Entry.Gap gap -> gaps.add(gap);
            case Entry.SeriesDefined _, Entry.Inference _, Entry.Label _, Entry.Observation _,
                    Entry.Aggregate _, Entry.Calibration _, Entry.Regrade _, Entry.ClockFix _,
                    Entry.Audit _ -> {}
        }
    }

    private void add(Log log, long sequence, Readings batch) {
        for (int row = 0; row < batch.size(); row++) {
            readings.computeIfAbsent(log.series(batch.series(row)).name(), name -> new ArrayList<>())
                    .add(new Stored(sequence, batch.measured(row), batch.value(row)));
        }
    }
}
