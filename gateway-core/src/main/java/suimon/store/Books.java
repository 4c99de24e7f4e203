package suimon.store;

import java.util.Map;

/**
 * The books as of one moment: what the gateway says that it did, kept in the transactions that did
 * it. {@link Ledger} holds them against what the log really contains.
 *
 * @param sources per source's name
 * @param series per series' number
 * @param lanes per destination and lane
 * @param removedEntries entries that retention removed, of all kinds
 * @param mergedEntries sequences that are no entry's any more since sealing has put the readings of
 *     several batches into one
 * @param lostEntries entries that damage of the file took
 */
public record Books(
        Map<String, SourceBook> sources, Map<Integer, SeriesBook> series, Map<Lane, LaneBook> lanes,
        long removedEntries, long mergedEntries, long lostEntries) {
    public Books {
        sources = Map.copyOf(sources);
        series = Map.copyOf(series);
        lanes = Map.copyOf(lanes);
    }

    /** Messages of one source: received = decoded + rejected + refused. */
    public record SourceBook(long received, long decoded, long rejected, long refused) {
        public boolean balanced() {
            return received == decoded + rejected + refused;
        }
    }

    /**
     * Readings of one series: decoded = stored + repeated.
     *
     * @param removed stored and later removed by retention
     * @param expired how many of the removed had not been delivered
     * @param thinned stored and later left out where only some of each interval stay; in a log that an
     *     earlier version thinned these were counted as removed
     * @param lost stored and later lost with a damaged part of the file
     */
    public record SeriesBook(
            long decoded, long stored, long repeated, long removed, long expired, long thinned, long lost) {
        /** Of a series that is not thinned and has lost nothing. */
        public SeriesBook(long decoded, long stored, long repeated, long removed, long expired) {
            this(decoded, stored, repeated, removed, expired, 0, 0);
        }

        SeriesBook plus(SeriesBook more) {
            return new SeriesBook(decoded + more.decoded, stored + more.stored, repeated + more.repeated,
                    removed + more.removed, expired + more.expired, thinned + more.thinned, lost + more.lost);
        }

        /** Readings that must be in the log. */
        public long present() {
            return stored - removed - thinned - lost;
        }

        public boolean balanced() {
            return decoded == stored + repeated && expired <= removed && removed + thinned + lost <= stored;
        }
    }

    /** The readings of all series together. */
    public SeriesBook readings() {
        return series.values().stream().reduce(new SeriesBook(0, 0, 0, 0, 0), SeriesBook::plus);
    }

    /** One way out of the gateway, such as hub and P3. */
    public record Lane(String destination, String name) implements Comparable<Lane> {
        @Override
        public int compareTo(Lane other) {
            int order = destination.compareTo(other.destination);
            return order != 0 ? order : name.compareTo(other.name);
        }
    }

    /** Entries of one lane up to its cursor, see {@link Change.LaneCount}. */
    public record LaneBook(long delivered, long pending, long expired, long thinned, long unmeant) {
        public long total() {
            return delivered + pending + expired + thinned + unmeant;
        }
    }
}
