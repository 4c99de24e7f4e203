package suimon.connector.sparkplug;

/** A payload that can't be read; the message says why. */
final class BadPayload extends Exception {
    BadPayload(String message) {
        super(message);
    }
}
