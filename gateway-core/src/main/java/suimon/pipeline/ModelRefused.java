package suimon.pipeline;

/** A model package can't be used here: the message says which, why, and what to do. */
public final class ModelRefused extends Exception {
    private static final long serialVersionUID = 1;

    public ModelRefused(String message) {
        super(message);
    }

    public ModelRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
