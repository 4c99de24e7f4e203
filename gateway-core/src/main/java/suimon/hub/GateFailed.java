package suimon.hub;

/** A gate can't work: the message says what happened, where, and what to do. */
public final class GateFailed extends Exception {
    private static final long serialVersionUID = 1;

    public GateFailed(String message) {
        super(message);
    }

    public GateFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
