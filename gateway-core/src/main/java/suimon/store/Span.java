package suimon.store;

/**
 * A stretch of the log, all sequences from the first to the last. One that is not sealed holds its
 * readings in the batches as they were committed; a sealed one holds them in chunks, a row of which
 * stands at the sequence of one of the batches it replaced.
 *
 * @param timeMin the earliest measured time in it, or that a regrade in it is about
 * @param timeMax the latest; before timeMin when it holds neither readings nor regrades
 * @param readings how many
 * @param level 0 as committed, 1 sealed, one more for each time it was merged into a longer one
 * @param chunkFirst the id of its first row in the table chunk, which also names its directory; 0
 *     when not sealed
 * @param chunkLast the id of its last row
 * @param regrades entries about grades in it
 * @param committed when its last entry was committed, milliseconds since the epoch; 0 unknown
 */
record Span(
        long first, long last, long timeMin, long timeMax, long readings, int level,
        long chunkFirst, long chunkLast, long regrades, long committed) {

    /** A stretch that holds anything, such as the log's tail. */
    static Span anything(long first, long last) {
        return new Span(first, last, Long.MIN_VALUE, Long.MAX_VALUE, 0, 0, 0, 0, 0, 0);
    }

    boolean isSealed() {
        return level > 0;
    }

    boolean mayHold(long from, long to) {
        return timeMax >= from && timeMin < to;
    }

    /** Whether somebody who stands behind that sequence stands in its middle. */
    boolean hasInside(long sequence) {
        return sequence >= first && sequence < last;
    }
}
