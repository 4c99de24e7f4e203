package suimon.store;

/** The disk or the database failed: the message says which file, what happened and what to do. */
public final class StoreFailed extends Exception {
    private static final long serialVersionUID = 1;

    public StoreFailed(String message) {
        super(message);
    }

    public StoreFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
