package suimon.backhaul;

/** Bytes that are not what docs/frames.md says: the message names what was found. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    public Malformed(String message) {
        super(message);
    }

    public Malformed(String message, Throwable cause) {
        super(message, cause);
    }
}
