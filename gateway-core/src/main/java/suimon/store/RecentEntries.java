package suimon.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.reading.Entry;

/**
 * The newest entries as they were committed: those who follow the log closely take them from here
 * and need not read and decode what this process has just encoded. Safe for many threads.
 *
 * <p>Bounded: the oldest make room, and who lags reads from disk. Emptied before anything in the log
 * is rewritten or removed, so that it never shows what the disk doesn't hold any more.
 */
final class RecentEntries {
    static final int READINGS_MAX = 1 << 14;
    static final int ENTRIES_MAX = 256;
    private static final int READINGS_OF_MANY_MAX = 2048;

    private final Deque<Sequenced> entries = new ArrayDeque<>();
    private int readings;
    private int readingsMax = READINGS_MAX;

    /** Fewer where one process keeps hundreds of logs. */
    synchronized void size(LogSettings settings) {
        readingsMax = settings.isOneOfMany() ? READINGS_OF_MANY_MAX : READINGS_MAX;
    }

    /** An entry was committed. */
    synchronized void add(long sequence, Entry entry) {
        if (!entries.isEmpty() && entries.getLast().sequence() + 1 != sequence) {
            clear();
        }
        entries.addLast(new Sequenced(sequence, entry));
        readings += readingsOf(entry);
        while (entries.size() > ENTRIES_MAX || readings > readingsMax) {
            readings -= readingsOf(entries.removeFirst().entry());
        }
    }

    synchronized void clear() {
        entries.clear();
        readings = 0;
    }

    /**
     * What follows the sequence, at most so many entries and about so many bytes; null when the next
     * one is not here.
     */
    synchronized @Nullable List<Sequenced> after(
            long sequence, int entriesMax, long bytesMax, long bytesPerReading) {
        boolean isHere = !entries.isEmpty() && entries.getFirst().sequence() <= sequence + 1
                && entries.getLast().sequence() > sequence;
        if (!isHere) {
            return null;
        }
        List<Sequenced> found = new ArrayList<>();
        long bytes = 0;
        for (Sequenced entry : entries) {
            if (entry.sequence() > sequence && found.size() < entriesMax && bytes < bytesMax) {
                found.add(entry);
                bytes += bytesPerReading * (1 + readingsOf(entry.entry()));
            }
        }
        return found;
    }

    private static int readingsOf(Entry entry) {
        return entry instanceof Entry.Batch batch ? batch.readings().size() : 0;
    }
}
