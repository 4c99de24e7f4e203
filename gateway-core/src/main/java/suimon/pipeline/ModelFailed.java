package suimon.pipeline;

/** A loaded model failed while running: the message says which model and what the runtime said. */
public final class ModelFailed extends Exception {
    private static final long serialVersionUID = 1;

    public ModelFailed(String message) {
        super(message);
    }

    public ModelFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
