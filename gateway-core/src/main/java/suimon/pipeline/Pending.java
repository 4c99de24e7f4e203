package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.store.Change;

/** What the next commit will hold. */
final class Pending {
    final Readings.Builder readings = new Readings.Builder(1024);
    final List<Entry> entries = new ArrayList<>();
    final List<Delivery> deliveries = new ArrayList<>();
    final Map<String, Count> counts = new HashMap<>();
    final List<SeriesDesk.Desk> touched = new ArrayList<>();
    long since;
    int messages;
    int size;

    static final class Count {
        long received;
        long decoded;
        long rejected;
        long refused;
    }

    boolean isEmpty() {
        return deliveries.isEmpty() && counts.isEmpty();
    }

    void began(List<Delivery> arriving, long now) {
        if (isEmpty() && !arriving.isEmpty()) {
            since = now;
        }
    }

    void received(Delivery delivery) {
        deliveries.add(delivery);
        count(delivery.source()).received += delivery.messages();
        messages += delivery.messages();
    }

    void refused(String source, long messages) {
        Count count = count(source);
        count.received += messages;
        count.refused += messages;
    }

    Count count(String source) {
        return counts.computeIfAbsent(source, name -> new Count());
    }

    void touched(SeriesDesk.Desk desk) {
        if (!desk.isTouched) {
            desk.isTouched = true;
            touched.add(desk);
        }
    }

    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        counts.forEach((source, count) -> changes.add(new Change.SourceCount(
                source, count.received, count.decoded, count.rejected, count.refused)));
        for (SeriesDesk.Desk desk : touched) {
            changes.add(new Change.SeriesCount(desk.series.id(), desk.decoded, desk.stored, desk.repeated));
            desk.isTouched = false;
            desk.decoded = 0;
            desk.stored = 0;
            desk.repeated = 0;
        }
        for (Delivery delivery : deliveries) {
            for (Delivery.Note note : delivery.notes()) {
                changes.add(new Change.Keep("source/" + delivery.source(), note.key(), note.bytes()));
            }
        }
        return changes;
    }

    void clear() {
        readings.clear();
        entries.clear();
        deliveries.clear();
        counts.clear();
        touched.clear();
        messages = 0;
        size = 0;
    }
}
