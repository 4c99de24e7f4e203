package suimon.hub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import suimon.reading.AlarmEvent;
import suimon.reading.Entry;
import suimon.store.LogReader;
import suimon.store.Sequenced;
import suimon.store.StoreFailed;

/** The alarms of one gateway that somebody must still see, from what it has delivered. Safe for many threads. */
final class OpenAlarms {
    /** Occurrences followed; of more the one that changed longest ago is forgotten. */
    static final int FOLLOWED_MAX = 1000;

    private final LinkedHashMap<String, AlarmEvent> newest = new LinkedHashMap<>();

    /** Those that the log holds. */
    static OpenAlarms of(LogReader reader) throws StoreFailed {
        OpenAlarms alarms = new OpenAlarms();
        List<Sequenced> found = new ArrayList<>(reader.newest(List.of(Entry.Alarm.class), FOLLOWED_MAX));
        found.sort(Comparator.comparingLong(Sequenced::sequence));
        found.forEach(entry -> alarms.take(List.of(entry.entry())));
        return alarms;
    }

    /** What was committed; an older event that comes late, from another lane, changes nothing. */
    synchronized void take(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Alarm alarm) {
                AlarmEvent event = alarm.event();
                AlarmEvent known = newest.get(event.occurrence());
                if (known == null || !event.at().isBefore(known.at())) {
                    newest.remove(event.occurrence());
                    newest.put(event.occurrence(), event);
                }
            }
        }
        newest.keySet().removeIf(oldest -> newest.size() > FOLLOWED_MAX);
    }

    /** The newest first. */
    synchronized List<AlarmEvent> open() {
        return newest.values().stream().filter(event -> event.state().isRetained()).toList().reversed();
    }
}
