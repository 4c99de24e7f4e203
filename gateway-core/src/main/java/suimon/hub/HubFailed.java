package suimon.hub;

/** The hub can't begin as configured: the message says what, where, and what to do. */
public final class HubFailed extends Exception {
    private static final long serialVersionUID = 1;

    public HubFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
