package suimon.store;

import java.util.List;
import java.util.function.LongConsumer;
import suimon.reading.Entry;

/**
 * Entries and changes that become durable together or not at all.
 *
 * @param entries get rising sequence numbers in this order
 * @param done called on the writer thread after the data is on disk, with the sequence of the last
 *     entry (or of the log when there are no entries); must not block or throw
 */
public record Commit(List<Entry> entries, List<Change> changes, LongConsumer done) {
    public Commit {
        entries = List.copyOf(entries);
        changes = List.copyOf(changes);
    }

    public Commit(List<Entry> entries, List<Change> changes) {
        this(entries, changes, sequence -> {});
    }
}
