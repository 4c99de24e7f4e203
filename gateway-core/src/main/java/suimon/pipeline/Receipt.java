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
}
