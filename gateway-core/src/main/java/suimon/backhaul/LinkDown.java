package suimon.backhaul;

/** The hub can't be reached now: the message says where, what happened and what to do. */
public final class LinkDown extends Exception {
    private static final long serialVersionUID = 1;

    public LinkDown(String message) {
        super(message);
    }

    public LinkDown(String message, Throwable cause) {
        super(message, cause);
    }
}
