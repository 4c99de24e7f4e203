package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;
import suimon.reading.Readings;
import suimon.store.Change;

/** What the next commit will hold. */
final class Pending {
    final Readings.Builder readings = new Readings.Builder(1024);
    final List<Entry> entries = new ArrayList<>();
    /** Whom to tell; of what was delivered nothing else is held, or it would outlive its use by a commit. */
    final List<Receipt> receipts = new ArrayList<>();
    final Map<String, Count> counts = new HashMap<>();
    final List<SeriesDesk.Desk> touched = new ArrayList<>();
    private final List<Change> notes = new ArrayList<>();
    private @Nullable Delivery first;
    private int receiptsBefore;
    private int notesBefore;
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
        return receipts.isEmpty() && counts.isEmpty();
    }

    void began(List<Delivery> arriving, long now) {
        if (isEmpty() && !arriving.isEmpty()) {
            since = now;
        }
    }

    void received(Delivery delivery) {
        first = first == null ? delivery : first;
        receiptsBefore = receipts.size();
        notesBefore = notes.size();
        receipts.add(delivery.receipt());
        for (Delivery.Note note : delivery.notes()) {
            notes.add(new Change.Keep("source/" + delivery.source(), note.key(), note.bytes()));
        }
        count(delivery.source()).received += delivery.messages();
        messages += delivery.messages();
    }

    /** The delivery received last is not acknowledged, and nothing noted of it: it has to come again. */
    void withhold() {
        List<Receipt> withheld = receipts.subList(receiptsBefore, receipts.size());
        withheld.forEach(Receipt::failed);
        withheld.clear();
        notes.subList(notesBefore, notes.size()).clear();
    }

    /** What came first; null when nothing was delivered. */
    @Nullable Delivery first() {
        return first;
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
        changes.addAll(notes);
        return changes;
    }

    void clear() {
        readings.clear();
        entries.clear();
        receipts.clear();
        notes.clear();
        first = null;
        counts.clear();
        touched.clear();
        messages = 0;
        size = 0;
    }
}
