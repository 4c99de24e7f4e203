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
import suimon.store.Books;
import suimon.store.Ledger;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.LogSettings;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/**
 * What a data folder holds, read from a copy of it.
 *
 * @param differences what the ledger finds in the books; empty when they balance
 * @param readings by series name, in the order of the log
 */
record Contents(
        Books books, List<String> differences, Map<String, List<Stored>> readings,
        List<AlarmEvent> alarms, List<Entry.Reject> rejects, List<Entry.Gap> gaps,
        List<Entry.Audit> audits) {
    private static final int ENTRIES_AT_ONCE = 2_000;
    private static final long BYTES_AT_ONCE = 16 << 20;

    /** One reading. */
    record Stored(long sequence, long measured, Value value) {}

    /** Reads a copy of the data folder; the folder itself may be in use or about to be. */
    static Contents of(Path data, Path scratch) throws IOException, StoreFailed {
        Path copy = Copies.of(data, scratch);
        LogSettings settings = new LogSettings(copy, Long.MAX_VALUE, Durability.FULL);
        try (Log log = Log.open(settings, System::nanoTime);
                LogReader reader = log.reader()) {
            Contents contents = new Contents(log.books(),
                    Ledger.read(copy).differences(), new LinkedHashMap<>(), new ArrayList<>(),
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            long after = 0;
            for (List<Sequenced> some = reader.after(after, ENTRIES_AT_ONCE, BYTES_AT_ONCE); !some.isEmpty();
                    some = reader.after(after, ENTRIES_AT_ONCE, BYTES_AT_ONCE)) {
                some.forEach(entry -> contents.add(log, entry));
                after = some.getLast().sequence();
            }
            return contents;
        } finally {
            Copies.remove(copy);
        }
    }

    /** The values of one series as whole numbers, in the order of the log. */
    List<Long> numbers(String series) {
        return readings.getOrDefault(series, List.of()).stream()
                .map(stored -> (long) stored.value().asDouble()).toList();
    }

    /** The books of the built-in listener. */
    Books.SourceBook listener() {
        return java.util.Objects.requireNonNull(books.sources().get("listener"), "no books of the listener");
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
            case Entry.Audit audit -> audits.add(audit);
            case Entry.SeriesDefined _, Entry.Inference _, Entry.Label _, Entry.Observation _,
                    Entry.Aggregate _, Entry.Calibration _, Entry.Regrade _, Entry.ClockFix _ -> {}
        }
    }

    private void add(Log log, long sequence, Readings batch) {
        for (int row = 0; row < batch.size(); row++) {
            readings.computeIfAbsent(log.series(batch.series(row)).name(), name -> new ArrayList<>())
                    .add(new Stored(sequence, batch.measured(row), batch.value(row)));
        }
    }
}
