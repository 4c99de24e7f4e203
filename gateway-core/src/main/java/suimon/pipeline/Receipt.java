package suimon.pipeline;

/**
 * What a delivery's source is told. Called on the log's writer thread: it must only hand the word
 * over to the source's own thread, and must not throw.
 */
@FunctionalInterface
public interface Receipt {
    Receipt NONE = () -> {};

    /** The delivery is on disk, whatever became of it: reading, repeat or reject. */
    void stored();

    /**
     * Some of the delivery could not be stored, and {@link #stored} will not be called: all of it has to
     * come again. Called on ingest's thread, under the same rules.
     */
    default void failed() {}
}
