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
}
