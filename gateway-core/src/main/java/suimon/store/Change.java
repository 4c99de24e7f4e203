package suimon.store;

/** A durable change beside the log's entries, made in the same transaction. */
public sealed interface Change {
    /**
     * Bytes kept under (owner, key) until replaced; empty bytes remove them.
     *
     * @param owner who keeps it, such as {@code source/listener} or {@code alarm}
     */
    record Keep(String owner, String key, byte[] bytes) implements Change {}

    /**
     * A cursor has dealt with everything up to and including {@code position}.
     *
     * @param replayFrom the oldest sequence it needs to rebuild its memory after a restart; equal to
     *     position + 1 when it needs none
     */
    record Advance(String cursor, long position, long replayFrom) implements Change {}

    /** Messages of one source: received = decoded + rejected + refused. */
    record SourceCount(String source, long received, long decoded, long rejected, long refused)
            implements Change {}

    /** Readings of one series: decoded = stored + repeated. */
    record SeriesCount(int series, long decoded, long stored, long repeated) implements Change {}

    /**
     * Entries of the log that a lane of a destination has dealt with, in entries: up to the lane's
     * cursor, stored = delivered + pending + expired + thinned + unmeant, where pending are those in
     * frames not yet confirmed.
     *
     * @param pending rises when a frame is cut and falls when it is confirmed or expires
     * @param unmeant entries the lane does not carry
     */
    record LaneCount(
            String destination, String lane, long delivered, long pending, long expired, long thinned,
            long unmeant)
            implements Change {}
}
