package suimon.pipeline;

import org.jspecify.annotations.Nullable;
import suimon.reading.Words;

/**
 * A model package whose description has been read and checked. Nothing native is touched before
 * {@link #load}, so that a supervisor can mark {@link #identity} in the store first: native code
 * may take the process down.
 */
public interface ModelPackage {
    Contract contract();

    /** Name and version, such as {@code hypoxia 1.0.0}. */
    default String identity() {
        return contract().identity();
    }

    /** What an operator calls it. */
    default Words title() {
        return Words.same(identity());
    }

    /** Its error beside the best simple forecast on the same rows, in one honest line; null if unknown. */
    default @Nullable Words evaluation() {
        return null;
    }

    /**
     * Loads the model and proves it on this box with the package's own vectors.
     *
     * @throws ModelRefused when it can't be loaded, does not fit its contract or gives other numbers
     *     than the package says; the message names the file and what to do
     */
    Model load() throws ModelRefused;
}
