package suimon.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.store.Log;
import suimon.store.LogReader;
import suimon.store.Sequenced;

/**
 * What a log holds, with names in place of numbers, so that two logs can be compared.
 *
 * @param readings per series in the order of the log, each as text with everything it has
 * @param entries all others, sorted
 */
record Holdings(Map<String, List<String>> readings, List<String> entries) {

    static Holdings of(Log log) throws Exception {
        return of(log, 0);
    }

    static Holdings of(Log log, long after) throws Exception {
        Map<String, List<String>> readings = new TreeMap<>();
        List<String> entries = new ArrayList<>();
        try (LogReader reader = log.reader()) {
            long position = after;
            while (true) {
                List<Sequenced> found = reader.after(position, 1000, 8 << 20);
                if (found.isEmpty()) {
                    break;
                }
                for (Sequenced sequenced : found) {
                    position = sequenced.sequence();
                    add(log, sequenced.entry(), readings, entries);
                }
            }
        }
        entries.sort(null);
        return new Holdings(readings, entries);
    }

    /** The same with the readings of each series by time, as sealing brings them. */
    Holdings byTime() {
        Map<String, List<String>> sorted = new TreeMap<>();
        readings.forEach((series, rows) -> sorted.put(series, rows.stream().sorted().toList()));
        return new Holdings(sorted, entries);
    }

    private static void add(
            Log log, Entry entry, Map<String, List<String>> readings, List<String> entries) {
        switch (entry) {
            case Entry.Batch batch -> addRows(log, batch, readings);
            case Entry.SeriesDefined defined -> entries.add("series " + defined.series().name() + " "
                    + defined.series().title() + defined.series().unit()
                    + defined.series().expectedPeriodNanos());
            case Entry.Aggregate of -> entries.add(log.series(of.series()).name()
                    + new Entry.Aggregate(0, of.start(), of.durationNanos(), of.count(), of.usable(),
                            of.minimum(), of.mean(), of.maximum(), of.last(), of.worst(), of.revision()));
            case Entry.Calibration of -> entries.add(log.series(of.series()).name()
                    + new Entry.Calibration(0, of.from(), of.curve(), of.by(), of.note(), of.sheet()));
            case Entry.Regrade of -> {
                String name = log.series(of.series()).name();
                if (!Pair.isKept(name)) {
                    entries.add(name + new Entry.Regrade(0, of.measuredNanos(), of.grade(), of.test()));
                }
            }
            case Entry.Reject ignored -> {}
            case Entry.Alarm same -> entries.add(same.toString());
            case Entry.Audit same -> {
                // The hub's own, which explains a new epoch.
                if (!same.by().equals("hub")) {
                    entries.add(same.toString());
                }
            }
            case Entry.ClockFix same -> entries.add(same.toString());
            case Entry.Gap same -> entries.add(same.toString());
            case Entry.Inference same -> entries.add(same.toString());
            case Entry.Label same -> entries.add(same.toString());
            case Entry.Observation same -> entries.add(same.toString());
        }
    }

    private static void addRows(Log log, Entry.Batch batch, Map<String, List<String>> readings) {
        Readings rows = batch.readings();
        for (int row = 0; row < rows.size(); row++) {
            String name = log.series(rows.series(row)).name();
            if (!Pair.isKept(name)) {
                readings.computeIfAbsent(name, series -> new ArrayList<>()).add(rows.measured(row) + " "
                        + rows.received(row) + " " + rows.type(row) + " " + rows.bits(row) + " "
                        + rows.scale(row) + " " + rows.textOf(row) + " " + rows.grade(row) + " "
                        + rows.status(row) + " " + rows.origin(row) + " " + batch.clock().boot() + " "
                        + batch.clock().trust());
            }
        }
    }
}
