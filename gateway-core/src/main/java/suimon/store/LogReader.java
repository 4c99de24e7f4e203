package suimon.store;

import java.util.List;

/** Reads the log over a connection of its own; not safe for several threads. */
public final class LogReader implements AutoCloseable {
    LogReader() {}

    /**
     * Entries after the sequence, oldest first: at most so many entries and about so many bytes.
     * Entries that retention has removed are skipped.
     */
    public List<Sequenced> after(long sequence, int entriesMax, long bytesMax) throws StoreFailed {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** The newest entries of the given kinds, newest first. */
    public List<Sequenced> newest(List<Class<? extends suimon.reading.Entry>> kinds, int entriesMax)
            throws StoreFailed {
        throw new UnsupportedOperationException("lands with the store");
    }

    /** One-minute statistics of a series, oldest first, for intervals that begin in [from, to). */
    public List<Bucket> buckets(int series, long fromNanos, long toNanos) throws StoreFailed {
        throw new UnsupportedOperationException("lands with the store");
    }

    @Override
    public void close() {}
}
