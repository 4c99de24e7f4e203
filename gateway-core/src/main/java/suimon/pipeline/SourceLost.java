package suimon.pipeline;

/** A source can't work: the message says what happened, where, and what to do. */
public final class SourceLost extends Exception {
    private static final long serialVersionUID = 1;

    public SourceLost(String message) {
        super(message);
    }

    public SourceLost(String message, Throwable cause) {
        super(message, cause);
    }
}
