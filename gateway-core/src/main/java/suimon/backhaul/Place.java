package suimon.backhaul;

/**
 * How far a lane has come: all entries up to the sequence, and so many rows of the one after it.
 * Ordered by the log.
 */
record Place(long sequence, int row) implements Comparable<Place> {
    static final Place START = new Place(0, 0);

    @Override
    public int compareTo(Place other) {
        int order = Long.compare(sequence, other.sequence);
        return order != 0 ? order : Integer.compare(row, other.row);
    }
}
