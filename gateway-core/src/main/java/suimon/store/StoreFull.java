package suimon.store;

/**
 * The quota is used up and nothing is left that may be removed, or the disk itself is full. What was
 * offered is not taken and must not be acknowledged; the log goes on as soon as there is room.
 */
public final class StoreFull extends Exception {
    private static final long serialVersionUID = 1;

    public StoreFull(String message) {
        super(message);
    }
}
